#include "tb/reproduce/published.h"

#include <fmt/format.h>

namespace uvea::tb {
namespace {

constexpr const char* kPaper = "JETCAS 2019";
constexpr const char* kPower = "JETCAS 2019, energy efficiency at the network's mean power";
constexpr const char* kPreprint = "arXiv 1807.07928";
constexpr const char* kV1 = "JSSC 2017";

double cycles(const FiguresByKey& all, const std::string& key) {
  return static_cast<double>(all.at(key).cycles());
}

/// How much longer `slow` takes than `fast` in seconds.
double times(const FiguresByKey& all, const std::string& slow, const std::string& fast) {
  const auto seconds = [&](const std::string& key) {
    return cycles(all, key) / all.at(key).clock_hz / all.at(key).batch;
  };
  return seconds(slow) / seconds(fast);
}

PublishedRow cycles_row(const char* words, double published, const std::string& key) {
  return {Topic::v2,
          fmt::format("{}: cycles", words),
          "cycles",
          published,
          kPaper,
          {key},
          [key](const FiguresByKey& all) { return cycles(all, key); }};
}

PublishedRow dram_row(const char* words, double published, const std::string& key) {
  return {Topic::v2,
          fmt::format("{}: DRAM traffic", words),
          "MB",
          published,
          kPaper,
          {key},
          [key](const FiguresByKey& all) { return all.at(key).dram_mb(); }};
}

PublishedRow active_row(const char* words, double published, const std::string& key) {
  return {Topic::v2,
          fmt::format("{}: active PEs", words),
          "%",
          published,
          kPaper,
          {key},
          [key](const FiguresByKey& all) { return 100 * all.at(key).active_share(); }};
}

PublishedRow layer_row(const char* words, double published, const std::string& key,
                       const std::string& layer) {
  return {Topic::v2,
          fmt::format("{}: cycles implied by its energy efficiency", words),
          "cycles",
          published,
          kPower,
          {key},
          [key, layer](const FiguresByKey& all) {
            return static_cast<double>(all.at(key).layer(layer).cycles);
          }};
}

PublishedRow convolutions_row(const char* words, double published, const std::string& key) {
  return {Topic::v2,
          fmt::format("{}: DRAM traffic of the convolutions", words),
          "MB",
          published,
          kPaper,
          {key},
          [key](const FiguresByKey& all) {
            double bytes = 0;
            for (const LayerFigures& layer : all.at(key).layers)
              if (layer.name.rfind("CONV", 0) == 0) bytes += static_cast<double>(layer.dram_bytes);
            return bytes / 1e6;
          }};
}

PublishedRow ratio_row(const char* words, double published, const std::string& slow,
                       const std::string& fast) {
  return {Topic::family,
          words,
          "x",
          published,
          kPaper,
          {slow, fast},
          [slow, fast](const FiguresByKey& all) { return times(all, slow, fast); }};
}

PublishedRow loss_row(const char* words, double published, const std::string& ideal,
                      const std::string& limited) {
  return {Topic::memory,
          fmt::format("{}: throughput lost", words),
          "%",
          published,
          kPaper,
          {ideal, limited},
          [ideal, limited](const FiguresByKey& all) {
            return 100 * (1 - cycles(all, ideal) / cycles(all, limited));
          }};
}

void add_scaling(std::vector<PublishedRow>& rows, const char* words, const std::string& key) {
  const std::string small = key + "_256";
  const struct {
    const char* pes;
    double factor;
    double published;
    const char* claim;
  } sizes[] = {{"1024", 4, 100, "linear"}, {"16384", 64, 85, "above"}};
  for (const auto& size : sizes) {
    const std::string large = key + "_" + size.pes;
    const double factor = size.factor;
    rows.push_back(
        {Topic::scaling,
         fmt::format("{}: 256 to {} PEs, share of linear ({})", words, size.pes, size.claim),
         "%",
         size.published,
         kPreprint,
         {small, large},
         [small, large, factor](const FiguresByKey& all) {
           return 100 * times(all, small, large) / factor;
         }});
  }
}

void add_v1(std::vector<PublishedRow>& rows) {
  const struct {
    int layer;
    double total_ms, processing_ms, active, glb_mb, dram_mb;
  } table[] = {{1, 20.9, 16.5, 154, 18.5, 5.0},
               {2, 41.9, 39.2, 135, 77.6, 4.0},
               {3, 23.6, 21.8, 156, 50.2, 3.0},
               {4, 18.4, 16.0, 156, 37.4, 2.1},
               {5, 10.5, 10.0, 156, 24.9, 1.3}};
  const auto ms = [](const Figures& f, std::uint64_t its) {
    return static_cast<double>(its) / f.clock_hz * 1e3;
  };
  std::vector<std::string> keys;
  for (const auto& line : table) {
    const std::string key = fmt::format("v1_conv{}", line.layer);
    const std::string name = fmt::format("CONV{}", line.layer);
    const auto add = [&](const char* what, const char* unit, double published, auto model) {
      rows.push_back({Topic::v1,
                      fmt::format("{}: {}", name, what),
                      unit,
                      published,
                      kV1,
                      {key},
                      [key, model](const FiguresByKey& all) { return model(all.at(key)); }});
    };
    keys.push_back(key);
    add("total", "ms", line.total_ms, [ms](const Figures& f) { return ms(f, f.cycles()); });
    add("processing", "ms", line.processing_ms,
        [ms](const Figures& f) { return ms(f, f.cycles() - f.layers.front().moving_cycles); });
    add("active PEs", "PEs", line.active,
        [](const Figures& f) { return static_cast<double>(f.layers.front().active_pes); });
    add("GLB accesses", "MB", line.glb_mb,
        [](const Figures& f) { return static_cast<double>(f.layers.front().glb_bytes) / 1e6; });
    add("DRAM accesses", "MB", line.dram_mb,
        [](const Figures& f) { return static_cast<double>(f.layers.front().dram_bytes) / 1e6; });
  }
  rows.push_back(
      {Topic::v1, "all five: total", "ms", 115.3, kV1, keys, [ms, keys](const FiguresByKey& all) {
         double sum = 0;
         for (const std::string& key : keys) sum += ms(all.at(key), all.at(key).cycles());
         return sum;
       }});
}

}  // namespace

std::vector<PublishedRow> published_rows() {
  std::vector<PublishedRow> rows = {
      cycles_row("MobileNet", 155994, "v2_mobilenet"),
      cycles_row("sparse MobileNet", 135999, "v2_sparse_mobilenet"),
      cycles_row("AlexNet", 1958864, "v2_alexnet"),
      cycles_row("sparse AlexNet", 717618, "v2_sparse_alexnet"),
      dram_row("MobileNet", 4.1, "v2_mobilenet"),
      dram_row("sparse MobileNet", 3.9, "v2_sparse_mobilenet"),
      dram_row("AlexNet", 71.9, "v2_alexnet"),
      dram_row("sparse AlexNet", 22.3, "v2_sparse_alexnet"),
      convolutions_row("AlexNet", 7.1, "v2_alexnet"),
      convolutions_row("sparse AlexNet", 4.6, "v2_sparse_alexnet"),
      active_row("MobileNet", 91.5, "v2_mobilenet"),
      active_row("sparse MobileNet", 91.5, "v2_sparse_mobilenet"),
      active_row("AlexNet", 100, "v2_alexnet"),
      active_row("sparse AlexNet", 100, "v2_sparse_alexnet"),
      layer_row("AlexNet CONV1", 487e3, "v2_alexnet", "CONV1"),
      layer_row("AlexNet CONV3", 261e3, "v2_alexnet", "CONV3"),
      layer_row("sparse AlexNet CONV3", 100e3, "v2_sparse_alexnet", "CONV3"),
      layer_row("MobileNet DW13", 583, "v2_mobilenet", "DW13"),
      layer_row("sparse AlexNet FC8", 8.4e3, "v2_sparse_alexnet", "FC8"),

      loss_row("sparse AlexNet", 16, "v2_sparse_alexnet", "ddr4_sparse_alexnet"),
      loss_row("sparse MobileNet", 24, "v2_sparse_mobilenet", "ddr4_sparse_mobilenet"),

      ratio_row("v1 to v1.5, MobileNet", 5.6, "v1_mobilenet", "v1_5_mobilenet"),
      ratio_row("v1.5 to v2 with one MAC a PE, MobileNet: sparse support alone", 1.2,
                "v1_5_mobilenet", "v2_simd_1_mobilenet"),
      ratio_row("v1 MobileNet to v2 sparse MobileNet", 12.6, "v1_mobilenet", "v2_sparse_mobilenet"),
      ratio_row("the same from the original v1", 12.6, "v1_168_mobilenet", "v2_sparse_mobilenet"),
      ratio_row("v1 AlexNet to v2 sparse AlexNet", 42.5, "v1_alexnet", "v2_sparse_alexnet"),
      ratio_row("the same from the original v1", 42.5, "v1_168_alexnet", "v2_sparse_alexnet"),
      ratio_row("v1 AlexNet to v2 sparse MobileNet", 225.1, "v1_alexnet", "v2_sparse_mobilenet"),
      ratio_row("the same from the original v1", 225.1, "v1_168_alexnet", "v2_sparse_mobilenet"),
      ratio_row("v2 AlexNet to v2 MobileNet", 12.6, "v2_alexnet", "v2_mobilenet"),
      ratio_row("v2 sparse AlexNet to v2 sparse MobileNet", 5.3, "v2_sparse_alexnet",
                "v2_sparse_mobilenet"),
  };
  add_scaling(rows, "AlexNet", "scaled_alexnet");
  add_scaling(rows, "GoogLeNet", "scaled_googlenet");
  add_scaling(rows, "MobileNet 1.0/224", "scaled_mobilenet");
  add_v1(rows);
  return rows;
}

}  // namespace uvea::tb
