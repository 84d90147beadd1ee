// Stimuli as files: the same back, or one line that says where it is wrong.

#include "tb/cosim/pe/stimulus_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <random>

#include "sw/user_error.h"
#include "tb/cosim/pe/random_stimulus.h"

namespace uvea::cosim {
namespace {

void expect_same(const PeStimulus& a, const PeStimulus& b) {
  EXPECT_EQ(a.config.psum_bits, b.config.psum_bits);
  EXPECT_EQ(a.config.iact_data_entries, b.config.iact_data_entries);
  EXPECT_EQ(a.config.kind, b.config.kind);
  EXPECT_EQ(a.iact_ports, b.iact_ports);
  EXPECT_EQ(a.descriptor, b.descriptor);
  EXPECT_EQ(a.end, b.end);
  ASSERT_EQ(a.inputs.size(), b.inputs.size());
  for (std::size_t i = 0; i < a.inputs.size(); ++i) {
    const InputBurst& x = a.inputs[i];
    const InputBurst& y = b.inputs[i];
    EXPECT_EQ(x.stream, y.stream);
    EXPECT_EQ(x.port, y.port);
    EXPECT_EQ(x.offer, y.offer);
    EXPECT_EQ(x.not_before, y.not_before);
    EXPECT_EQ(x.gaps, y.gaps);
    EXPECT_EQ(x.words, y.words);
    EXPECT_EQ(x.psums, y.psums);
  }
  ASSERT_EQ(a.sinks.size(), b.sinks.size());
  for (std::size_t i = 0; i < a.sinks.size(); ++i) {
    EXPECT_EQ(a.sinks[i].not_before, b.sinks[i].not_before);
    EXPECT_EQ(a.sinks[i].cycles_per_beat, b.sinks[i].cycles_per_beat);
    EXPECT_EQ(a.sinks[i].gaps, b.sinks[i].gaps);
  }
}

std::string refusal(const std::string& text) {
  try {
    parse_stimulus(text, "x.stim");
  } catch (const UserError& e) {
    return e.what();
  }
  return "accepted";
}

TEST(StimulusFile, RoundTrip) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(seed);
    RandomLimits limits;
    if (seed % 5 == 0) {
      limits.config.kind = hw::PeKind::dense;
      limits.config.simd = 1;
    }
    limits.iact_ports = 1 + seed % 4;
    PeStimulus stimulus = random_stimulus(seed, limits);
    if (seed % 3 == 0) stimulus.end = seed * 100;
    const std::string text = to_text(stimulus, "seed " + std::to_string(seed) + "\nsecond line");
    expect_same(stimulus, parse_stimulus(text, "x.stim"));
    EXPECT_EQ(text.substr(0, 21), "uvea-pe-stimulus 1\n# ");
  }
}

TEST(StimulusFile, SaveAndLoad) {
  const auto path =
      std::filesystem::temp_directory_path() / ("uvea_stimulus_" + std::to_string(getpid()));
  const PeStimulus stimulus = random_stimulus(3, {});
  save_stimulus(stimulus, path.string());
  expect_same(stimulus, load_stimulus(path.string()));
  std::filesystem::remove(path);
  EXPECT_THROW(load_stimulus(path.string()), UserError);
  EXPECT_THROW(save_stimulus(stimulus, "/no/such/folder/x"), UserError);
}

TEST(StimulusFile, TheSameSeedGivesTheSameText) {
  EXPECT_EQ(to_text(random_stimulus(5, {})), to_text(random_stimulus(5, {})));
  EXPECT_NE(to_text(random_stimulus(5, {})), to_text(random_stimulus(6, {})));
}

TEST(StimulusFile, RefusalsNameTheLine) {
  const std::string head = "uvea-pe-stimulus 1\n";
  EXPECT_EQ(refusal(""), "x.stim:1: not a stimulus: the first line must be 'uvea-pe-stimulus 1'");
  EXPECT_EQ(refusal("uvea-pe-stimulus 2\n"),
            "x.stim:1: version '2', but this program reads version 1");
  EXPECT_EQ(refusal(head + "# a\nwhat 1\n"), "x.stim:3: unknown record 'what'");
  EXPECT_EQ(refusal(head + "iact 0 words=12,xyz\n"),
            "x.stim:2: 'xyz' is not a hexadecimal number from 0 to 4294967295");
  EXPECT_EQ(refusal(head + "weight psums=1\n"), "x.stim:2: 'weight' has no 'psums'");
  EXPECT_EQ(refusal(head + "config psum_bits=99\n"),
            "x.stim:2: option pe.psum_bits = '99' is not allowed: expected 12..31 bits");
  EXPECT_EQ(refusal(head), "x.stim:2: no line 'descriptor'");
}

TEST(StimulusFile, FuzzIsRefusedOrLoads) {
  const std::uint64_t seed = 17;
  std::mt19937_64 random(seed);
  const auto below = [&random](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  RandomLimits limits;
  limits.windows = 10;
  const std::string original = to_text(random_stimulus(9, limits));
  int refused = 0;
  for (int mutant = 0; mutant < 3000; ++mutant) {
    std::string text = original;
    for (std::size_t times = 1 + below(4); times > 0 && !text.empty(); --times) {
      const std::size_t at = below(text.size());
      switch (below(5)) {
        case 0:
          text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
          break;
        case 1:
          text.erase(at, 1 + below(16));
          break;
        case 2:
          text.insert(at, text.substr(below(text.size()), 1 + below(16)));
          break;
        case 3:
          text[at] = static_cast<char>('0' + below(10));
          break;
        default:
          if (below(8) == 0) text.resize(at);
          break;
      }
    }
    try {
      to_text(parse_stimulus(text, "mutant"));
    } catch (const UserError& e) {
      ++refused;
      EXPECT_EQ(std::string(e.what()).find('\n'), std::string::npos) << "seed " << seed;
      EXPECT_EQ(std::string(e.what()).rfind("mutant:", 0), 0U) << e.what();
    }
  }
  EXPECT_GT(refused, 500) << "seed " << seed;
}

}  // namespace
}  // namespace uvea::cosim
