// Ctrl-C and its like on a running simulation: it ends cleanly, and what is finished is kept.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "tb/tests/app/program.h"

namespace uvea::test {
namespace {

using Json = nlohmann::json;

// One layer that is done at once, and two that take minutes: the interruption always finds them
// running.
constexpr const char* kTable =
    "# made for this test\n"
    "name,type,in_h,in_w,in_c,out_c,kernel_h,kernel_w,stride,pad,groups,macs,weight_density,"
    "iact_density\n"
    "quick,conv,8,8,4,8,1,1,1,0,1,2048,0.5,0.5\n"
    "long1,conv,112,112,512,512,3,3,1,1,1,29595009024,0.5,0.5\n"
    "long2,conv,112,112,512,512,3,3,1,1,1,29595009024,0.5,0.5\n";

enum class How { key, interrupt, terminate };

void interrupted_run(const std::string& jobs, How how) {
  const Folder folder;
  const std::string table = folder.file("long.csv", kTable);
  OnTerminal run({"run", table, "--jobs", jobs, "--out", folder.path("result"), "--dump-output",
                  folder.path("dump")});
  // "[2/3]": one layer is finished, the next is under way.
  ASSERT_TRUE(run.wait_for("[2/3]")) << run.wait().err;
  EXPECT_TRUE(run.survivors());
  if (how == How::key) {
    run.type("\x03");
  } else {
    ASSERT_EQ(::kill(run.pid(), how == How::interrupt ? SIGINT : SIGTERM), 0);
  }
  const Ended ended = run.wait();
  EXPECT_EQ(ended.signal, 0);
  EXPECT_EQ(ended.status, 130);
  EXPECT_FALSE(run.survivors());
  EXPECT_NE(ended.err.find("uvea: interrupted: 1 of 3 layers on the chip were finished"),
            std::string::npos)
      << ended.err;
  EXPECT_NE(ended.out.find("interrupted: only the layers above were finished"), std::string::npos)
      << ended.out;

  // The finished layer is there, whole, and the same as without an interruption.
  EXPECT_EQ(folder.names(),
            (std::vector<std::string>{"long.csv", "result", "result/layers.csv",
                                      "result/resources.json", "result/results.json"}));
  const Json kept = Json::parse(content_of(folder.path("result/results.json")));
  EXPECT_EQ(kept.at("interrupted"), true);
  ASSERT_EQ(kept.at("layers").size(), 1U);
  const Ended whole =
      run_program({"run", table, "--layers", "quick", "--quiet", "--out", folder.path("whole")});
  EXPECT_EQ(whole.status, 0) << whole.err;
  const Json expected = Json::parse(content_of(folder.path("whole/results.json")));
  EXPECT_EQ(kept.at("layers"), expected.at("layers"));
  EXPECT_EQ(kept.at("layers").at(0).at("mismatches"), 0);
  EXPECT_FALSE(expected.contains("interrupted"));
}

/// Interrupted before the simulation, while the program waits for what stands in a pipe.
void interrupted_before(const std::vector<std::string>& command, const std::string& option,
                        How how) {
  const Folder folder;
  const std::string pipe = folder.path("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  std::vector<std::string> arguments = command;
  arguments.insert(arguments.end(), {option, pipe});
  for (std::string& word : arguments)
    if (word == "OUTPUT") word = folder.path("output");
  OnTerminal run(arguments);
  // Opened as soon as the program reads from it.
  const int writer = ::open(pipe.c_str(), O_WRONLY | O_CLOEXEC);
  ASSERT_GE(writer, 0);
  if (how == How::key)
    run.type("\x03");
  else
    ASSERT_EQ(::kill(run.pid(), how == How::interrupt ? SIGINT : SIGTERM), 0);
  const Ended ended = run.wait();
  ::close(writer);
  EXPECT_EQ(ended.signal, 0);
  EXPECT_EQ(ended.status, 130);
  EXPECT_NE(ended.err.find("uvea: interrupted before the simulation: nothing was written"),
            std::string::npos)
      << ended.err;
  EXPECT_EQ(folder.names(), std::vector<std::string>{"pipe"});
}

TEST(Interrupt, ARunBeforeItsSimulation) {
  const std::vector<std::string> run{"run", "--out", "OUTPUT", "--layers", "1"};
  for (const How how : {How::key, How::interrupt, How::terminate})
    interrupted_before(run, "--mapping", how);
}

TEST(Interrupt, MapBeforeItsEnd) {
  const std::vector<std::string> map{"map", "--output", "OUTPUT"};
  for (const How how : {How::key, How::interrupt, How::terminate})
    interrupted_before(map, "--chip", how);
}

TEST(Interrupt, ControlC) { interrupted_run("1", How::key); }
TEST(Interrupt, ControlCWithTwoJobs) { interrupted_run("2", How::key); }
TEST(Interrupt, SignalToTheProgramAlone) { interrupted_run("1", How::interrupt); }
TEST(Interrupt, SignalToTheProgramAloneWithTwoJobs) { interrupted_run("2", How::interrupt); }
TEST(Interrupt, Terminate) { interrupted_run("2", How::terminate); }

}  // namespace
}  // namespace uvea::test
