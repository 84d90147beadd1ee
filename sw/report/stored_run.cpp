#include "sw/report/stored_run.h"

#include <cmath>
#include <filesystem>

#include "sw/report/json_place.h"

namespace uvea::report {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

StoredLayer layer_of(const JsonPlace& at) {
  StoredLayer layer;
  const std::uint64_t index = at["index"].count();
  if (index < 1 || index > INT32_MAX) at["index"].refuse("a number from 1 on");
  layer.index = static_cast<int>(index);
  layer.name = at["name"].text();
  layer.type = at["type"].text();
  layer.on_chip = at["on_chip"].flag();
  layer.macs = at["macs"].count();
  layer.cycles = at["cycles"].count();
  layer.effectual_macs = at["effectual_macs"].count();
  if (at.has("limited_by")) layer.limited_by = at["limited_by"].text();
  if (at.has("stalls")) layer.stalls = at["stalls"].counts();
  if (at.has("counters")) layer.counters = at["counters"].counts();
  layer.whole = at.object();
  return layer;
}

/// inferences/s = clock / cycles times batch.
std::uint64_t batch_of(const JsonPlace& all) {
  if (!all.has("total")) return 0;
  const JsonPlace total = all["total"];
  if (!total.has("inferences_per_second") || !total.has("cycles") || !all["chip"].has("control"))
    return 0;
  const JsonPlace control = all["chip"]["control"];
  const double clock_mhz = control.has("clock_mhz") ? control["clock_mhz"].real() : 0;
  if (clock_mhz <= 0) return 0;
  return static_cast<std::uint64_t>(std::llround(total["inferences_per_second"].real() *
                                                 static_cast<double>(total["cycles"].count()) /
                                                 (clock_mhz * 1e6)));
}

}  // namespace

std::string file_beside(const std::string& path, const char* name) {
  std::error_code ignored;
  return ((fs::is_directory(path, ignored) ? fs::path(path) : fs::path(path).parent_path()) / name)
      .string();
}

StoredRun stored_run(const std::string& path, const std::string& file,
                     const nlohmann::ordered_json& json) {
  const JsonPlace all(file, "", json);
  StoredRun run;
  run.path = path;
  run.network = all["network"].text();
  run.version = all["uvea"].text();
  const JsonPlace chip = all["chip"];
  run.chip_whole = chip.object();
  for (const auto& [section, unused] : chip.object().items()) {
    for (const auto& [key, value] : chip[section].object().items())
      run.chip.emplace_back(section + "." + key,
                            value.is_string() ? value.get<std::string>() : value.dump());
  }
  for (const JsonPlace& layer : all["layers"].items()) run.layers.push_back(layer_of(layer));
  if (all.has("total")) run.total = all["total"].object();
  run.batch = batch_of(all);
  run.whole = !all.has("interrupted") && !all.has("stopped") && !all.has("broken_off");
  return run;
}

StoredRun read_run(const std::string& path) {
  std::error_code ignored;
  const std::string file =
      fs::is_directory(path, ignored) ? file_beside(path, "results.json") : path;
  return stored_run(path, file, read_json(file));
}

}  // namespace uvea::report
