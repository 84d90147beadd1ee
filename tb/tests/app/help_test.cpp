// The help says what the program takes: no more and no less.

#include <gtest/gtest.h>

#include "tb/tests/app/listed.h"
#include "tb/tests/app/program.h"

namespace uvea::test {
namespace {

TEST(Help, ListsTheCommandsHoweverItIsAskedFor) {
  const Ended help = run_program({"help"});
  EXPECT_EQ(help.status, 0);
  EXPECT_EQ(help.err, "");
  EXPECT_GE(listed_commands().size(), 6U) << help.out;
  for (const char* asked : {"--help", "-h"}) EXPECT_EQ(run_program({asked}).out, help.out) << asked;
}

TEST(Help, OfACommandIsTheSameHoweverItIsAskedFor) {
  for (const std::string& command : listed_commands()) {
    const Ended help = run_program({"help", command});
    EXPECT_EQ(help.status, 0) << command;
    EXPECT_EQ(help.out.rfind("uvea " + command, 0), 0U) << help.out;
    EXPECT_NE(help.out, run_program({"help"}).out) << command;
    EXPECT_EQ(run_program({command, "--help"}).out, help.out) << command;
  }
}

TEST(Help, OfACommandListsTheOptionsThatItTakesAndNoOther) {
  std::set<std::string> all;
  for (const std::string& command : listed_commands())
    for (const std::string& option : listed_options(command)) all.insert(option);
  EXPECT_GE(all.size(), 18U);
  int refused = 0;
  for (const std::string& command : listed_commands()) {
    const std::set<std::string> own = listed_options(command);
    for (const std::string& option : all) {
      if (own.count(option) != 0) continue;
      std::vector<std::string> arguments{command};
      if (command == "replay" || command == "convert") arguments.emplace_back("none");
      if (command == "compare" || command == "explain" || command == "report")
        arguments.insert(arguments.end(), {"none", "none"});
      arguments.push_back(option);
      Ended ended = run_program(arguments);
      if (ended.err.find("argument for option") != std::string::npos) {
        arguments.emplace_back("1");
        ended = run_program(arguments);
      }
      EXPECT_EQ(ended.status, 2);
      EXPECT_NE(ended.err.find("uvea " + command + " takes no option " + option), std::string::npos)
          << command << " " << option << ": " << ended.err;
      ++refused;
    }
  }
  EXPECT_GT(refused, 50);
}

}  // namespace
}  // namespace uvea::test
