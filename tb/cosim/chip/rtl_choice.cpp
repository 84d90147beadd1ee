#include "tb/cosim/chip/rtl_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "sw/user_error.h"
#include "tb/cosim/pe/rtl_pe.h"

namespace uvea::cosim {
namespace {

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == at) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

int number(const std::string& text, const std::string& item, const char* what, int count) {
  int value = -1;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || value < 0 || value >= count) {
    throw UserError(fmt::format("--rtl-pe '{}': {} '{}' is not allowed: expected 0..{}",
                                item.substr(0, 40), what, text.substr(0, 20), count - 1));
  }
  return value;
}

std::vector<PeIndex> parse_pes(const std::string& pes, const hw::ChipConfig& chip) {
  std::vector<PeIndex> chosen;
  for (const std::string& item : split(pes, ',')) {
    const std::vector<std::string> parts = split(item, '.');
    if (parts.size() != 3)
      throw UserError(fmt::format(
          "--rtl-pe '{}' is not allowed: expected all, or cluster.row.column[,...], such as 0.2.1",
          item.substr(0, 40)));
    PeIndex pe;
    pe.cluster = number(parts[0], item, "cluster", chip.mesh.rows * chip.mesh.cols);
    pe.row = number(parts[1], item, "row", chip.cluster.pe_rows);
    pe.col = number(parts[2], item, "column", chip.cluster.pe_cols);
    if (std::find(chosen.begin(), chosen.end(), pe) != chosen.end())
      throw UserError(fmt::format("--rtl-pe names {} twice", text_of(pe)));
    chosen.push_back(pe);
  }
  return chosen;
}

}  // namespace

std::string text_of(const PeIndex& pe) {
  return fmt::format("{}.{}.{}", pe.cluster, pe.row, pe.col);
}

bool RtlChoice::takes(const PeIndex& pe) const {
  if (mode == RtlMode::none) return false;
  return all || std::find(pes.begin(), pes.end(), pe) != pes.end();
}

RtlChoice parse_rtl_choice(const std::string& mode, const std::string& pes,
                           const hw::ChipConfig& chip) {
  RtlChoice choice;
  if (mode == "shadow") {
    choice.mode = RtlMode::shadow;
  } else if (mode == "drive") {
    choice.mode = RtlMode::drive;
  } else {
    throw UserError(
        fmt::format("--rtl '{}' is not allowed: expected shadow or drive", mode.substr(0, 40)));
  }
  choice.all = pes == "all";
  if (!choice.all) choice.pes = parse_pes(pes, chip);
  const std::string why = why_no_rtl_pe(chip.pe, static_cast<unsigned>(chip.glb.iact_banks));
  if (!why.empty()) throw UserError("--rtl: " + why);
  return choice;
}

}  // namespace uvea::cosim
