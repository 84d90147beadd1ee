#include "tb/config/chip_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>

#include "hw/command/layer_command.h"
#include "hw/config/chip_limits.h"
#include "hw/config/chip_options.h"
#include "sw/user_error.h"
#include "tb/config/near_name.h"
#include "tlm/clock_period.h"

namespace po = boost::program_options;

namespace uvea::tb {

using hw::chip_options;
using hw::ChipOption;

namespace {

constexpr std::size_t largest_chip_file = 1 << 20;

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::string printable(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return text.size() > 60 ? text.substr(0, 60) + "..." : text;
}

/// The table, by name, and as Boost sees it.
class Options {
 public:
  Options() : rows_(chip_options()) {
    for (const ChipOption& row : rows_) {
      names_.push_back(row.name);
      described_.add_options()(row.name.c_str(), po::value<std::string>(), row.help.c_str());
    }
  }
  const std::vector<ChipOption>& rows() const { return rows_; }
  const po::options_description& described() const { return described_; }

  void require_known(const std::string& name, const std::string& where) const {
    if (std::find(names_.begin(), names_.end(), name) != names_.end()) return;
    // The key alone may be right and the section wrong or missing.
    std::vector<std::string> same_key;
    for (const ChipOption& row : rows_) {
      if (row.key() == name.substr(name.rfind('.') + 1)) same_key.push_back(row.name);
    }
    const std::string hint = same_key.size() == 1 ? ", did you mean '" + same_key.front() + "'?"
                                                  : did_you_mean(name, names_);
    throw UserError(fmt::format("{}unknown option '{}'{} (uvea config lists them)", where,
                                printable(name), hint));
  }

 private:
  std::vector<ChipOption> rows_;
  std::vector<std::string> names_;
  po::options_description described_;
};

std::string read_chip_file(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text(largest_chip_file + 1, '\0');
  if (!in)
    throw UserError(
        fmt::format("cannot read chip file '{}': {}; expected the path of a file such as "
                    "configs/chips/eyeriss_v2.cfg",
                    file, std::strerror(errno)));
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad() || (in.gcount() == 0 && !in.eof())) {
    throw UserError(fmt::format("cannot read chip file '{}': is it a file?", file));
  }
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > largest_chip_file) {
    throw UserError(fmt::format("chip file '{}' is larger than 1 MiB", file));
  }
  if (text.find('\0') != std::string::npos) {
    throw UserError(fmt::format("chip file '{}' is not a text file", file));
  }
  return text;
}

/// The line on which each option stands. Boost's parser knows no line numbers, so everything that
/// it would refuse is found here first.
std::map<std::string, int> scan_lines(const std::string& text, const std::string& file,
                                      const Options& options) {
  std::map<std::string, int> lines;
  std::istringstream in(text);
  std::string section;
  int number = 0;
  for (std::string raw; std::getline(in, raw);) {
    const std::string where = fmt::format("{}:{}: ", file, ++number);
    const std::string line = trimmed(raw.substr(0, raw.find('#')));
    if (line.empty()) continue;
    if (line.front() == '[') {
      if (line.back() != ']' || line.size() < 3) {
        throw UserError(where + "expected [section], got '" + printable(line) + "'");
      }
      section = line.substr(1, line.size() - 2) + ".";
      continue;
    }
    const auto equals = line.find('=');
    if (equals == std::string::npos) {
      throw UserError(where + "expected key = value, got '" + printable(line) + "'");
    }
    const std::string name = section + trimmed(line.substr(0, equals));
    options.require_known(name, where);
    if (trimmed(line.substr(equals + 1)).empty()) {
      throw UserError(where + "option " + name + " has no value");
    }
    const auto [earlier, is_new] = lines.emplace(name, number);
    if (!is_new) {
      throw UserError(
          fmt::format("{}option {} was already set in line {}", where, name, earlier->second));
    }
  }
  return lines;
}

