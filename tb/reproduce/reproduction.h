#pragma once
// Published beside simulated: what `uvea reproduce` prints and writes.

#include <string>
#include <vector>

#include "tb/reproduce/published.h"

namespace uvea::tb {

struct ComparedRow {
  PublishedRow row;
  double model = 0;
  double ratio() const { return model / row.published; }
};

/// The rows of the topics whose experiments are there, in the table's order.
std::vector<ComparedRow> compared(const std::vector<Topic>& topics, const FiguresByKey& figures);

/// For the terminal: a table for each topic; with the sensitivities' runs among the figures theirs.
std::string reproduction_text(const std::vector<ComparedRow>& rows, const FiguresByKey& figures);

/// The same as Markdown, and for each experiment but the sensitivities' its layers: cycles, and where
/// the PEs' cycles went.
std::string reproduction_markdown(const std::vector<ComparedRow>& rows,
                                  const FiguresByKey& figures);

/// The same as JSON: "rows", "sensitivity" and "experiments".
std::string reproduction_json(const std::vector<ComparedRow>& rows, const FiguresByKey& figures,
                              std::uint64_t seed);

}  // namespace uvea::tb
