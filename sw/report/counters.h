#pragma once
// What one layer did on the chip, as its blocks tell it. The names, units and helps come from the
// chip's own tables (CountTables); nothing here lists them a second time.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sw/report/values.h"

namespace uvea::report {

/// A row of the chip's table of counters.
struct CounterInfo {
  std::string block;  ///< kind of block that counts it
  std::string data;   ///< iact, weight, psum, oact, or empty
  std::string name, unit, help;
};

/// A class of PE cycles, at a place where what was waited for was.
struct StallInfo {
  std::string key;    ///< in results.json: the class, for waits with ".place"
  std::string brief;  ///< of the class, in the table
  std::string words;  ///< of the class
  std::string place;  ///< in words; empty when the class has none
  std::string help;
  bool at_dram = false;  ///< the DRAM is what is waited for there, and
  bool in_dram = false;  ///< the place tells whether for its latency or for its bandwidth
  std::string data;      ///< "iacts", "weights", "oacts" of a wait for them: then the place limits
};

/// The class of a key: what stands before its place.
std::string class_of(const std::string& key);

/// What the chip counts, the same for every layer.
struct CountTables {
  std::vector<CounterInfo> counters;
  std::vector<StallInfo> stalls;
};

/// A port, link, bank or channel in one layer.
struct ResourceUse {
  std::string path, kind;
  std::uint64_t busy = 0;  ///< cycles in which something moved
  std::uint64_t held = 0;  ///< cycles in which something stood there
  std::string held_by;     ///< by whom, in words
};

/// A PE in one layer.
struct PeUse {
  std::string path;
  std::vector<std::uint64_t> stalls;  ///< its cycles, in the order of CountTables::stalls
};

struct Counters {
  std::uint64_t cycles = 0;  ///< chip clock cycles from start of the layer to its last oact in DRAM
  std::vector<std::uint64_t> counts;  ///< in the order of CountTables::counters; empty on the host
  std::vector<std::uint64_t> stalls;  ///< PE cycles, in the order of CountTables::stalls; or empty
  std::vector<PeUse> pes;             ///< they add up to `stalls`
  std::vector<ResourceUse> resources;
};

/// Every key of the table with its PE cycles; 0 on the host.
Values stall_values(const CountTables& tables, const Counters& counters);

/// The value of the counter of that name; 0 where nothing was counted. Throws std::out_of_range when
/// the table has no such counter.
std::uint64_t count_of(const CountTables& tables, const Counters& counters, std::string_view name);

}  // namespace uvea::report
