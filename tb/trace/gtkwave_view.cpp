#include "tb/trace/gtkwave_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace uvea::trace {
namespace {

// Flags of a row, as GTKWave's analyzer.h has them.
constexpr std::uint64_t kBinary = 1U << 3, kDecimal = 1U << 2, kHex = 1U << 1, kRight = 1U << 5,
                        kBlank = 1U << 9, kSigned = 1U << 10, kAscii = 1U << 11,
                        kCollapsed = 1U << 12, kAnalogStep = 1U << 15, kAnalogStretch = 1U << 17,
                        kFullScale = 1U << 19, kClosed = 1U << 22, kGroup = 1U << 23,
                        kGroupEnd = 1U << 24, kFilter = 1U << 13, kNames = std::uint64_t{1} << 32;

constexpr int kWidth = 1600, kHeight = 900;
// Pixels of such a window for waves: what the zoom is made for, what is there, and what GTKWave takes for
// its width while it loads a view.
constexpr double kWaveWidth = 720, kThere = 860, kLoading = 930;
constexpr double kZoomUnit = 200;  // pixels of GTKWave's zoom
constexpr Cycle kAround = 200;     // cycles that are shown at a marker

/// GTKWave calls a signal of several bits by its range, unless it is an integer.
std::string full_name(const ViewRow& row) {
  return row.bits > 1 && !row.real && !row.integer ? fmt::format("{}[{}:0]", row.name, row.bits - 1)
                                                   : row.name;
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

/// The cycles that the window shows at first: those around the marker. GTKWave does not go to where the
/// window would end behind the waveform; a marker so near the end is shown with the whole waveform.
std::pair<Cycle, Cycle> first_shown(const ViewInput& input) {
  if (!input.moment) return {input.from, input.to};
  const Cycle moment = *input.moment;
  Cycle from = std::max(input.from, moment > kAround ? moment - kAround : 0);
  const Cycle to = std::min(input.to, moment + kAround / 4);
  const double shown = static_cast<double>(std::max<Cycle>(to - from, 1)) / kWaveWidth;
  const auto loading = static_cast<Cycle>(std::ceil(shown * kLoading));
  const Cycle last = input.to > loading ? input.to - loading : 0;
  const Cycle range = to - from;
  from = std::min(from, std::max(last, input.from));
  if (static_cast<double>(moment + 1 - from) > shown * kThere) return {input.from, input.to};
  return {from, from + range};
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

std::string gtkwave_view(const ViewInput& input, const std::string& view,
                         const std::string& colours) {
  const auto [from, to] = first_shown(input);
  const double picoseconds = static_cast<double>(std::max<Cycle>(to - from, 1) * input.period_ps);
  std::string text = fmt::format(
      "[*]\n[*] uvea\n[*]\n[dumpfile] \"{}\"\n[savefile] \"{}\"\n[timestart] {}\n"
      "[size] {} {}\n[pos] -1 -1\n*{:.6f} {}",
      input.waveform, view, from * input.period_ps, kWidth, kHeight,
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
