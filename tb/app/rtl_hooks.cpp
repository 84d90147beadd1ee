#include "tb/app/rtl_hooks.h"

#include <memory>

#include "tb/cosim/chip/rtl_session.h"
#include "tb/sim/byte_packer.h"
#include "tb/sim/hooks.h"

namespace uvea::tb {
namespace {

std::vector<std::uint8_t> pack(const cosim::RtlFindings& findings) {
  Packer packer;
  const auto put_text = [&packer](const std::string& text) { packer.put_text(text); };
  packer.put(findings.work);
  packer.put_all(findings.compared, [&packer](std::uint64_t psums) { packer.put(psums); });
  packer.put(findings.diverged);
  packer.put(findings.stopped);
  packer.put_all(findings.reports, put_text);
  packer.put_all(findings.replays, put_text);
  return packer.take();
}

}  // namespace

cosim::RtlFindings unpack_rtl(const std::vector<std::uint8_t>& found) {
  cosim::RtlFindings findings;
  if (found.empty()) return findings;
  Unpacker unpacker(found);
  const auto get_text = [&unpacker] { return unpacker.get_text(); };
  findings.work = unpacker.get<cosim::RtlWork>();
  findings.compared =
      unpacker.get_all<std::uint64_t>([&unpacker] { return unpacker.get<std::uint64_t>(); });
  findings.diverged = unpacker.get<bool>();
  findings.stopped = unpacker.get<bool>();
  findings.reports = unpacker.get_all<std::string>(get_text);
  findings.replays = unpacker.get_all<std::string>(get_text);
  return findings;
}

HookMaker rtl_hooks(const cosim::RtlChoice& choice, const hw::ChipConfig& chip,
                    const cosim::RtlFactory& make_rtl) {
  if (choice.mode == cosim::RtlMode::none) return {};
  return [choice, chip, make_rtl](const std::string& layers) {
    const auto session = std::make_shared<cosim::RtlSession>(choice, chip, layers, make_rtl);
    RunHooks hooks = session->hooks();
    hooks.finish = [session](std::vector<LayerOutcome>& outcomes) {
      const cosim::RtlFindings findings = session->finish(outcomes.back().faults);
      return HookFindings{findings.stopped, pack(findings)};
    };
    return hooks;
  };
}

}  // namespace uvea::tb