po::parsed_options parse_settings(const std::vector<std::string>& settings,
                                  const Options& options) {
  std::map<std::string, std::string> last;
  for (const std::string& setting : settings) {
    const auto equals = setting.find('=');
    const std::string name = trimmed(setting.substr(0, equals));
    if (equals == std::string::npos || name.empty()) {
      throw UserError(fmt::format("--set {}: expected section.key=value", printable(setting)));
    }
    options.require_known(name, "--set: ");
    last[name] = trimmed(setting.substr(equals + 1));
  }
  std::vector<std::string> arguments;
  for (const auto& [name, value] : last) {
    if (value.empty()) throw UserError(fmt::format("--set {}: the value is missing", name));
    arguments.push_back("--" + name + "=" + value);
  }
  return po::command_line_parser(arguments)
      .options(options.described())
      .style(po::command_line_style::allow_long | po::command_line_style::long_allow_adjacent)
      .run();
}

void set_from_file(hw::ChipConfig& chip, const std::string& file, const Options& options) {
  const std::string text = read_chip_file(file);
  const std::map<std::string, int> lines = scan_lines(text, file, options);
  po::variables_map values;
  std::istringstream in(text);
  try {
    po::store(po::parse_config_file(in, options.described()), values);
  } catch (const po::error& e) {
    throw UserError(fmt::format("chip file '{}': {}", file, e.what()));
  }
  for (const ChipOption& row : options.rows()) {
    if (values.count(row.name) == 0) continue;
    const std::string bad = row.set(chip, trimmed(values[row.name].as<std::string>()));
    if (!bad.empty()) throw UserError(fmt::format("{}:{}: {}", file, lines.at(row.name), bad));
  }
}

void set_from_settings(hw::ChipConfig& chip, const std::vector<std::string>& settings,
                       const Options& options) {
  po::variables_map values;
  po::store(parse_settings(settings, options), values);
  for (const ChipOption& row : options.rows()) {
    if (values.count(row.name) == 0) continue;
    const std::string bad = row.set(chip, trimmed(values[row.name].as<std::string>()));
    if (!bad.empty()) throw UserError("--set: " + bad);
  }
}

}  // namespace

hw::ChipConfig load_chip(const std::vector<std::string>& files,
                         const std::vector<std::string>& settings) {
  const Options options;
  hw::ChipConfig chip;
  for (const std::string& file : files) set_from_file(chip, file, options);
  set_from_settings(chip, settings, options);
  check_chip(chip);
  return chip;
}

void check_chip(const hw::ChipConfig& chip) {
  if (const std::string bad = hw::why_bad_chip(chip); !bad.empty()) throw UserError(bad);
  const std::string clock = link::clock_fault(chip.control.clock_mhz, link::kDefaultResolutionFs);
  if (!clock.empty()) throw UserError("option " + clock);
}

std::string chip_file_text(const hw::ChipConfig& chip) {
  std::string text =
      "# A chip for uvea: --chip FILE. Each option with its meaning, unit, range and source;\n"
      "# options that are left out keep their defaults, which are those of Eyeriss v2.\n"
      "# Sources: JETCAS 2019 is doi 10.1109/JETCAS.2019.2910232; choices stand in docs/.\n";
  std::string section;
  for (const ChipOption& row : chip_options()) {
    if (row.section() != section) {
      section = row.section();
      text += "\n[" + section + "]\n";
    }
    const std::string unit = row.unit == "-" ? std::string() : row.unit + ", ";
    text += fmt::format("# {} ({}{}; {})\n{} = {}\n", row.help, unit, row.range(), row.source,
                        row.key(), row.text(chip));
  }
  return text;
}

std::string chip_table(const hw::ChipConfig& chip) {
  const std::vector<ChipOption> rows = chip_options();
  std::vector<std::vector<std::string>> cells{{"option", "value", "unit", "range", "source", ""}};
  for (const ChipOption& row : rows) {
    cells.push_back({row.name, row.text(chip), row.unit, row.range(), row.source, row.help});
  }
  std::vector<std::size_t> widths(cells.front().size(), 0);
  for (const auto& line : cells) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  }
  widths.back() = 0;
  std::string text;
  for (const auto& line : cells) {
    std::string shown;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::string gap = i == 0 ? "" : "  ";
      shown += i == 1 ? fmt::format("{}{:>{}}", gap, line[i], widths[i])
                      : fmt::format("{}{:<{}}", gap, line[i], widths[i]);
    }
    shown.erase(shown.find_last_not_of(' ') + 1);
    text += shown + "\n";
  }
  return text;
}

