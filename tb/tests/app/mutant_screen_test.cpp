// Small faults in the MACs of the Verilog PE (tb/tests/mutants): the screen of the divergence marks the
// first multiply-accumulate that differs.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "tb/tests/app/program.h"

namespace uvea::test {
namespace {

namespace fs = std::filesystem;

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// The changed lines of a mutant (tb/tests/mutants) in a copy of what RTL is built from.
void plant(const Folder& folder, const std::string& title) {
  const std::string source = UVEA_SOURCE_DIR, data = folder.path("data");
  for (const char* part : {"configs", "rtl/pe", "tb/cosim/rtl"}) {
    fs::create_directories(fs::path(data + "/" + part).parent_path());
    fs::copy(source + "/" + part, data + "/" + part, fs::copy_options::recursive);
  }
  const std::string list = content_of(source + "/tb/tests/mutants/rtl_mutants.txt");
  const std::size_t at = list.find("mac_pair.v: " + title + "\n- ");
  ASSERT_NE(at, std::string::npos) << title;
  const auto lines = lines_of(list.substr(at, 600));
  const std::string before = lines[1].substr(2), after = lines[2].substr(2);
  ASSERT_EQ(lines[2].rfind("+ ", 0), 0U) << title;
  std::string text = content_of(data + "/rtl/pe/mac_pair.v");
  const std::size_t place = text.find(before);
  ASSERT_NE(place, std::string::npos) << before;
  text.replace(place, before.size(), after);
  fs::remove(data + "/rtl/pe/mac_pair.v");
  folder.file("data/rtl/pe/mac_pair.v", text);
}

/// A mutant of the MACs is told by the first MAC that differs.
void expect_first_mac(const std::string& title) {
  const Folder folder;
  plant(folder, title);
  ::setenv("UVEA_DATA", folder.path("data").c_str(), 1);
  ::setenv("UVEA_CACHE", UVEA_TEST_CACHE, 1);
  const Ended ended =
      run_program({"run", "--quiet", "--batch", "1", "--set", "pe.psum_entries=34", "--layers",
                   "3-5", "--rtl", "shadow", "--out", folder.path("out")});
  EXPECT_EQ(ended.status, 1) << ended.err;
  EXPECT_TRUE(has(ended.err, "first divergence: psum number ")) << ended.err;
  const std::size_t mark = ended.err.find("<- the first that differs");
  ASSERT_NE(mark, std::string::npos) << ended.err;
  EXPECT_EQ(ended.err.find("<- the first that differs", mark + 1), std::string::npos) << ended.err;
  // In its row the two sides are not the same.
  const std::size_t line = ended.err.rfind('\n', mark) + 1;
  EXPECT_NE(ended.err.substr(line, 36), "  " + ended.err.substr(line + 38, 34)) << ended.err;
}

TEST(MutantScreen, WithoutForwarding) { expect_first_mac("no forwarding from lane 0 to lane 0"); }
TEST(MutantScreen, LanesSwapped) { expect_first_mac("lanes swapped"); }
TEST(MutantScreen, IgnoresTheSecondCount) { expect_first_mac("the second count is ignored"); }
TEST(MutantScreen, Subtracts) { expect_first_mac("subtraction instead of addition"); }
TEST(MutantScreen, ForwardsFromAnotherPsum) {
  expect_first_mac("forwarding without looking at the address");
}

}  // namespace
}  // namespace uvea::test
