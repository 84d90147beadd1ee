#include "hw/control/line_merger.h"

#include <algorithm>

namespace uvea::hw {

LineMerger::Next LineMerger::add(const RequestPart& part) {
  const std::uint64_t address = part.address() - part.address() % line_bytes_;
  const auto [place, fresh] = lines_.try_emplace(address);
  Line& line = place->second;
  line.waiting.push_back(part);
  if (!fresh) return Next::nothing;
  line.bytes.resize(line_bytes_);
  return part.bytes == line_bytes_ ? Next::write_line : Next::read_line;
}

void LineMerger::merge(std::uint64_t address) {
  Line& line = lines_.at(address);
  for (const RequestPart& part : line.waiting)
    std::copy_n(part.data(), part.bytes,
                line.bytes.begin() + static_cast<std::ptrdiff_t>(part.address() - address));
  line.merged.swap(line.waiting);
}

bool LineMerger::written(std::uint64_t address, std::vector<RequestPart>& done) {
  Line& line = lines_.at(address);
  done.insert(done.end(), line.merged.begin(), line.merged.end());
  line.merged.clear();
  if (!line.waiting.empty()) return true;
  lines_.erase(address);
  return false;
}

}  // namespace uvea::hw
