#include "sw/report/stored_resources.h"

#include "sw/report/json_place.h"

namespace uvea::report {

std::vector<StoredResources> read_resources(const StoredRun& run) {
  const std::string file = file_beside(run.path, "resources.json");
  const nlohmann::ordered_json json = read_json(file);
  std::vector<StoredResources> all;
  for (const JsonPlace& layer : JsonPlace(file, "", json)["layers"].items()) {
    StoredResources& own = all.emplace_back();
    own.index = static_cast<int>(layer["index"].count());
    if (layer.has("pes"))
      for (const JsonPlace& pe : layer["pes"].items())
        own.pes.push_back({pe["path"].text(), pe["stalls"].counts()});
    for (const JsonPlace& one : layer["resources"].items())
      own.resources.push_back({one["path"].text(), one["kind"].text(), one["busy"].count(),
                               one["held"].count(), one["held_by"].text()});
  }
  return all;
}

StoredResources resources_of(const std::vector<StoredResources>& all, int index) {
  for (const StoredResources& own : all)
    if (own.index == index) return own;
  return {index, {}, {}};
}

}  // namespace uvea::report