mapper::ChipSizes sizes_of(const hw::ChipConfig& chip) {
  mapper::ChipSizes sizes;
  sizes.mesh_rows = chip.mesh.rows;
  sizes.mesh_cols = chip.mesh.cols;
  sizes.pe_rows = chip.cluster.pe_rows;
  sizes.pe_cols = chip.cluster.pe_cols;
  sizes.iact_addr_entries = chip.pe.iact_addr_entries;
  sizes.iact_data_entries = chip.pe.iact_data_entries;
  sizes.weight_addr_entries = chip.pe.weight_addr_entries;
  sizes.weight_data_words = chip.pe.weight_data_words;
  sizes.psum_entries = chip.pe.psum_entries;
  sizes.psum_banks = chip.pe.psum_banks;
  sizes.weight_buffers = chip.pe.weight_buffers;
  sizes.iact_bits = chip.pe.iact_bits;
  sizes.weight_bits = chip.pe.weight_bits;
  sizes.count_bits = chip.pe.count_bits;
  sizes.psum_bits = chip.pe.psum_bits;
  sizes.simd = chip.pe.simd;
  sizes.sparse = chip.pe.kind == hw::PeKind::sparse;
  sizes.iact_banks = chip.glb.iact_banks;
  sizes.iact_bank_words = chip.glb.iact_bank_words;
  sizes.psum_bank_words = chip.glb.psum_bank_words;
  sizes.io_fifo_words = chip.glb.io_fifo_words;
  sizes.flat_noc = chip.noc.kind == hw::NocKind::flat;
  sizes.iact_bus_bits = chip.noc.iact_bus_bits;
  sizes.weight_bus_bits = chip.noc.weight_bus_bits;
  sizes.psum_bus_bits = chip.noc.psum_bus_bits;
  sizes.dma_block_bytes = chip.control.block_bytes();
  sizes.channel_param_bytes = hw::kChannelParamBytes;
  sizes.descriptor_bytes = static_cast<int>(hw::kDescriptorBytes);
  sizes.dma_outstanding = chip.control.dma_outstanding;
  sizes.dram_align_bytes = hw::kMaxLineBytes;
  sizes.csc_head_bytes = chip.port.csc_head_bytes;
  sizes.write_bytes = chip.port.write_bytes;
  sizes.iact_units_ahead = chip.port.iact_units_ahead;
  sizes.param_tiles_ahead = chip.port.param_tiles_ahead;
  sizes.weight_buffer_bytes = chip.port.weight_buffer_bytes;
  sizes.dram_latency_cycles = chip.dram.ideal_latency_cycles;
  const double clock_ns = 1000.0 / chip.control.clock_mhz;
  // Two transfers a memory clock.
  sizes.dram_bytes_per_cycle =
      2.0 * chip.dram.bus_bytes * chip.dram.channels * clock_ns / chip.dram.tck_ns;
  sizes.dram_bus_limits = chip.dram.timing != hw::DramTiming::ideal;
  sizes.io_link_bits = chip.control.io_link_bits;
  sizes.serial_io = chip.control.serial_io;
  sizes.hop_cycles = chip.noc.hop_cycles;
  sizes.stages_before = sizes.sparse ? 3 : 0;
  sizes.stages_behind = chip.pe.pipeline_stages - (sizes.sparse ? 4 : 1);
  sizes.configure_cycles =
      static_cast<int>(hw::kDescriptorBytes / 4) * chip.control.command_word_cycles +
      chip.control.settle_cycles;
  mapper::CommandLimits& limits = sizes.limits;
  limits.chunk_segments = hw::kMaxChunkSegments;
  limits.segment_iacts = hw::kMaxSegmentIacts;
  limits.weight_columns = hw::kMaxWeightColumns;
  limits.tile_channels = hw::kMaxTileChannels;
  limits.tile_words = hw::kMaxTileWords;
  limits.csc_tile_words = hw::kMaxCscTileWords;
  limits.epoch_chunks = hw::kMaxEpochChunks;
  limits.dimension = hw::kMaxDimension;
  limits.product = hw::kMaxProduct;
  return sizes;
}

}  // namespace uvea::tb
