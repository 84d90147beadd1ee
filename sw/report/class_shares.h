#pragma once
// Classes of PE cycles of a layer, in words: of one that was just run, or of a stored one.

#include <string>
#include <vector>

#include "sw/report/counters.h"
#include "sw/report/values.h"

namespace uvea::report {

struct ClassShare {
  std::string key;    ///< in results.json, without a place
  std::string brief;  ///< for tables
  std::string words;
  std::uint64_t cycles = 0;
  double share = 0;  ///< of all PE cycles, 0..1
  Values places;     ///< by place in words, where the class has places; those of no cycle, too
};

/// In the order of `stalls`, places taken together. A class that `tables` does not know keeps its
/// key. Empty when there are none.
std::vector<ClassShare> class_shares(const Values& stalls, const CountTables& tables);

/// The `most` largest, "MAC 56, psum out 23, lane idle 5" (% of PE cycles); "-" without classes.
std::string largest(const Values& stalls, const CountTables& tables, std::size_t most);

/// What moved on each level, summed over the data types.
struct Traffic {
  std::uint64_t dram_bytes = 0, noc_word_hops = 0, glb_words = 0, spad_accesses = 0;
};
Traffic traffic_of(const Values& counters);

}  // namespace uvea::report
