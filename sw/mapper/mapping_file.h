#pragma once
// Mapping files: INI-like text, one section per layer, one key per line, '#' starts a comment.
//
//   [CONV1]
//   turned = no                yes | no
//   mode = csc                 csc | raw
//   c0 = 16                    numbers are 1 .. 1000000
//   m0 = 12
//   s0 = all                   a number or all
//   f0 = all
//   windows = 2
//   weight_double_buffer = no  yes | no
//   chain = 1
//   mesh_rows = g1 n1 e1 m8    all four factors, in any order
//   mesh_cols = g1 n1 e2 m1
//   pe_cols = g1 n1 e4 m1
//   e_block = 4
//   iact_source = resident     resident | stream | through
//   iact_mode = vertical       unicast | horizontal | vertical | broadcast
//   weight_mode = horizontal
//
// Every key must be given once; s0 and f0 may be left out, which means all, and turned, which
// means no. Whether a mapping is
// legal for its layer is not looked at here. Errors are UserErrors "<name>:<line>: what, expected".

#include <string>
#include <utility>
#include <vector>

#include "sw/mapper/mapping.h"

namespace uvea::mapper {

/// Layer names with their mappings, in file order.
using NetworkMapping = std::vector<std::pair<std::string, Mapping>>;

/// The file's text. `notes`, when given, has one text per layer (see describe()) that is written as
/// comments above the section. Throws UserError for a layer name that a file cannot hold (empty,
/// twice, or with a line end, a bracket or white space at its ends).
std::string to_text(const NetworkMapping& network, const std::vector<std::string>& notes = {});

/// `source` names the text in errors, e.g. the file's path.
NetworkMapping parse_mapping(const std::string& text, const std::string& source);

NetworkMapping read_mapping_file(const std::string& path);

}  // namespace uvea::mapper
