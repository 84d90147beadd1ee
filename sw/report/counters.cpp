#include "sw/report/counters.h"

#include <stdexcept>

namespace uvea::report {

std::string class_of(const std::string& key) { return key.substr(0, key.find('.')); }

Values stall_values(const CountTables& tables, const Counters& counters) {
  Values values;
  for (std::size_t i = 0; i < tables.stalls.size(); ++i)
    values.emplace_back(tables.stalls[i].key, i < counters.stalls.size() ? counters.stalls[i] : 0);
  return values;
}

std::uint64_t count_of(const CountTables& tables, const Counters& counters, std::string_view name) {
  for (std::size_t i = 0; i < tables.counters.size(); ++i) {
    if (tables.counters[i].name == name) return i < counters.counts.size() ? counters.counts[i] : 0;
  }
  throw std::out_of_range("no counter is called " + std::string(name));
}

}  // namespace uvea::report
