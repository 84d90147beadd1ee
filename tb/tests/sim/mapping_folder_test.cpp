// Mappings in files: kept, bounded, and never in the way.

#include "tb/sim/mapping_folder.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace uvea::tb {
namespace {

namespace fs = std::filesystem;

class MappingFolderTest : public ::testing::Test {
 protected:
  MappingFolderTest() {
    std::string name = (fs::path(::testing::TempDir()) / "uvea-mappings-XXXXXX").string();
    path_ = ::mkdtemp(name.data()) == nullptr ? fs::path() : fs::path(name);
  }
  ~MappingFolderTest() override {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  void SetUp() override { ASSERT_FALSE(path_.empty()); }

  std::string below(const std::string& name) const { return (path_ / name).string(); }
  static std::size_t files_in(const std::string& folder) {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
  }

  fs::path path_;
};

TEST_F(MappingFolderTest, WhatIsSavedIsThereForAnother) {
  const std::string folder = below("deep/er");
  MappingFolder one(folder), another(folder);
  EXPECT_EQ(one.load("a"), "");
  EXPECT_FALSE(fs::exists(folder));  // until something is saved
  one.save("a", "first\n");
  another.save("b", "second\n");
  EXPECT_EQ(another.load("a"), "first\n");
  EXPECT_EQ(one.load("b"), "second\n");
  another.save("a", "third\n");
  EXPECT_EQ(one.load("a"), "third\n");
  EXPECT_EQ(files_in(folder), 2U);  // nothing unfinished stays
}

TEST_F(MappingFolderTest, AFolderThatCannotBeWrittenKeepsNothing) {
  std::ofstream(below("file")) << "no folder";
  MappingFolder in_the_way(below("file")), below_it(below("file/mappings")), nowhere("");
  MappingFolder system("/proc/uvea");
  for (MappingFolder* folder : {&in_the_way, &below_it, &nowhere, &system}) {
    folder->save("a", "entry\n");
    EXPECT_EQ(folder->load("a"), "");
  }
  EXPECT_EQ(files_in(path_.string()), 1U);
}

TEST_F(MappingFolderTest, AFolderThatMayOnlyBeReadIsRead) {
  const std::string folder = below("mappings");
  MappingFolder(folder).save("a", "entry\n");
  fs::permissions(folder, fs::perms::owner_read | fs::perms::owner_exec);
  MappingFolder store(folder);
  EXPECT_EQ(store.load("a"), "entry\n");
  store.save("b", "entry\n");  // root may
  fs::permissions(folder, fs::perms::owner_all);
  EXPECT_LE(files_in(folder), 2U);
}

TEST_F(MappingFolderTest, WhatIsNoFileOfAnEntryIsNone) {
  const std::string folder = below("mappings");
  MappingFolder store(folder);
  store.save("a", "entry\n");
  fs::create_directory(folder + "/b.mapping");
  EXPECT_EQ(store.load("b"), "");
  store.save("b", "entry\n");  // cannot take its place
  EXPECT_EQ(store.load("b"), "");
  EXPECT_EQ(files_in(folder), 2U);
  // None is so long; of such a one only a part is read, which its sum tells.
  std::ofstream(folder + "/c.mapping") << std::string(1U << 20, 'x');
  EXPECT_LT(store.load("c").size(), std::size_t{1} << 20);
}

TEST_F(MappingFolderTest, TheOldestGoWhenThereAreTooMany) {
  const std::string folder = below("mappings");
  fs::create_directories(folder);
  const auto now = fs::file_time_type::clock::now();
  const auto plant = [&](const std::string& name, int age) {
    std::ofstream(folder + "/" + name) << "entry\n";
    fs::last_write_time(folder + "/" + name, now - std::chrono::hours(age));
  };
  for (int i = 0; i < 16; ++i) plant(std::to_string(i) + ".mapping", 100 - i);
  plant(".unfinished-abcdef", 200);  // of a program that was killed
  plant("notes.txt", 300);           // somebody else's
  { const MappingFolder only_read(folder, 16); }
  EXPECT_EQ(files_in(folder), 18U);
  { MappingFolder(folder, 16).save("new", "entry\n"); }
  // 18 of ours, of which 16 may stay; two more make room.
  EXPECT_EQ(files_in(folder), 15U);
  for (const char* gone : {".unfinished-abcdef", "0.mapping", "1.mapping", "2.mapping"})
    EXPECT_FALSE(fs::exists(folder + "/" + gone)) << gone;
  for (const char* kept : {"3.mapping", "15.mapping", "new.mapping", "notes.txt"})
    EXPECT_TRUE(fs::exists(folder + "/" + kept)) << kept;
}

TEST_F(MappingFolderTest, IsTheUsersOwn) {
  ::setenv("UVEA_CACHE", "/somewhere", 1);
  EXPECT_EQ(user_mapping_folder(), "/somewhere/mappings");
  ::unsetenv("UVEA_CACHE");
  ::setenv("XDG_CACHE_HOME", "/xdg", 1);
  EXPECT_EQ(user_mapping_folder(), "/xdg/uvea/mappings");
  ::setenv("XDG_CACHE_HOME", "relative", 1);
  ::setenv("HOME", "/home/me", 1);
  EXPECT_EQ(user_mapping_folder(), "/home/me/.cache/uvea/mappings");
  ::unsetenv("HOME");
  EXPECT_EQ(user_mapping_folder(), "");
}

}  // namespace
}  // namespace uvea::tb
