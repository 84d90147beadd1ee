#pragma once
// Timeloop problem files (YAML): every `problem:` of a file is a layer. Convolutions with the
// dimensions R S P Q C K (or M) N and G, and matrix products M N K (shape gemm_ABZ); sizes under
// `problem:` or `problem: instance:`; shapes by name or given there.
//
// R and P run along the width, S and Q along the height, as in Timeloop's own cnn-layer; the stride
// and dilation of each are what the shape's projection says. `<<` and the front end's `<<<` merges
// are followed, and lines {{include_text('FILE')}}, FILE relative to the file. Other templates are
// refused: Timeloop's front end writes them out.

#include "sw/nn/tables/layer_table.h"

namespace uvea::nn {

/// `where` stands for all of them in the source line. Documents without a problem are left out with
/// a notice. Throws UserError "file:line: what, what is expected".
LayerTable layer_table_from_timeloop(const std::vector<std::string>& files,
                                     const std::string& where);

/// The same from a text that includes nothing.
LayerTable layer_table_from_timeloop_text(const std::string& text, const std::string& where);

}  // namespace uvea::nn
