// Options of the chip: names, ranges, precedence, chip files and their errors.

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "hw/config/chip_limits.h"
#include "hw/config/chip_options.h"
#include "sw/user_error.h"
#include "tb/config/chip_file.h"
#include "tb/config/near_name.h"

namespace uvea::tb {
namespace {

using hw::chip_options;
using hw::ChipOption;

namespace fs = std::filesystem;

/// A file that goes away with the test.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text)
      : path_((fs::temp_directory_path() / "uvea_config_test_XXXXXX").string()) {
    const int handle = ::mkstemp(path_.data());
    if (handle < 0) throw std::runtime_error("no temporary file");
    ::close(handle);
    std::ofstream(path_, std::ios::binary) << text;
  }
  ~TemporaryFile() { fs::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  std::string path() const { return path_; }

 private:
  std::string path_;
};

std::string error_of(const std::string& file_text, const std::vector<std::string>& settings) {
  const TemporaryFile file(file_text);
  try {
    load_chip({file.path()}, settings);
  } catch (const UserError& e) {
    const std::string text = e.what();
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    const auto at = text.find(file.path());
    // The name of the file is not the test's subject.
    return at == std::string::npos
               ? text
               : text.substr(0, at) + "F" + text.substr(at + file.path().size());
  }
  return "no error";
}

std::string slurp(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(NearName, CountsEdits) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("abc", "abc"), 0u);
  EXPECT_EQ(near_name("pe.smid", {"pe.kind", "pe.simd"}), "pe.simd");
  EXPECT_EQ(near_name("zzzzzzzz", {"pe.kind", "pe.simd"}), "");
  EXPECT_EQ(near_name("", {"a"}), "");
  const std::vector<std::string> names{"mobilenet_1", "mobilenet_2", "alexnet"};
  EXPECT_EQ(did_you_mean("mobilenet", names), ", did you mean 'mobilenet_1' or 'mobilenet_2'?");
  EXPECT_EQ(did_you_mean("mobilent_2", names), ", did you mean 'mobilenet_2'?");
  EXPECT_EQ(did_you_mean("zzzzzzzz", names), "");
  // Part of too many to be told apart.
  EXPECT_EQ(did_you_mean("net", {"net1", "net2", "net3", "net4", "net5"}),
            ", did you mean 'net1'?");
}

TEST(ChipOptions, EachNameOnceAndComplete) {
  std::set<std::string> names;
  for (const ChipOption& option : chip_options()) {
    EXPECT_TRUE(names.insert(option.name).second) << option.name;
    EXPECT_FALSE(option.unit.empty()) << option.name;
    EXPECT_FALSE(option.help.empty()) << option.name;
    EXPECT_FALSE(option.source.empty()) << option.name;
    EXPECT_FALSE(option.range().empty()) << option.name;
  }
  EXPECT_GE(names.size(), 45u);
}

/// Converts to any field, so that brace initialisation with n of them compiles for n fields at
/// most.
struct AnyField {
  template <typename T>
  operator T() const;
};
template <typename T, std::size_t... I>
constexpr auto takes(std::index_sequence<I...>)
    -> decltype(T{(static_cast<void>(I), AnyField{})...}, true) {
  return true;
}
template <typename T, typename... None>
constexpr bool takes(None...) {
  return false;
}
template <typename T, std::size_t N = 64>
constexpr std::size_t field_count() {
  if constexpr (N == 0) {
    return 0;
  } else if constexpr (takes<T>(std::make_index_sequence<N>{})) {
    return N;
  } else {
    return field_count<T, N - 1>();
  }
}

// A field that is added to hw::ChipConfig without a row here is a number that lives in code only.
TEST(ChipOptions, EveryFieldHasARow) {
  std::map<std::string, std::size_t> rows;
  for (const ChipOption& option : chip_options()) ++rows[option.section()];
  const std::map<std::string, std::size_t> fields{
      {"pe", field_count<hw::PeConfig>()},           {"cluster", field_count<hw::ClusterConfig>()},
      {"mesh", field_count<hw::MeshConfig>()},       {"glb", field_count<hw::GlbConfig>()},
      {"noc", field_count<hw::NocConfig>()},         {"port", field_count<hw::PortConfig>()},
      {"control", field_count<hw::ControlConfig>()}, {"dram", field_count<hw::DramConfig>()}};
  EXPECT_EQ(rows, fields);
  EXPECT_EQ(fields.size(), field_count<hw::ChipConfig>());
}

// Were two rows bound to one field, setting one would change the other.
TEST(ChipOptions, EachReachesAFieldOfItsOwn) {
  const auto options = chip_options();
  const hw::ChipConfig defaults;
  for (const ChipOption& changed : options) {
    hw::ChipConfig chip;
    if (changed.lowest == changed.highest && changed.range().find('|') == std::string::npos)
      continue;
    const std::string before = changed.text(chip);
    if (changed.range() == "true|false") {
      EXPECT_EQ(changed.set(chip, before == "true" ? "false" : "true"), "");
    } else if (changed.range().find('|') != std::string::npos) {
      const std::string names = changed.range();
      const std::string first = names.substr(0, names.find('|'));
      EXPECT_EQ(changed.set(chip, before == first ? names.substr(first.size() + 1) : first), "");
    } else {
      std::ostringstream low, high;
      low << static_cast<long>(std::ceil(changed.lowest));
      high << static_cast<long>(changed.highest);
      EXPECT_EQ(changed.set(chip, before == low.str() ? high.str() : low.str()), "");
    }
    EXPECT_NE(changed.text(chip), before) << changed.name;
    for (const ChipOption& other : options) {
      if (other.name == changed.name) continue;
      EXPECT_EQ(other.text(chip), other.text(defaults)) << changed.name << " moved " << other.name;
    }
  }
}

TEST(ChipOptions, DefaultsAreLegalAndEndsAreInclusive) {
  EXPECT_NO_THROW(check_chip(hw::ChipConfig{}));
  int tried = 0;
  for (const ChipOption& option : chip_options()) {
    if (option.range().find('|') != std::string::npos) continue;
    for (const auto& [value, legal] :
         {std::pair{option.lowest, true}, std::pair{option.highest, true},
          std::pair{option.lowest - 1, false}, std::pair{option.highest + 1, false}}) {
      std::ostringstream text;
      text << std::fixed;
      text.precision(std::floor(value) == value ? 0 : 3);
      text << value;
      hw::ChipConfig chip;
      if (legal) {
        EXPECT_EQ(option.set(chip, text.str()), "");
      } else {
        EXPECT_NE(option.set(chip, text.str()), "") << option.name << " " << text.str();
      }
      ++tried;
    }
  }
  EXPECT_GT(tried, 100);
}

// A struct that was filled by hand, without any text.
TEST(ChipOptions, WhoeverBuildsAChipIsToldWhatIsWrongWithIt) {
  const auto why = [](void (*spoil)(hw::ChipConfig&)) {
    hw::ChipConfig chip;
    spoil(chip);
    const std::string bad = hw::why_bad_chip(chip);
    EXPECT_THROW(check_chip(chip), UserError);
    return bad;
  };
  EXPECT_EQ(hw::why_bad_chip(hw::ChipConfig{}), "");
  EXPECT_EQ(why([](hw::ChipConfig& c) { c.pe.simd = 3; }),
            "option pe.simd = 3 is not allowed: expected 1..2 MACs");
  EXPECT_EQ(why([](hw::ChipConfig& c) { c.dram.tck_ns = std::nan(""); }),
            "option dram.tck_ns = nan is not allowed: expected 0.1..100 ns");
  EXPECT_EQ(why([](hw::ChipConfig& c) { c.dram.timing = static_cast<hw::DramTiming>(2); }),
            "option dram.timing = 2 is not allowed: expected ideal|ddr4_3200");
  EXPECT_EQ(why([](hw::ChipConfig& c) { c.dram.banks_per_group = 3; }),
            "option dram.banks_per_group = 3 is not allowed: expected a power of two in 1..8");
  EXPECT_EQ(why([](hw::ChipConfig& c) { c.dram.tfaw_ns = 1; }),
            "option dram.tfaw_ns = 1 is not allowed: expected at least dram.trrd_ns = 4.9");
}

TEST(ChipFile, CommandLineWinsOverFileWinsOverDefault) {
  const TemporaryFile file("[pe]\nsimd = 1\npsum_entries = 16\n[mesh]\nrows=3\n");
  const hw::ChipConfig chip = load_chip({file.path()}, {"mesh.rows=4", "mesh.rows=5"});
  EXPECT_EQ(chip.pe.simd, 1);
  EXPECT_EQ(chip.pe.psum_entries, 16);
  EXPECT_EQ(chip.mesh.rows, 5);
  EXPECT_EQ(chip.mesh.cols, 2);
}

TEST(ChipFile, LaterFilesWinOverEarlierOnes) {
  const TemporaryFile chip_file("[pe]\nsimd = 1\n[dram]\ntck_ns = 2\n[mesh]\nrows = 3\n");
  const TemporaryFile memory("[dram]\ntck_ns = 1.5\nchannels = 2\n");
  const hw::ChipConfig chip =
      load_chip({chip_file.path(), memory.path()}, {"dram.channels=4", "mesh.cols=1"});
  EXPECT_EQ(chip.pe.simd, 1);
  EXPECT_EQ(chip.mesh.rows, 3);
  EXPECT_EQ(chip.dram.tck_ns, 1.5);
  EXPECT_EQ(chip.dram.channels, 4);
  EXPECT_EQ(load_chip({memory.path(), chip_file.path()}, {}).dram.tck_ns, 2);
  // A file's mistake is told even when a later file says otherwise.
  const TemporaryFile bad("[mesh]\nrows = 0\n");
  EXPECT_THROW(load_chip({bad.path(), chip_file.path()}, {}), UserError);
}

TEST(ChipFile, CommentsSpacesAndLineEndsAreTaken) {
  const TemporaryFile file("# a chip\r\n\r\n[pe]\r\n  simd\t= 1   # half\r\npsum_bits=21\r\n");
  const hw::ChipConfig chip = load_chip({file.path()}, {});
  EXPECT_EQ(chip.pe.simd, 1);
  EXPECT_EQ(chip.pe.psum_bits, 21);
}

TEST(ChipFile, ErrorsNameFileAndLine) {
  EXPECT_EQ(error_of("[pe]\nsmid = 1\n", {}),
            "F:2: unknown option 'pe.smid', did you mean 'pe.simd'? (uvea config lists them)");
  EXPECT_EQ(error_of("[mesh]\n\nsimd = 1\n", {}),
            "F:3: unknown option 'mesh.simd', did you mean 'pe.simd'? (uvea config lists them)");
  EXPECT_EQ(error_of("[pe]\nsimd = 3\n", {}),
            "F:2: option pe.simd = '3' is not allowed: expected 1..2 MACs");
  EXPECT_EQ(error_of("[pe]\nsimd\n", {}), "F:2: expected key = value, got 'simd'");
  EXPECT_EQ(error_of("[pe\nsimd=1\n", {}), "F:1: expected [section], got '[pe'");
  EXPECT_EQ(error_of("[pe]\nsimd=1\nsimd=2\n", {}),
            "F:3: option pe.simd was already set in line 2");
  EXPECT_EQ(error_of("[pe]\nsimd=\n", {}), "F:2: option pe.simd has no value");
  EXPECT_EQ(error_of(std::string("[pe]\nsimd\0=1\n", 13), {}), "chip file 'F' is not a text file");
}

TEST(ChipFile, ErrorsOfSettings) {
  EXPECT_EQ(error_of("", {"pe.wieght_bits=9"}),
            "--set: unknown option 'pe.wieght_bits', did you mean 'pe.weight_bits'? (uvea config "
            "lists them)");
  EXPECT_EQ(
      error_of("", {"weight_bits=9"}),
      "--set: unknown option 'weight_bits', did you mean 'pe.weight_bits'? (uvea config lists "
      "them)");
  EXPECT_EQ(error_of("", {"pe.weight_bits=10"}),
            "--set: option pe.weight_bits = '10' is not allowed: expected 8..9 bits");
  EXPECT_EQ(error_of("", {"pe.weight_bits=9x"}),
            "--set: option pe.weight_bits = '9x' is not allowed: expected 8..9 bits");
  EXPECT_EQ(error_of("", {"pe.weight_bits"}), "--set pe.weight_bits: expected section.key=value");
  EXPECT_EQ(error_of("", {"pe.weight_bits="}), "--set pe.weight_bits: the value is missing");
  EXPECT_EQ(error_of("", {"=1"}), "--set =1: expected section.key=value");
  EXPECT_EQ(error_of("", {"dram.tck_ns=nan"}),
            "--set: option dram.tck_ns = 'nan' is not allowed: expected 0.1..100 ns");
  EXPECT_EQ(
      error_of("", {"mesh.rows=99999999999999999999"}),
      "--set: option mesh.rows = '99999999999999999999' is not allowed: expected 1..64 clusters");
}

TEST(ChipFile, ValuesThatDoNotGoTogether) {
  EXPECT_EQ(
      error_of("", {"control.dma_burst_bytes=48"}),
      "option control.dma_burst_bytes = 48 is not allowed: expected a power of two in 8..4096");
  EXPECT_EQ(error_of("", {"control.dma_line_bytes=48"}),
            "option control.dma_line_bytes = 48 is not allowed: expected 0 or a power of two in "
            "8..4096");
  EXPECT_EQ(error_of("", {"control.clock_mhz=3000"}),
            "option control.clock_mhz = 3000: its period of 0.333333 ns becomes 3003 MHz at a time "
            "resolution of 0.001 ns; expected a frequency whose period it can hold");
  EXPECT_EQ(error_of("", {"pe.weight_bits=9", "pe.count_bits=8"}),
            "options pe.weight_bits + pe.count_bits = 9 + 8 are not allowed: expected at most 16 "
            "bits for a pair");
  EXPECT_EQ(error_of("", {"pe.kind=dense"}),
            "option pe.simd = 2 is not allowed: expected 1 with pe.kind = dense, which has one MAC "
            "(configs/chips/eyeriss_v1_5.cfg is a chip of such PEs)");
  EXPECT_EQ(error_of("", {"pe.pipeline_stages=3"}),
            "option pe.pipeline_stages = 3 is not allowed: expected 4..32 stages with pe.kind = "
            "sparse");
  EXPECT_EQ(error_of("", {"dram.tras_ns=10"}),
            "option dram.tras_ns = 10 is not allowed: expected at least dram.trcd_ns = 13.75");
  EXPECT_EQ(error_of("", {"dram.row_bytes=64", "dram.bus_bytes=16"}),
            "option dram.row_bytes = 64 is not allowed: expected at least dram.bus_bytes * "
            "dram.burst_length = 128");
  EXPECT_EQ(error_of("", {"dram.trefi_ns=400"}),
            "option dram.trefi_ns = 400 is not allowed: expected at least 2 * dram.trfc_ns = 700");
  EXPECT_EQ(
      error_of("", {"dram.trefi_ns=100", "dram.trfc_ns=50", "dram.trcd_ns=60", "dram.tras_ns=60"}),
      "option dram.trefi_ns = 100 is not allowed: expected at least dram.trfc_ns + "
      "dram.trcd_ns + 3 * dram.tck_ns = 111.875");
}

TEST(ChipFile, MissingFileAndFolder) {
  EXPECT_THROW(load_chip({"/nonexistent/chip.cfg"}, {}), UserError);
  EXPECT_THROW(load_chip({"/"}, {}), UserError);
}

TEST(ChipFile, WrittenFileReadsBack) {
  hw::ChipConfig chip;
  chip.dram.tck_ns = 0.1 + 0.2;  // no short decimal
  chip.dram.timing = hw::DramTiming::ddr4_3200;
  chip.pe.kind = hw::PeKind::dense;
  chip.pe.simd = 1;
  chip.mesh.rows = 64;
  const TemporaryFile file(chip_file_text(chip));
  const hw::ChipConfig back = load_chip({file.path()}, {});
  for (const ChipOption& option : chip_options()) {
    EXPECT_EQ(option.value(back), option.value(chip)) << option.name;
  }
}

// The shipped file lists every option and equals the defaults: `uvea config --ini` writes it anew.
TEST(ShippedChips, EyerissV2IsTheDefault) {
  const fs::path path = fs::path(UVEA_CONFIGS_DIR) / "chips" / "eyeriss_v2.cfg";
  EXPECT_EQ(slurp(path), chip_file_text(hw::ChipConfig{}));
  const hw::ChipConfig chip = load_chip({path.string()}, {});
  for (const ChipOption& option : chip_options()) {
    EXPECT_EQ(option.value(chip), option.value(hw::ChipConfig{})) << option.name;
  }
}

TEST(ShippedChips, AllAreLegal) {
  int files = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(UVEA_CONFIGS_DIR) / "chips")) {
    if (entry.path().extension() != ".cfg") continue;
    EXPECT_NO_THROW(load_chip({entry.path().string()}, {})) << entry.path();
    ++files;
  }
  EXPECT_GE(files, 2);
}

TEST(ChipSizes, FollowTheConfiguration) {
  const hw::ChipConfig chip =
      load_chip({}, {"mesh.rows=3", "mesh.cols=5", "cluster.pe_rows=2", "cluster.pe_cols=6",
                     "pe.psum_entries=17", "pe.weight_bits=9", "glb.iact_banks=4",
                     "glb.psum_bank_words=77", "pe.kind=dense", "pe.simd=1"});
  const mapper::ChipSizes sizes = sizes_of(chip);
  EXPECT_EQ(sizes.mesh_rows, 3);
  EXPECT_EQ(sizes.mesh_cols, 5);
  EXPECT_EQ(sizes.pe_rows, 2);
  EXPECT_EQ(sizes.pe_cols, 6);
  EXPECT_EQ(sizes.psum_entries, 17);
  EXPECT_EQ(sizes.weight_bits, 9);
  EXPECT_EQ(sizes.iact_banks, 4);
  EXPECT_EQ(sizes.psum_bank_words, 77);
  EXPECT_FALSE(sizes.sparse);
}

}  // namespace
}  // namespace uvea::tb
