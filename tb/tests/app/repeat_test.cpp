// The same run again, and in parallel processes: the same bytes, apart from the host's times.

#include <gtest/gtest.h>

#include "tb/tests/app/program.h"

namespace uvea::test {
namespace {

struct Result {
  std::string table, json, csv, dump;
};

/// Without the two lines of results.json, and the one of the table, that tell the host's speed.
std::string without(const std::string& text, const std::vector<std::string>& marks,
                    std::size_t expected) {
  std::string rest;
  std::size_t dropped = 0;
  for (const std::string& line : lines_of(text)) {
    bool marked = false;
    for (const std::string& mark : marks) marked = marked || line.find(mark) != std::string::npos;
    dropped += marked ? 1 : 0;
    if (!marked) rest += line + "\n";
  }
  EXPECT_EQ(dropped, expected) << text;
  EXPECT_GT(rest.size(), 300U);
  return rest;
}

Result run(const std::vector<std::string>& arguments, const std::string& jobs) {
  const Folder folder;
  std::vector<std::string> all{"run"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  for (const std::string& word :
       {std::string("--jobs"), jobs, std::string("--out"), folder.path("out"),
        std::string("--dump-output"), folder.path("dump")})
    all.push_back(word);
  const Ended ended = run_program(all);
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(ended.err, "");
  Result result;
  result.table = without(ended.out, {"simulated in"}, 1);
  result.json = without(content_of(folder.path("out/results.json")),
                        {"\"host_seconds\"", "\"macs_per_host_second\""}, 2);
  result.csv = content_of(folder.path("out/layers.csv"));
  result.dump = content_of(folder.path("dump"));
  EXPECT_GT(result.csv.size(), 500U);
  EXPECT_FALSE(result.dump.empty());
  return result;
}

void expect_same(const Result& a, const Result& b) {
  EXPECT_EQ(a.table, b.table);
  EXPECT_EQ(a.json, b.json);
  EXPECT_EQ(a.csv, b.csv);
  EXPECT_EQ(a.dump, b.dump);
}

TEST(Repeat, TheEmbeddedNetworkTwiceAndWithTwoJobs) {
  const std::vector<std::string> arguments{"--batch", "2"};
  const Result first = run(arguments, "1");
  expect_same(first, run(arguments, "1"));
  expect_same(first, run(arguments, "2"));
}

TEST(Repeat, ATableTwiceAndWithTwoJobs) {
  const std::vector<std::string> arguments{"mobilenet_v1_0.5_128", "--layers", "DW5-PW8", "--seed",
                                           "7"};
  const Result first = run(arguments, "1");
  expect_same(first, run(arguments, "1"));
  expect_same(first, run(arguments, "3"));
}

TEST(Repeat, AnotherSeedIsSeen) {
  const std::vector<std::string> layer{"mobilenet_v1_0.5_128", "--layers", "PW8", "--seed"};
  auto seven = layer, eight = layer;
  seven.emplace_back("7");
  eight.emplace_back("8");
  const Result a = run(seven, "1"), b = run(eight, "1");
  EXPECT_NE(a.json, b.json);
  EXPECT_NE(a.dump, b.dump);
}

}  // namespace
}  // namespace uvea::test
