#include "tb/app/rtl_hooks.h"

#include <memory>

#include "tb/cosim/chip/rtl_session.h"
#include "tb/sim/byte_packer.h"
#include "tb/sim/hooks.h"

namespace uvea::tb {
namespace {

template <typename Archive, typename Findings>
void rtl_fields(Archive& archive, Findings& findings) {
  archive.field(findings.work);
  archive.field(findings.compared);
  archive.field(findings.diverged);
  archive.field(findings.stopped);
  archive.field(findings.place.block);
  archive.field(findings.place.first);
  archive.field(findings.place.last);
  archive.field(findings.reports);
  archive.field(findings.replays);
}

std::vector<std::uint8_t> pack(const cosim::RtlFindings& findings) {
  Packer packer;
  rtl_fields(packer, findings);
  return packer.take();
}

}  // namespace

cosim::RtlFindings unpack_rtl(const std::vector<std::uint8_t>& found) {
  cosim::RtlFindings findings;
  if (found.empty()) return findings;
  Unpacker unpacker(found);
  rtl_fields(unpacker, findings);
  return findings;
}

HookMaker rtl_hooks(const cosim::RtlChoice& choice, const hw::ChipConfig& chip,
                    const cosim::RtlFactory& make_rtl, const cosim::RtlFactory& make_inside) {
  if (choice.mode == cosim::RtlMode::none) return {};
  return [choice, chip, make_rtl, make_inside](const ChipTask& task) {
    const auto session =
        std::make_shared<cosim::RtlSession>(choice, chip, task.words, make_rtl, make_inside);
    RunHooks hooks = session->hooks();
    hooks.finish = [session](std::vector<LayerOutcome>& outcomes) {
      const cosim::RtlFindings findings = session->finish(outcomes.back().faults);
      return HookFindings{findings.stopped, pack(findings)};
    };
    return hooks;
  };
}

}  // namespace uvea::tb
