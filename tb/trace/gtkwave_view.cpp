#include "tb/trace/gtkwave_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace uvea::trace {
namespace {

// Flags of a row, as GTKWave's analyzer.h has them.
constexpr std::uint64_t kBinary = 1U << 3, kDecimal = 1U << 2, kHex = 1U << 1, kRight = 1U << 5,
                        kBlank = 1U << 9, kSigned = 1U << 10, kAscii = 1U << 11,
                        kCollapsed = 1U << 12, kAnalogStep = 1U << 15, kAnalogStretch = 1U << 17,
                        kFullScale = 1U << 19, kClosed = 1U << 22, kGroup = 1U << 23,
                        kGroupEnd = 1U << 24, kFilter = 1U << 13, kNames = std::uint64_t{1} << 32;

constexpr int kWidth = 1600, kHeight = 900;
constexpr double kWaveWidth = 850;  // pixels, about
constexpr double kZoomUnit = 200;   // pixels of GTKWave's zoom
constexpr Cycle kAround = 200;      // cycles that are shown at a marker

/// GTKWave calls a signal of several bits by its range.
std::string full_name(const ViewRow& row) {
  return row.bits > 1 && !row.real ? fmt::format("{}[{}:0]", row.name, row.bits - 1) : row.name;
}

std::uint64_t flags_of(const ViewRow& row) {
  switch (row.kind) {
    case ViewRow::Kind::group:
      return kGroup | kBlank;
    case ViewRow::Kind::closed_group:
      return kGroup | kBlank | kClosed;
    case ViewRow::Kind::group_end:
      return kGroupEnd | kBlank;
    case ViewRow::Kind::bit:
      return kRight | kBinary;
    case ViewRow::Kind::bits:
      return kRight | kHex;
    case ViewRow::Kind::number:
      return kRight | kDecimal | kSigned;
    case ViewRow::Kind::state:
      return kRight | kBinary | kNames;
    case ViewRow::Kind::class_:
      return kRight | kBinary | kFilter;
    case ViewRow::Kind::text:
      return kRight | kAscii;
    case ViewRow::Kind::analog:
      return kRight | kAnalogStep | kFullScale | (row.real ? 0 : kDecimal | kSigned);
  }
  return 0;
}

/// A row of classes is one of its bits put together: GTKWave uses no filter for a signal that has names
/// in the waveform.
std::string bits_of(const ViewRow& row) {
  std::string text = fmt::format("#{{{}}}", row.label);
  for (unsigned bit = 0; bit < row.bits; ++bit) text += fmt::format(" ({}){}", bit, full_name(row));
  return text + "\n";
}

}  // namespace

std::string gtkwave_colours(const ViewInput& input) {
  const std::vector<std::string> names = class_names(input);
  std::string text;
  unsigned bits = 1;
  while ((std::size_t{1} << bits) < names.size()) ++bits;
  for (std::size_t i = 0; i < names.size(); ++i)
    text += fmt::format("{:0{}b} ?{}?{}\n", i, bits, colour_of_class(names[i]).x11, names[i]);
  return text;
}

std::string gtkwave_view(const ViewInput& input, const std::string& colours) {
  // What the window shows at first: all of it, or the cycles before the marker.
  Cycle from = input.from, to = input.to;
  if (input.moment) {
    from = std::max(from, *input.moment > kAround ? *input.moment - kAround : 0);
    to = std::min(to, *input.moment + kAround / 4);
  }
  const double picoseconds = static_cast<double>(std::max<Cycle>(to - from, 1) * input.period_ps);
  std::string text = fmt::format(
      "[*]\n[*] uvea\n[*]\n[dumpfile] \"{}\"\n[timestart] {}\n[size] {} {}\n[pos] -1 -1\n*{:.6f} "
      "{}",
      input.waveform, from * input.period_ps, kWidth, kHeight,
      -std::log2(picoseconds / kWaveWidth * kZoomUnit),
      input.moment ? std::to_string(*input.moment * input.period_ps) : "-1");
  for (char mark = 'a'; mark <= 'z'; ++mark) text += " -1";
  text += fmt::format("\n[treeopen] {}.\n[sst_width] 230\n[signals_width] 420\n[sst_expanded] 1\n",
                      input.root);
  bool closed = false;
  for (const ViewRow& row : view_rows(input)) {
    std::uint64_t flags = flags_of(row);
    if (row.kind == ViewRow::Kind::closed_group) closed = true;
    if (row.kind == ViewRow::Kind::group_end && closed) {
      flags |= kClosed | kCollapsed;
      closed = false;
    }
    text += fmt::format("@{:x}\n", flags);
    if (row.colour != Colour::normal)
      text += fmt::format("[color] {}\n", static_cast<int>(row.colour));
    if ((flags & kBlank) != 0)
      text += "-" + row.name + "\n";
    else if (row.kind == ViewRow::Kind::class_)
      text += fmt::format("^1 {}\n", colours) + bits_of(row);
    else
      text += fmt::format("+{{{}}} {}\n", row.label, full_name(row));
    if (row.kind == ViewRow::Kind::analog) text += fmt::format("@{:x}\n-\n", kAnalogStretch);
  }
  return text + "[pattern_trace] 1\n[pattern_trace] 0\n";
}

}  // namespace uvea::trace
