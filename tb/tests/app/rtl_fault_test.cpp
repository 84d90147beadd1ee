// What the program does when the RTL has a fault: it stops and tells it once, or goes on when asked
// to, and the replay file shows the same.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "tb/tests/app/program.h"
#include "tb/tests/trace/fst_reading.h"

namespace uvea::test {
namespace {

/// Numbers of PinFault (tb/tests/cosim_rtl/faulty_pe.h).
constexpr const char* kPsumBit = "0:0";
constexpr const char* kEveryPsumOf5 = "9:0";

Ended run_faulty(const std::string& fault, const std::vector<std::string>& arguments) {
  ::setenv("UVEA_TEST_FAULT", fault.c_str(), 1);
  return run_binary(UVEA_FAULTY_BINARY, arguments);
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

bool has(const std::string& text, const std::string& part) { return count_of(text, part) > 0; }

/// Lines that the program wrote: AddressSanitizer remarks in three that it does not know SystemC's stacks.
std::size_t own_lines(const std::string& text) {
  const std::vector<std::string> lines = lines_of(text);
  return static_cast<std::size_t>(
      std::count_if(lines.begin(), lines.end(), [](const std::string& line) {
        return !has(line, "ASan is ignoring requested __asan_handle_no_return") &&
               !has(line, "False positive error reports may follow") &&
               !has(line, "github.com/google/sanitizers/issues/189");
      }));
}

/// What a report says went wrong: on the pins, or first in time, or in the totals.
std::string finding_in(const std::string& report) {
  std::string pins, first, total;
  for (const std::string& line : lines_of(report)) {
    if (has(line, "  recorded: ")) continue;
    if (has(line, "RTL, cycle ")) pins = line.substr(line.find(": "));
    if (has(line, "first divergence: ")) first = line.substr(0, line.find(" number "));
    if (has(line, ": TLM ")) total = line.substr(0, 12);
  }
  if (!pins.empty()) return pins;
  if (!first.empty()) return first;
  return total.empty() ? "nothing in: " + report : total;
}

const std::vector<std::string> kOnePe = {"--batch", "1", "--rtl", "shadow", "--rtl-pe", "0.0.0"};

Ended run_in(const Folder& folder, const std::string& fault, std::vector<std::string> more) {
  std::vector<std::string> arguments = {"run", "--quiet", "--out", folder.path("out")};
  arguments.insert(arguments.end(), kOnePe.begin(), kOnePe.end());
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_faulty(fault, arguments);
}

std::vector<std::string> replays_in(const Folder& folder) {
  std::vector<std::string> files;
  for (const std::string& name : folder.names())
    if (has(name, "uvea-replay-")) files.push_back(folder.path(name));
  return files;
}

TEST(RtlFault, TheRunStopsAtTheFirstOne) {
  for (const char* jobs : {"1", "2"}) {
    const Folder folder;
    const Ended ended = run_in(folder, kEveryPsumOf5, {"--jobs", jobs});
    EXPECT_EQ(ended.status, 1);
    EXPECT_EQ(count_of(ended.err, "first divergence: "), 1U) << ended.err;
    EXPECT_TRUE(has(ended.err, "the RTL differs from the model")) << ended.err;
    EXPECT_TRUE(has(ended.err, " layers on the chip were finished")) << ended.err;
    EXPECT_LE(own_lines(ended.err), 40U) << ended.err;
    EXPECT_EQ(replays_in(folder).size(), 1U);
    const auto results = nlohmann::json::parse(content_of(folder.path("out/results.json")));
    EXPECT_EQ(results.at("stopped"), true);
    EXPECT_FALSE(results.contains("interrupted"));
    EXPECT_EQ(results.at("rtl").at("sound"), false);
  }
}

TEST(RtlFault, KeepGoingTellsEveryLayer) {
  const Folder folder;
  const Ended ended = run_in(folder, kEveryPsumOf5, {"--keep-going"});
  EXPECT_EQ(ended.status, 1);
  EXPECT_GT(count_of(ended.err, "first divergence: "), 2U) << ended.err;
  EXPECT_EQ(replays_in(folder).size(), count_of(ended.err, "first divergence: "));
  EXPECT_FALSE(has(ended.err, "were finished")) << ended.err;
}

/// Every kind of fault that strikes is told in one screen, and replays as itself.
void found_and_replayed(int fault, int number = 7) {
  const std::string layer = std::to_string(number);
  int found = 0, replayed = 0;
  for (const int nth : {0, 1, 5, 40, 200}) {
    SCOPED_TRACE(std::to_string(fault) + ":" + std::to_string(nth));
    const std::string kind = std::to_string(fault) + ":" + std::to_string(nth);
    const Folder folder;
    const Ended ended = run_in(folder, kind, {"--layers", layer + "-" + layer});
    if (ended.status == 0) continue;  // it did not come to that chance
    ++found;
    EXPECT_EQ(ended.status, 1);
    EXPECT_TRUE(has(ended.err, "RTL and TLM differ in layer " + layer)) << ended.err;
    EXPECT_TRUE(has(ended.err, "chip.cluster_0_0.pes.pe_0_0")) << ended.err;
    EXPECT_TRUE(has(ended.err, "last events, TLM")) << ended.err;
    EXPECT_LE(own_lines(ended.err), 40U) << ended.err;
    const auto files = replays_in(folder);
    ASSERT_EQ(files.size(), 1U) << ended.err;
    const Ended replay = run_faulty(kind, {"replay", files[0]});
    // The n-th chance counts from the PE's configuration, but the file from its last rest.
    if (replay.status == 0) continue;
    ++replayed;
    EXPECT_EQ(replay.status, 1) << replay.err;
    EXPECT_EQ(finding_in(replay.err), finding_in(ended.err)) << ended.err << replay.err;
    EXPECT_TRUE(has(replay.err, "layer " + layer)) << replay.err;
    // Sound RTL has no difference there, up to where the recording ends.
    const Ended sound = run_program({"replay", files[0]});
    EXPECT_NE(sound.status, 2) << sound.err;
    EXPECT_TRUE(sound.status == 0 || has(sound.err, "was compared")) << sound.err;
  }
  EXPECT_GE(found, 2);
  EXPECT_GE(replayed, 2);
  std::printf("%d found, %d of them replayed\n", found, replayed);
}

TEST(RtlFault, PsumBit) { found_and_replayed(0); }
TEST(RtlFault, PsumUnstable) { found_and_replayed(1); }
TEST(RtlFault, PsumLate) { found_and_replayed(2, 4); }
TEST(RtlFault, WindowLost) { found_and_replayed(3); }
TEST(RtlFault, IactLate) { found_and_replayed(4); }
TEST(RtlFault, WordRefused) { found_and_replayed(5); }
TEST(RtlFault, LastEarly) { found_and_replayed(6); }
TEST(RtlFault, MacExtra) { found_and_replayed(8); }
TEST(RtlFault, PsumOf5) { found_and_replayed(9); }
TEST(RtlFault, PsumSlow) { found_and_replayed(10); }
TEST(RtlFault, MacHidden) { found_and_replayed(12); }
TEST(RtlFault, PsumStuck) { found_and_replayed(13); }

// In an AlexNet layer in which the PE is never at rest.
TEST(RtlFault, AReplayFileIsShortHoweverLateTheDifferenceIs) {
  const Folder folder;
  const std::string fault = "11:1365";
  const Ended ended =
      run_faulty(fault, {"run", "alexnet", "--quiet", "--layers", "3-3", "--rtl", "shadow",
                         "--rtl-pe", "0.0.0", "--out", folder.path("out")});
  EXPECT_EQ(ended.status, 1);
  const auto number = ended.err.find("first divergence: psum number ");
  ASSERT_NE(number, std::string::npos) << ended.err;
  EXPECT_GT(std::stoi(ended.err.substr(number + 30)), 2000) << ended.err;
  const auto files = replays_in(folder);
  ASSERT_EQ(files.size(), 1U);
  const ReadWaveform waveform = read_waveform(folder.path("out/uvea-fault-3.fst"));
  // Up to the moment, and up to 64 behind it.
  EXPECT_GE(waveform.end - waveform.begin, 2000 * 5000U);
  EXPECT_LE(waveform.end - waveform.begin, 2064 * 5000U);
  EXPECT_LT(std::filesystem::file_size(files[0]), 20000U);
  EXPECT_TRUE(has(content_of(files[0]), "what came before is not needed")) << content_of(files[0]);
  const Ended replay = run_faulty(fault, {"replay", files[0]});
  EXPECT_EQ(replay.status, 1) << replay.out;
  // The same psum is wrong, in the same way.
  const auto values = [](const std::string& report) {
    std::string text;
    for (const std::string& line : lines_of(report))
      if (line.rfind("  expected  ", 0) == 0 || line.rfind("  got  ", 0) == 0)
        text += line.substr(0, line.find(" in cycle ")) + "\n";
    return text;
  };
  EXPECT_EQ(values(replay.err), values(ended.err)) << replay.err;
  // Sound RTL has no difference there.
  EXPECT_EQ(run_program({"replay", files[0]}).status, 0);
}

TEST(RtlFault, ThePrintedReplayCommandWorksAsPrinted) {
  const Folder folder;
  ::setenv("UVEA_TEST_FAULT", kPsumBit, 1);
  const Ended ended = run_in_shell(
      folder.path(""), UVEA_FAULTY_BINARY
      " run --quiet --batch 1 --layers 4-4 --rtl shadow --rtl-pe 0.0.0 --out=\"-it's \\$(here)\"");
  EXPECT_EQ(ended.status, 1);
  std::string command;
  for (const std::string& line : lines_of(ended.err))
    if (line.rfind("replay: ", 0) == 0) command = line.substr(8);
  ASSERT_FALSE(command.empty()) << ended.err;
  const Ended again = run_in_shell(folder.path(""), command);
  EXPECT_EQ(again.status, 1) << command << "\n" << again.err;
  EXPECT_EQ(finding_in(again.err), finding_in(ended.err));
  EXPECT_TRUE(has(again.err, "first divergence: ")) << again.err;
}

TEST(RtlFault, TheReportComesEvenIfTheReplayFileCannotBeWritten) {
  const Folder folder;
  const std::string out = folder.path("out");
  // What is in the file's way is a folder.
  std::filesystem::create_directories(out + "/uvea-replay-4-1.txt/x");
  const Ended ended = run_in(folder, kPsumBit, {"--layers", "4-4"});
  EXPECT_EQ(ended.status, 1);
  EXPECT_TRUE(has(ended.err, "first divergence: ")) << ended.err;
  EXPECT_TRUE(has(ended.err, "uvea: replay file ")) << ended.err;
  EXPECT_TRUE(has(ended.err, "waveform: ")) << ended.err;
}

TEST(RtlFault, AReplayFileIsRefusedInOneLineWhenItIsNotWhole) {
  const Folder folder;
  ASSERT_EQ(run_in(folder, kPsumBit, {"--layers", "4-4"}).status, 1);
  const auto files = replays_in(folder);
  ASSERT_EQ(files.size(), 1U);
  const std::string whole = content_of(files[0]);
  const auto refused = [&](const std::vector<std::string>& arguments, const std::string& part) {
    const Ended ended = run_program(arguments);
    EXPECT_EQ(ended.status, 2) << ended.err;
    EXPECT_TRUE(has(ended.err, part)) << ended.err;
    EXPECT_EQ(lines_of(ended.err).size(), 1U) << ended.err;
  };
  refused({"replay", folder.file("cut.txt", whole.substr(0, whole.size() / 2))}, "cut.txt:");
  const std::string last_line = whole.substr(0, whole.rfind("end "));
  refused({"replay", folder.file("no_end.txt", last_line)}, "cut off: the last line must be 'end'");
  refused({"replay", folder.path("")}, "is not a file");
  refused({"replay", folder.path("missing")}, "there is no such file");
  refused({"replay", files[0], "--trace", files[0]}, "is the replay file itself");
  EXPECT_EQ(content_of(files[0]), whole);

  // Only weights: nothing to compare.
  std::string weights;
  for (const std::string& line : lines_of(whole))
    if (line.rfind("iact ", 0) != 0 && line.rfind("psum ", 0) != 0) weights += line + "\n";
  const Ended ended = run_program({"replay", folder.file("weights.txt", weights)});
  EXPECT_EQ(ended.status, 1) << ended.out;
  EXPECT_TRUE(has(ended.err, "no psum and no window was compared")) << ended.err;
}

/// A waveform is there whole, or there is one line and nothing.
void expect_whole_or_refused(const Ended& ended, std::size_t left, std::size_t whole,
                             int& refused) {
  if (ended.status == 0) {
    EXPECT_EQ(left, whole) << ended.out;
    return;
  }
  ++refused;
  EXPECT_EQ(ended.status, 2) << ended.err;
  EXPECT_EQ(ended.out, "");
  EXPECT_EQ(lines_of(ended.err).size(), 1U) << ended.err;
  EXPECT_TRUE(has(ended.err, "' cannot be written: ")) << ended.err;
  EXPECT_EQ(left, 0U) << ended.err;
}

TEST(RtlFault, AWaveformThatDoesNotFitTheDiskIsRefusedInOneLine) {
  const Folder folder;
  ASSERT_EQ(run_in(folder, "0:40", {"--layers", "4-4"}).status, 1);
  const auto files = replays_in(folder);
  ASSERT_EQ(files.size(), 1U);
  std::filesystem::copy_file(files[0], folder.path("replay.txt"));
  EXPECT_EQ(run_program({"replay", files[0]}).status, 0);
  const Ended unseen = run_onto("/dev/full", {"replay", files[0]});
  EXPECT_EQ(unseen.status, 2);
  EXPECT_TRUE(has(unseen.err, "standard output cannot be written: No space left")) << unseen.err;
  const std::string replay = UVEA_BINARY " replay replay.txt --trace ";
  ASSERT_EQ(run_in_shell(folder.path(""), replay + "whole.fst").status, 0);
  const std::size_t whole = std::filesystem::file_size(folder.path("whole.fst"));
  EXPECT_GT(whole, 4096U);
  const auto before = folder.names().size();

  // A limit on the size of files, in blocks of 512 bytes. Temporary files are larger than the waveform.
  int refused = 0, tried = 0;
  for (std::size_t blocks = 0; tried - refused < 3 && blocks < 4096; blocks += 7, ++tried) {
    const Ended ended = run_in_shell(
        folder.path(""), "ulimit -f " + std::to_string(blocks) + " && " + replay + "part.fst");
    std::error_code none;
    const auto size = std::filesystem::file_size(folder.path("part.fst"), none);
    expect_whole_or_refused(ended, none ? 0 : size, whole, refused);
    for (const char* file : {"part.fst", "part.gtkw", "part.classes", "part.sucl"})
      EXPECT_EQ(std::filesystem::remove(folder.path(file)), ended.status == 0) << file;
    EXPECT_EQ(folder.names().size(), before);
  }
  EXPECT_GT(refused, 2);
  EXPECT_LT(refused, tried);

  // Small disks for the waveform, and for the writer's temporary files.
  std::filesystem::create_directory(folder.path("disk"));
  const auto on_disk = [&](std::size_t kib, const std::string& where, const std::string& trace) {
    return run_in_shell(folder.path(""),
                        "unshare -rm /bin/sh -c 'mount -t tmpfs -o size=" + std::to_string(kib) +
                            "k none " + where + " && " + trace + "'");
  };
  if (on_disk(4, "disk", "true").status != 0)
    GTEST_SKIP() << "no disks of one's own without being root";
  refused = 0;
  for (std::size_t kib = 4; kib < whole / 1024 + 80; kib += 4) {
    const Ended ended = on_disk(kib, "disk",
                                "{ " + replay +
                                    "disk/a.fst; }; s=$?; ls disk | wc -l >count; "
                                    "cp disk/a.fst copy 2>/dev/null; exit $s");
    std::error_code none;
    const auto size = std::filesystem::file_size(folder.path("copy"), none);
    expect_whole_or_refused(ended, none ? 0 : size, whole, refused);
    EXPECT_EQ(content_of(folder.path("count")), ended.status == 0 ? "3\n" : "0\n");
    std::filesystem::remove(folder.path("copy"));
  }
  EXPECT_GT(refused, 2);
}

TEST(RtlFault, ATraceOfAnotherNameOrToAPipeIsRefused) {
  const Folder folder;
  ASSERT_EQ(run_in(folder, kPsumBit, {"--layers", "4-4"}).status, 1);
  const std::string replay = replays_in(folder).at(0);
  const auto before = folder.names();
  for (const std::string& trace :
       {std::string("/dev/null"), folder.path("w.vcd"), folder.path(".fst"), folder.path("w")}) {
    const Ended ended = run_program({"replay", replay, "--trace", trace});
    EXPECT_EQ(ended.status, 2);
    EXPECT_TRUE(has(ended.err, "expected FILE.fst")) << ended.err;
    EXPECT_EQ(lines_of(ended.err).size(), 1U) << ended.err;
  }
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
  EXPECT_EQ(folder.names(), before);
  ASSERT_EQ(::mkfifo(folder.path("pipe.fst").c_str(), 0600), 0);
  const Ended ended = run_program({"replay", replay, "--trace", folder.path("pipe.fst")});
  EXPECT_EQ(ended.status, 2);
  EXPECT_TRUE(has(ended.err, "not a regular file")) << ended.err;
  EXPECT_TRUE(std::filesystem::is_fifo(folder.path("pipe.fst")));
}

TEST(RtlFault, ADrivenChipThatTakesOtherCyclesThanTheModelFails) {
  const Folder folder;
  const Ended ended = run_faulty("10:0", {"run", "--batch", "1", "--layers", "4-4", "--rtl",
                                          "drive", "--out", folder.path("out")});
  EXPECT_EQ(ended.status, 1) << ended.out;
  const auto lines = lines_of(ended.err);
  EXPECT_LE(lines.size(), 6U) << ended.err;
  ASSERT_FALSE(lines.empty());
  EXPECT_EQ(lines[0].rfind("uvea: layer ", 0), 0U) << ended.err;
  EXPECT_TRUE(has(lines[0], " cycles with the RTL in the PEs' place, ")) << ended.err;
  EXPECT_TRUE(has(ended.err, "--rtl shadow finds the first divergence")) << ended.err;
  const auto results = content_of(folder.path("out/results.json"));
  EXPECT_TRUE(has(results, "\"sound\": false")) << results;
}

TEST(RtlFault, OfADrivenChipsWrongOactsTheLayersAreNamedWithTheWayOn) {
  const Folder folder;
  const Ended ended = run_faulty("9:0", {"run", "--batch", "1", "--layers", "6-9", "--quiet",
                                         "--rtl", "drive", "--out", folder.path("out")});
  EXPECT_EQ(ended.status, 1) << ended.err;
  const auto results = nlohmann::json::parse(content_of(folder.path("out/results.json")));
  std::string expected;
  std::int64_t all = 0;
  for (const auto& layer : results["layers"]) {
    const auto wrong = layer["mismatches"].get<std::int64_t>();
    if (wrong == 0) continue;
    all += wrong;
    expected += (expected.empty() ? "" : ", ") + std::to_string(wrong) + " in layer " +
                std::to_string(layer["index"].get<int>()) + " (" +
                layer["name"].get<std::string>() + ")";
  }
  EXPECT_GT(all, 0);
  EXPECT_TRUE(has(expected, ", ")) << "one layer only: too little for this test";
  EXPECT_TRUE(has(ended.err, "uvea: " + std::to_string(all) +
                                 " oacts differ from the reference: " + expected + "\n"))
      << expected << "\n"
      << ended.err;
  EXPECT_TRUE(has(ended.err, "--rtl shadow finds the first divergence")) << ended.err;
}

TEST(RtlFault, AFaultOfADrivenChipIsSaidWithTheWayOn) {
  // A burst that ends too early; a burst that is never taken, after which nothing happens any more.
  for (const auto& [fault, part] : {std::pair{"6:12", "model fault: layer 4"},
                                    std::pair{"5:0", "no progress for 1000000 cycles"}}) {
    const Folder folder;
    const Ended ended =
        run_faulty(fault, {"run", "--batch", "1", "--layers", "4-4", "--quiet", "--rtl", "drive",
                           "--rtl-pe", "0.0.0", "--out", folder.path("out")});
    EXPECT_EQ(ended.status, 1);
    EXPECT_TRUE(has(ended.err, part)) << ended.err;
    EXPECT_TRUE(has(ended.err, "--rtl shadow finds the first divergence")) << ended.err;
    EXPECT_LE(lines_of(ended.err).size(), 8U) << ended.err;
  }
}

}  // namespace
}  // namespace uvea::test
