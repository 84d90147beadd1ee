#include "sw/report/counters.h"

#include <stdexcept>

namespace uvea::report {

std::uint64_t count_of(const CountTables& tables, const Counters& counters, std::string_view name) {
  for (std::size_t i = 0; i < tables.counters.size(); ++i) {
    if (tables.counters[i].name == name) return i < counters.counts.size() ? counters.counts[i] : 0;
  }
  throw std::out_of_range("no counter is called " + std::string(name));
}

}  // namespace uvea::report
