// Pictures, folders of them, labels and the mapping of pixels, with the built program.

#include <gtest/gtest.h>

#include <filesystem>

#include "tb/tests/app/refusal.h"
#include "tb/tests/nn/picture_files.h"

namespace uvea::test {
namespace {

constexpr const char* kImages = UVEA_CONFIGS_DIR "/networks/fashion_mnist/";

class PictureRun : public ::testing::Test {
 protected:
  void copy(const std::string& image, const std::string& name) const {
    std::filesystem::copy_file(kImages + image, folder.path(name));
  }
  /// Runs the embedded network; its last layers are quick.
  Ended run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"run", "--layers", "11-12"});
    const Ended ended = run_program(arguments);
    EXPECT_EQ(ended.status, 0) << ended.err;
    return ended;
  }
  /// The lines of the table of classes.
  static std::vector<std::string> classes(const std::string& out) {
    std::vector<std::string> table;
    for (const std::string& line : lines_of(out))
      if (!table.empty() || line.rfind("image ", 0) == 0) table.push_back(line);
    return table;
  }
  static bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }
  const Folder folder;
};

TEST_F(PictureRun, AFolderIsTheBatchSortedByName) {
  std::filesystem::create_directory(folder.path("in"));
  copy("02.png", "in/a.png");
  copy("00.png", "in/B.PNG");
  copy("01.png", "in/named_as_nothing");
  folder.file("in/readme.txt", "no picture");
  const Ended ended = run({"--input", folder.path("in")});
  EXPECT_TRUE(has(ended.out, "3 of 3 pictures in ")) << ended.out;
  EXPECT_TRUE(has(ended.out, "note: 1 files in ")) << ended.out;
  const auto table = classes(ended.out);
  ASSERT_EQ(table.size(), 1U + 3 * 5) << ended.out;
  EXPECT_EQ(table[1].rfind("B.PNG ", 0), 0U);
  EXPECT_TRUE(has(table[1], "9 Ankle boot"));
  EXPECT_EQ(table[6].rfind("a.png ", 0), 0U);
  EXPECT_TRUE(has(table[6], "1 Trouser"));
  EXPECT_EQ(table[11].rfind("named_as_nothing ", 0), 0U);
  EXPECT_TRUE(has(table[11], "2 Pullover"));

  EXPECT_EQ(classes(run({"--input", folder.path("in"), "--batch", "2"}).out).size(), 1U + 2 * 5);
  expect_refused(folder, {"run", "--input", folder.path("in"), "--batch", "4"}, "has 3 pictures");
  folder.file("in/broken.jpg", "\xff\xd8\xff and no more");
  expect_refused(folder, {"run", "--input", folder.path("in")}, "in/broken.jpg");
  folder.file("in/aaa", "GIF89a and so on, but this is a picture all the same");
  expect_refused(folder, {"run", "--input", folder.path("in")}, "in/aaa: a GIF picture");
}

TEST_F(PictureRun, AFolderWithoutPictures) {
  folder.file("text", "no picture");
  expect_refused(folder, {"run", "--input", folder.path("")}, "no picture in the folder");
}

TEST_F(PictureRun, TheFiveBestClassesWithLabels) {
  copy("00.png", "boot.png");
  std::string names;
  for (int i = 0; i < 10; ++i) names += "class number " + std::to_string(i) + "\r\n";
  const std::string input = folder.path("boot.png");
  const Ended ended =
      run({"--input", input, "--labels", folder.file("labels", "\xef\xbb\xbf" + names)});
  const auto table = classes(ended.out);
  ASSERT_EQ(table.size(), 6U) << ended.out;
  EXPECT_TRUE(has(table[1], "9 class number 9  0.99")) << table[1];
  EXPECT_FALSE(has(ended.out, "background"));

  // One name less: class 0 is the background.
  const std::string nine = folder.file("nine", names.substr(names.find('\n') + 1));
  const Ended shifted = run({"--input", input, "--labels", nine});
  EXPECT_TRUE(has(shifted.out, "nine names 9 of 10 classes: the first is taken as class 1"))
      << shifted.out;
  EXPECT_TRUE(has(classes(shifted.out)[1], "9 class number 9"));
  // One more, the first of them the background.
  const Ended dropped =
      run({"--input", input, "--labels", folder.file("eleven", "Background\n" + names)});
  EXPECT_TRUE(has(dropped.out, "is left out")) << dropped.out;
  EXPECT_TRUE(has(classes(dropped.out)[1], "9 class number 9"));

  const auto refused = [&](const std::string& content, const std::string& part) {
    expect_refused(folder, {"run", "--labels", folder.file("bad", content)}, part);
  };
  refused("x\n" + names, "11 lines, expected one for each of the network's 10 classes");
  refused("only one\n", "1 lines");
  refused(std::string("a\0b", 3), "not a text file");
  expect_refused(folder, {"run", "alexnet", "--labels", nine}, "is a layer table");
  expect_refused(folder, {"run", "--labels", folder.path("none")}, "none");
}

TEST_F(PictureRun, PixelsAreMappedAsAskedFor) {
  tb::PngSpec grey{28, 28, 8, 0, tb::FileBytes(28 * 28, 100), {}, {}, {}};
  const tb::FileBytes png = tb::png_file(grey);
  const std::string input = folder.file("grey.png", {png.begin(), png.end()});
  // The embedded network's input: scale 1/255, zero point -128. All of this is one real, 0.25.
  const std::string raw = folder.file("grey.raw", std::string(784, static_cast<char>(-128 + 64)));
  const auto scores = [&](std::vector<std::string> arguments) {
    auto table = classes(run(std::move(arguments)).out);
    for (std::string& line : table) line.erase(0, line.find("  "));
    return table;
  };
  const auto mapped = scores({"--input", input, "--input-mean", "36.25", "--input-std", "255"});
  EXPECT_EQ(mapped, scores({"--input", raw}));
  EXPECT_NE(mapped, scores({"--input", input}));
  const Ended told = run({"--input", input, "--input-mean", "127.5", "--input-std", "127.5"});
  EXPECT_TRUE(has(told.out, "note: pixels 0..255 become the codes -128..127, which stand for 0..1"))
      << told.out;
  expect_refused(folder, {"run", "--input", raw, "--input-std", "255"}, "grey.raw is a raw tensor");
  expect_refused(
      folder, {"run", "--input", input, "--input-mean", "1,2,3"},
      "--input-mean: 3 values, expected one, or one for each of the network's 1 channels");
  expect_refused(folder, {"run", "alexnet", "--input-mean", "1"}, "is a layer table");
}

TEST_F(PictureRun, WhatIsDoneToAPictureIsTold) {
  tb::PngSpec spec{28, 28, 8, 4, tb::FileBytes(2 * 28 * 28, 7), {}, {}, tb::exif_tiff(6, true)};
  const tb::FileBytes png = tb::png_file(spec);
  const Ended ended = run({"--input", folder.file("odd.png", {png.begin(), png.end()})});
  EXPECT_TRUE(has(ended.out, "note: laid over white where transparent: odd.png")) << ended.out;
  EXPECT_TRUE(has(ended.out, "note: turned to its EXIF orientation 6: odd.png")) << ended.out;
}

}  // namespace
}  // namespace uvea::test
