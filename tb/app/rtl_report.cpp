#include "tb/app/rtl_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <tuple>

#include "sw/user_error.h"
#include "tb/app/safe_file.h"
#include "tb/app/shell_word.h"
#include "tb/app/short_replay.h"

namespace uvea::tb {

void tell_note(const std::string& text) { fmt::print(stderr, "uvea: note: {}\n", text); }

void RtlReport::take(std::size_t layer, const cosim::RtlFindings& findings) {
  all_.work.pes = std::max(all_.work.pes, findings.work.pes);
  all_.work.psums += findings.work.psums;
  all_.work.windows += findings.work.windows;
  all_.work.cycles += findings.work.cycles;
  all_.compared.resize(std::max(all_.compared.size(), findings.compared.size()));
  for (std::size_t i = 0; i < findings.compared.size(); ++i)
    all_.compared[i] += findings.compared[i];
  all_.diverged = all_.diverged || findings.diverged;
  for (std::size_t i = 0; i < findings.reports.size(); ++i)
    divergences_.push_back({layer, findings.reports[i], findings.replays[i]});
}

void RtlReport::tell() const {
  // A layer that was simulated beside the first one may have come to its own before it was stopped.
  const std::size_t told =
      choice_.keep_going ? divergences_.size() : std::min<std::size_t>(divergences_.size(), 1);
  for (std::size_t i = 0; i < told; ++i) {
    const Divergence& one = divergences_[i];
    const std::string file = fmt::format("{}/uvea-replay-{}-{}.txt", folder_, one.layer + 1, i + 1);
    // First what a person must see: the file may not be writable.
    fmt::print(stderr, "\n{}", one.report);
    const ShortReplay replay = shortened_replay(one.replay, make_rtl_);
    fmt::print(stderr, "{}", replay.macs);
    try {
      write_whole(file, replay.file, "replay file");
      // What begins like an option would be taken as one.
      fmt::print(stderr, "replay: {} replay {}\n\n", shell_program(program_),
                 shell_word(file.front() == '-' ? "./" + file : file));
    } catch (const UserError& error) {
      fmt::print(stderr, "uvea: {}\n\n", error.what());
    }
  }
}

std::string RtlReport::summary() const {
  if (choice_.mode == cosim::RtlMode::drive) {
    return fmt::format("RTL in the place of {} PEs: {} psums in {} windows, {} clock edges\n",
                       all_.work.pes, all_.work.psums, all_.work.windows, all_.work.cycles);
  }
  const char* found = all_.diverged ? "they DIFFER"
                      : all_.work.psums == 0
                          ? "which is nothing"
                          : "no difference in value, order, cycle or class of cycle";
  std::string text = fmt::format("RTL in the shadow of {} PEs: {} psums, {} windows compared, {}\n",
                                 all_.work.pes, all_.work.psums, all_.work.windows, found);
  const auto idle = std::count(all_.compared.begin(), all_.compared.end(), 0U);
  if (idle != 0 && all_.work.psums != 0)
    text += fmt::format("{} of these PEs had nothing to compare\n", idle);
  return text;
}

nlohmann::ordered_json RtlReport::json() const {
  return {{"mode", choice_.mode == cosim::RtlMode::drive ? "drive" : "shadow"},
          {"pes", all_.work.pes},
          {"psums", all_.work.psums},
          {"windows", all_.work.windows},
          {"sound", what_is_wrong().empty()}};
}

std::string RtlReport::what_is_wrong() const {
  if (all_.diverged) return "the RTL differs from the model";
  if (differs_) return "the chip with RTL does not do what the model does";
  if (choice_.mode == cosim::RtlMode::drive)
    return all_.work.psums == 0 ? "no psum came from the RTL in these layers" : "";
  if (all_.work.psums == 0)
    return "no psum of the RTL was compared: the chosen PEs had no work in these layers";
  if (choice_.all) return {};
  // Named PEs, as the chip has them in order.
  std::vector<cosim::PeIndex> named = choice_.pes;
  std::sort(named.begin(), named.end(), [](const cosim::PeIndex& a, const cosim::PeIndex& b) {
    return std::tie(a.cluster, a.row, a.col) < std::tie(b.cluster, b.row, b.col);
  });
  std::string idle;
  for (std::size_t i = 0; i < all_.compared.size() && i < named.size(); ++i)
    if (all_.compared[i] == 0) idle += (idle.empty() ? "" : ",") + text_of(named[i]);
  if (idle.empty()) return {};
  return fmt::format("--rtl-pe {}: nothing was compared, it had no work in these layers", idle);
}

}  // namespace uvea::tb
