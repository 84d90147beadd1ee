// Mappings from run to run: the same output with a cold and a warm cache, with a damaged one and
// without one.

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "tb/tests/app/program.h"

namespace uvea::test {
namespace {

namespace fs = std::filesystem;

void use_cache(const std::string& folder) { ::setenv("UVEA_CACHE", folder.c_str(), 1); }

std::vector<fs::path> entries(const Folder& folder) {
  std::vector<fs::path> found;
  std::error_code none;
  for (const auto& file : fs::directory_iterator(folder.path("cache/mappings"), none))
    found.push_back(file.path());
  std::sort(found.begin(), found.end());
  return found;
}

std::string map(std::vector<std::string> options = {}) {
  options.insert(options.begin(), {"map", "--batch", "1"});
  const Ended ended = run_program(options);
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(ended.err, "");
  EXPECT_NE(ended.out.find("mappings worked out"), std::string::npos) << ended.out;
  return ended.out;
}

/// results.json but for the lines of the host's time.
std::string results(std::vector<std::string> options = {}) {
  const Folder folder;
  options.insert(options.begin(),
                 {"run", "--batch", "1", "--layers", "1-2", "--out", folder.path("out")});
  const Ended ended = run_program(options);
  EXPECT_EQ(ended.status, 0) << ended.err;
  std::string rest;
  std::size_t dropped = 0;
  for (const std::string& line : lines_of(content_of(folder.path("out/results.json")))) {
    const bool of_host = line.find("host_second") != std::string::npos;
    dropped += of_host ? 1 : 0;
    if (!of_host) rest += line + "\n";
  }
  EXPECT_EQ(dropped, 2U);
  EXPECT_GT(rest.size(), 1000U);
  return rest;
}

TEST(MapCacheRun, ColdWarmAndWithoutTheMappingsAreTheSame) {
  const Folder folder;
  use_cache(folder.path("cache"));
  const std::string alone = map({"--no-map-cache"});
  EXPECT_FALSE(fs::exists(folder.path("cache")));
  EXPECT_EQ(map(), alone);
  const auto kept = entries(folder);
  ASSERT_GE(kept.size(), 8U);
  std::vector<fs::file_time_type> times;
  for (const fs::path& file : kept) times.push_back(fs::last_write_time(file));
  EXPECT_EQ(map(), alone);
  ASSERT_EQ(entries(folder), kept);
  // They were read, not found again.
  for (std::size_t i = 0; i < kept.size(); ++i)
    EXPECT_EQ(fs::last_write_time(kept[i]), times[i]) << kept[i];
  // A file whose entries are half damaged, half cut off.
  const std::string sound = content_of(kept[0].string());
  for (std::size_t i = 0; i < kept.size(); ++i) {
    std::string text = content_of(kept[i].string());
    if (i % 2 == 0)
      text[text.size() / 3] = static_cast<char>(text[text.size() / 3] ^ 2);
    else
      text.resize(text.size() / 2);
    std::ofstream(kept[i], std::ios::binary) << text;
  }
  EXPECT_EQ(map(), alone);
  EXPECT_EQ(content_of(kept[0].string()), sound);  // written anew
}

TEST(MapCacheRun, WhatIsAskedOtherwiseIsFoundAnew) {
  const Folder folder;
  use_cache(folder.path("cache"));
  map({"--layers", "stem"});
  const auto first = entries(folder);
  map({"--layers", "stem", "--map-slack", "3"});
  const auto second = entries(folder);
  EXPECT_EQ(second.size(), 2 * first.size());
  map({"--layers", "stem", "--set", "pe.psum_entries=24"});
  EXPECT_EQ(entries(folder).size(), 3 * first.size());
}

TEST(MapCacheRun, ColdWarmAndWithoutTheResultsAreTheSame) {
  const Folder folder;
  use_cache(folder.path("cache"));
  const std::string alone = results({"--no-map-cache"});
  EXPECT_TRUE(entries(folder).empty());
  EXPECT_EQ(results(), alone);
  EXPECT_FALSE(entries(folder).empty());
  EXPECT_EQ(results(), alone);
  EXPECT_EQ(results({"--map-slack", "3"}), results({"--map-slack", "3"}));
}

TEST(MapCacheRun, AFolderThatCannotBeThereIsPassedOver) {
  const Folder folder;
  const std::string plain = folder.file("plain", "no folder");
  use_cache(plain);
  const std::string first = map({"--layers", "stem"});
  EXPECT_EQ(map({"--layers", "stem"}), first);
  EXPECT_EQ(folder.names(), std::vector<std::string>{"plain"});
}

}  // namespace
}  // namespace uvea::test
