// A user's mistakes, made with the built program: exit status 2, one clear line, nothing written.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace fs = std::filesystem;

class BadUse : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("uvea_bad_use_" + std::to_string(getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return "'" + (folder_ / name).string() + "'";
  }

  /// The program with these arguments must refuse with a line that contains `part`.
  void refused(const std::string& arguments, const std::string& part) const {
    const fs::path err = folder_ / "stderr";
    const fs::path out = folder_ / "never";
    const std::string call = std::string("'") + UVEA_BINARY + "' " + arguments +
                             " > /dev/null 2> '" + err.string() + "'";
    const int status = std::system(call.c_str());
    EXPECT_TRUE(WIFEXITED(status)) << arguments;
    EXPECT_EQ(WEXITSTATUS(status), 2) << arguments;
    std::ifstream in(err);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    ASSERT_EQ(lines.size(), 1U) << arguments;
    EXPECT_EQ(lines[0].rfind("uvea: error: ", 0), 0U) << lines[0];
    EXPECT_NE(lines[0].find(part), std::string::npos) << arguments << " says: " << lines[0];
    EXPECT_FALSE(fs::exists(out)) << arguments;
  }

  fs::path folder_;
};

TEST_F(BadUse, OptionsAndNames) {
  const std::string out = " --out '" + (folder_ / "never").string() + "'";
  refused("run nosuch.tflite" + out, "nosuch.tflite");
  refused("run --set pe.weigt_bits=8" + out, "did you mean 'pe.weight_bits'");
  refused("run --set pe.weight_bits=77" + out, "8..9");
  refused("run --layers 5-2" + out, "--layers");
  refused("run --jobs 0" + out, "--jobs");
  refused("run --batch x" + out, "--batch");
  refused("frobnicate", "unknown command");
  refused("run --out " + file("plain", "x") + "/below", "cannot be written");
}

TEST_F(BadUse, Files) {
  const std::string out = " --out '" + (folder_ / "never").string() + "'";
  std::ifstream in(UVEA_CONFIGS_DIR "/networks/fashion_mnist.tflite", std::ios::binary);
  const std::string model{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  ASSERT_GT(model.size(), 1000U);
  refused("run " + file("empty.tflite", "") + out, "empty.tflite");
  refused("run " + file("cut.tflite", model.substr(0, model.size() / 2)) + out, "cut.tflite");
  refused("run --input " + file("text.png", "no picture") + out, "text.png");
  refused("run " +
              file("bad.csv",
                   "# source\nname,type,in_h,in_w,in_c,out_c,kernel_h,kernel_w,stride,pad,groups,"
                   "macs,weight_density,iact_density\nA,conv,4,4,3,two,1,1,1,0,1,96,1,1\n") +
              out,
          "bad.csv:3");
  refused("run --mapping " + file("bad.map", "[stem]\nc0 = many\n") + out, "bad.map:2");
  refused("run --chip " + file("bad.cfg", "[pe]\nweight_bits = many\n") + out, "weight_bits");
}

}  // namespace
