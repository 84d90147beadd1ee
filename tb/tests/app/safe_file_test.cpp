// Files that belong together: all of them, or the earlier ones, also when one cannot be put in place
// and when several programs write theirs into one folder.

#include "tb/app/safe_file.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <set>

#include "sw/user_error.h"
#include "tb/tests/app/program.h"

namespace uvea::test {
namespace {

TEST(FilesOfASet, TakeThePlaceOfTheEarlierOnesAndOfWhatIsStale) {
  const Folder folder;
  folder.file("a", "old a");
  folder.file("page", "old page");
  tb::write_set({{folder.path("a"), "new a"}, {folder.path("b"), "new b"}}, {folder.path("page")},
                "--out");
  EXPECT_EQ(folder.names(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(content_of(folder.path("a")), "new a");
  EXPECT_EQ(content_of(folder.path("b")), "new b");
}

TEST(FilesOfASet, WhereOneCannotBePutAllStaysAsItWas) {
  for (const char* taken : {"a", "b", "page"}) {
    const Folder folder;
    for (const char* name : {"a", "b", "page"})
      if (std::string(name) != taken) folder.file(name, std::string("old ") + name);
    std::filesystem::create_directories(folder.path(taken));
    const auto before = folder.names();
    EXPECT_THROW(tb::write_set({{folder.path("a"), "new a"}, {folder.path("b"), "new b"}},
                               {folder.path("page")}, "--out"),
                 UserError)
        << taken;
    EXPECT_EQ(folder.names(), before) << taken;
    for (const std::string& name : before) {
      if (name == taken) continue;
      EXPECT_EQ(content_of(folder.path(name)), "old " + name) << taken;
    }
  }
}

TEST(FilesOfASet, OfSeveralWritersAreNeverMixed) {
  constexpr int kWriters = 4, kSets = 50;
  const Folder folder;
  std::set<pid_t> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      for (int set = 0; set < kSets; ++set) {
        const std::string text = std::to_string(writer) + " " + std::to_string(set);
        tb::write_set(
            {{folder.path("a"), text}, {folder.path("b"), text}, {folder.path("c"), text}}, {},
            "--out");
      }
      ::_exit(0);
    }
    writers.insert(child);
  }
  for (const pid_t writer : writers) {
    int status = 1;
    ASSERT_EQ(::waitpid(writer, &status, 0), writer);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(folder.names(), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(content_of(folder.path("a")), content_of(folder.path("b")));
  EXPECT_EQ(content_of(folder.path("a")), content_of(folder.path("c")));
}

}  // namespace
}  // namespace uvea::test
