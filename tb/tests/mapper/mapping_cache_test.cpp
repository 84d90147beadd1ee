// Mappings that were found before: under which key, and which entries are taken.

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "sw/mapper/cache.h"
#include "sw/mapper/found_entry.h"
#include "sw/mapper/mapping_file.h"
#include "sw/mapper/sha256.h"
#include "tb/tests/mapper/brute_force.h"

namespace uvea::mapper {
namespace {

/// Keeps entries in memory and counts.
struct Memory : MappingStore {
  std::map<std::string, std::string> entries;
  int loads = 0, hits = 0, saves = 0;

  std::string load(const std::string& key) override {
    ++loads;
    const auto at = entries.find(key);
    hits += at != entries.end() ? 1 : 0;
    return at == entries.end() ? std::string() : at->second;
  }
  void save(const std::string& key, const std::string& entry) override {
    ++saves;
    entries[key] = entry;
  }
};

nn::ConvLayer layer_of(unsigned seed, double density = 0.5) {
  tb::LayerShape s{};
  s.batch = 1;
  s.groups = 1;
  s.in_c = 4;
  s.out_c = 6;
  s.kernel_h = s.kernel_w = 3;
  s.stride_h = s.stride_w = 1;
  s.in_h = s.in_w = 6;
  return tb::make_layer(s, density, seed);
}

std::string text_of(const Found& found) { return to_entry("", found); }

TEST(MappingCache, HashIsThatOfTheStandard) {
  // FIPS 180-4's examples (NIST, Cryptographic Standards and Guidelines, example values).
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256(std::string(1000000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(MappingCache, AnEntryIsWhatItWasMadeOf) {
  MapOptions options;
  options.best = 5;
  const Found found = find_mappings(layer_of(1), {}, 0.5, options);
  ASSERT_EQ(found.best.size(), 5U);
  const std::string entry = to_entry("key", found);
  const auto back = from_entry("key", entry);
  ASSERT_TRUE(back);
  EXPECT_EQ(to_entry("key", *back), entry);
  EXPECT_EQ(back->best[4].cycles, found.best[4].cycles);
  EXPECT_EQ(back->certificate.visited, found.certificate.visited);
  for (std::size_t i = 0; i < found.best.size(); ++i)
    EXPECT_EQ(to_text({{"x", back->best[i].mapping}}, {""}),
              to_text({{"x", found.best[i].mapping}}, {""}));
}

TEST(MappingCache, NoDamagedEntryIsTaken) {
  const Found found = find_mappings(layer_of(1), {}, 0.5, {});
  const std::string entry = to_entry("key", found);
  ASSERT_TRUE(from_entry("key", entry));
  EXPECT_FALSE(from_entry("another", entry));
  EXPECT_FALSE(from_entry("key", ""));
  EXPECT_FALSE(from_entry("key", entry + "\n"));
  for (std::size_t size = 0; size < entry.size(); ++size)
    EXPECT_FALSE(from_entry("key", entry.substr(0, size))) << "the first " << size;
  for (std::size_t at = 0; at < entry.size(); ++at) {
    std::string damaged = entry;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    EXPECT_FALSE(from_entry("key", damaged)) << "byte " << at;
  }
  // What is whole, but of another form.
  const std::string body = "uvea-mappings\nkey\n1\n";
  EXPECT_FALSE(from_entry("key", body + sha256(body) + "\n"));
}

TEST(MappingCache, WhatIsStoredIsNotSearchedAgain) {
  Memory store;
  const nn::ConvLayer layer = layer_of(1);
  const std::string alone = text_of(MappingCache({}, {}).find(layer, 0.5));
  EXPECT_EQ(text_of(MappingCache({}, {}, &store).find(layer, 0.5)), alone);
  EXPECT_EQ(store.saves, 1);
  EXPECT_EQ(store.hits, 0);
  MappingCache warm({}, {}, &store);
  EXPECT_EQ(text_of(warm.find(layer, 0.5)), alone);
  EXPECT_EQ(text_of(warm.find(layer, 0.5)), alone);
  EXPECT_EQ(store.saves, 1);
  EXPECT_EQ(store.loads, 2);  // once by each, then it has it
  EXPECT_EQ(store.hits, 1);
}

/// An entry that is sound, but says something else, shows that it is the stored one that is taken; the
/// same planted under other faults shows that those are not.
TEST(MappingCache, OnlyASoundEntryOfTheSameQuestionIsTaken) {
  const nn::ConvLayer layer = layer_of(1);
  Memory store;
  const Found right = MappingCache({}, {}, &store).find(layer, 0.5);
  ASSERT_EQ(store.entries.size(), 1U);
  const std::string key = store.entries.begin()->first;
  Found told = right;
  told.certificate.visited = 123456;
  const auto found_with = [&](const std::string& entry, const char* fingerprint = kFingerprint) {
    Memory planted;
    planted.entries[key] = entry;
    const Found found = MappingCache({}, {}, &planted, fingerprint).find(layer, 0.5);
    // What was not taken is written anew.
    EXPECT_EQ(planted.saves, found.certificate.visited == 123456 ? 0 : 1);
    return found.certificate.visited;
  };
  const std::string entry = to_entry(key, told);
  EXPECT_EQ(found_with(entry), 123456);
  std::string flipped = entry;
  flipped[entry.size() / 2] = static_cast<char>(flipped[entry.size() / 2] ^ 4);
  EXPECT_EQ(found_with(flipped), right.certificate.visited);
  EXPECT_EQ(found_with(entry.substr(0, entry.size() / 2)), right.certificate.visited);
  EXPECT_EQ(found_with(to_entry(sha256("another"), told)), right.certificate.visited);
  EXPECT_EQ(found_with(entry, "of another mapper"), right.certificate.visited);
  told.best.front().mapping.m0 = 1000;  // fits no PE
  EXPECT_EQ(found_with(to_entry(key, told)), right.certificate.visited);
}

TEST(MappingCache, EverythingThatTheMapperLooksAtIsInTheKey) {
  Memory store;
  const nn::ConvLayer layer = layer_of(1);
  MappingCache({}, {}, &store).find(layer, 0.5);
  std::size_t entries = 1;
  const auto expect_new = [&](const ChipSizes& sizes, const MapOptions& options,
                              const nn::ConvLayer& asked, const IactForecast& iacts,
                              const char* what) {
    MappingCache(sizes, options, &store).find(asked, iacts);
    EXPECT_EQ(store.entries.size(), ++entries) << what;
    entries = store.entries.size();
  };
  ChipSizes sizes;
  sizes.dram_latency_cycles = 21;
  expect_new(sizes, {}, layer, 0.5, "the chip");
  sizes = {};
  sizes.limits.tile_words = 254;
  expect_new(sizes, {}, layer, 0.5, "the commands' limits");
  MapOptions options;
  options.slack = 0.03;
  expect_new({}, options, layer, 0.5, "the options");
  options = {};
  options.energy.glb = 7;
  expect_new({}, options, layer, 0.5, "the energy");
  expect_new({}, {}, layer, 0.25, "the density");
  expect_new({}, {}, layer, {0.5, 3}, "the block");
  nn::ConvLayer other = layer;
  other.in.zero_point += 1;
  expect_new({}, {}, other, 0.5, "what a zero is");
  other = layer;
  std::int16_t& last = other.weights.back();
  last = last == 0 ? 1 : 0;
  expect_new({}, {}, other, 0.5, "a zero among the weights");
  // And nothing else: another value of a weight that is none.
  other = layer;
  for (std::int16_t& weight : other.weights)
    if (weight != 0) weight = weight == 5 ? 6 : 5;
  MappingCache({}, {}, &store).find(other, 0.5);
  EXPECT_EQ(store.entries.size(), entries);
}

}  // namespace
}  // namespace uvea::mapper
