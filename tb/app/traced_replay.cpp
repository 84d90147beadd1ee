#include "tb/app/traced_replay.h"

#include <nlohmann/json.hpp>

#include "tb/app/waveform_file.h"

namespace uvea::tb {

ReplayEnd traced_replay(const std::string& trace,
                        const std::function<ReplayEnd(const std::string& part)>& replay) {
  using Json = nlohmann::json;
  require_waveform(trace);
  const Json end = Json::from_cbor(write_waveform(trace, [&](const std::string& part) {
    const ReplayEnd done = replay(part);
    return Json::to_cbor(Json{done.status, done.out, done.err});
  }));
  return {end.at(0).get<int>(), end.at(1).get<std::string>(), end.at(2).get<std::string>()};
}

}  // namespace uvea::tb
