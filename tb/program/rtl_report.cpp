#include "tb/program/rtl_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "tb/program/safe_file.h"

namespace uvea::tb {

void RtlReport::take(std::size_t layer, const cosim::RtlFindings& findings) {
  all_.work.pes = std::max(all_.work.pes, findings.work.pes);
  all_.work.psums += findings.work.psums;
  all_.work.windows += findings.work.windows;
  all_.work.cycles += findings.work.cycles;
  all_.diverged = all_.diverged || findings.diverged;
  for (std::size_t i = 0; i < findings.reports.size(); ++i) {
    const std::string file = fmt::format("{}/uvea-replay-{}-{}.txt", folder_, layer + 1, ++files_);
    write_whole(file, findings.replays[i], "replay file");
    fmt::print(stderr, "\n{}replay: uvea replay {}\n\n", findings.reports[i], file);
  }
}

std::string RtlReport::summary() const {
  if (choice_.mode == cosim::RtlMode::drive) {
    return fmt::format("RTL in the place of {} PEs: {} psums in {} windows, {} clock edges\n",
                       all_.work.pes, all_.work.psums, all_.work.windows, all_.work.cycles);
  }
  return fmt::format("RTL in the shadow of {} PEs: {} psums, {} windows compared, {}\n",
                     all_.work.pes, all_.work.psums, all_.work.windows,
                     all_.diverged ? "they DIFFER" : "no difference in value, order or cycle");
}

bool RtlReport::sound() const {
  return !all_.diverged && all_.work.psums > 0 && all_.work.windows > 0;
}

}  // namespace uvea::tb
