// Mapping files: what is written is read back exactly; every mistake has its line.

#include "sw/mapper/mapping_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "sw/user_error.h"

namespace uvea::mapper {
namespace {

bool same(const AxisSplit& a, const AxisSplit& b) {
  return a.g == b.g && a.n == b.n && a.e == b.e && a.m == b.m;
}

bool same(const Mapping& a, const Mapping& b) {
  return a.turned == b.turned && a.csc == b.csc && a.c0 == b.c0 && a.m0 == b.m0 && a.s0 == b.s0 &&
         a.f0 == b.f0 && a.windows == b.windows &&
         a.weight_double_buffer == b.weight_double_buffer && a.chain == b.chain &&
         same(a.mesh_rows, b.mesh_rows) && same(a.mesh_cols, b.mesh_cols) &&
         same(a.pe_cols, b.pe_cols) && a.e_block == b.e_block && a.m_block == b.m_block &&
         a.iact_source == b.iact_source && a.iact_mode == b.iact_mode &&
         a.weight_mode == b.weight_mode;
}

Mapping random_mapping(std::mt19937& rng) {
  const auto number = [&rng] { return static_cast<int>(rng() % 1000000U) + 1; };
  const auto axis = [&] { return AxisSplit{number(), number(), number(), number()}; };
  Mapping mp;
  mp.csc = rng() % 2 == 0;
  mp.c0 = number();
  mp.m0 = number();
  mp.turned = rng() % 2 == 0;
  if (rng() % 2 == 0) mp.s0 = number();
  if (rng() % 2 == 0) mp.f0 = number();
  mp.windows = number();
  mp.weight_double_buffer = rng() % 2 == 0;
  mp.chain = number();
  mp.mesh_rows = axis();
  mp.mesh_cols = axis();
  mp.pe_cols = axis();
  mp.e_block = number();
  mp.m_block = number();
  mp.iact_source = static_cast<IactSource>(rng() % 3);
  mp.iact_mode = static_cast<NocMode>(rng() % 4);
  mp.weight_mode = static_cast<NocMode>(rng() % 4);
  return mp;
}

std::string good() { return to_text({{"CONV1", Mapping{}}}); }

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  // Below the comments at the top.
  const auto at = text.find(from, text.find("\n\n"));
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

/// The text without the line of that key.
std::string without(std::string text, const std::string& key) {
  const auto from = text.find("\n" + key + " =", text.find("\n\n"));
  EXPECT_NE(from, std::string::npos) << key;
  return text.erase(from, text.find('\n', from + 1) - from);
}

std::string error_of(const std::string& text) {
  try {
    parse_mapping(text, "my.map");
  } catch (const UserError& e) {
    return e.what();
  }
  return {};
}

TEST(MappingFile, RoundTripIsExact) {
  constexpr unsigned kSeed = 7;
  std::mt19937 rng(kSeed);
  for (int i = 0; i < 200; ++i) {
    NetworkMapping network;
    const auto layers = 1 + rng() % 5;
    for (unsigned l = 0; l < layers; ++l)
      network.emplace_back("layer/" + std::to_string(l) + " =x#;", random_mapping(rng));
    const std::string text = to_text(network, {"for g1\nfor n2\n"});
    const NetworkMapping back = parse_mapping(text, "text");
    ASSERT_EQ(back.size(), network.size()) << "seed " << kSeed << " case " << i;
    for (std::size_t l = 0; l < layers; ++l) {
      EXPECT_EQ(back[l].first, network[l].first);
      EXPECT_TRUE(same(back[l].second, network[l].second)) << text;
    }
    EXPECT_EQ(to_text(back, {"for g1\nfor n2\n"}), text);
  }
}

TEST(MappingFile, TakesCommentsBlanksAndLineEndsOfOtherSystems) {
  std::string text = replaced(good(), "c0 = 1", "\t c0=16   # wide");
  std::string crlf;
  for (const char c : text) crlf += c == '\n' ? std::string("\r\n") : std::string(1, c);
  const NetworkMapping back = parse_mapping(crlf, "text");
  ASSERT_EQ(back.size(), 1U);
  EXPECT_EQ(back[0].first, "CONV1");
  EXPECT_EQ(back[0].second.c0, 16);
}

TEST(MappingFile, EveryMistakeNamesFileLineAndExpectation) {
  const auto line_of = [](const std::string& text, const std::string& what) {
    const auto upto = text.substr(0, text.find(what, text.find("\n\n")));
    return "my.map:" + std::to_string(std::count(upto.begin(), upto.end(), '\n') + 1) + ": ";
  };
  const struct {
    std::string from, to, expected;
  } mistakes[] = {
      {"m0 = 1", "m0 = 0", "1 to 1000000"},
      {"m0 = 1", "m0 = 1000001", "1 to 1000000"},
      {"m0 = 1", "m0 = -4", "1 to 1000000"},
      {"m0 = 1", "m0 = 99999999999999999999", "1 to 1000000"},
      {"m0 = 1", "m0 = 1.5", "1 to 1000000"},
      {"m0 = 1", "m0 =", "1 to 1000000"},
      {"m0 = 1", "m0", "key = value"},
      {"windows = 1", "window = 1", "perhaps windows"},
      {"windows = 1", "M_block = 1", "perhaps m_block"},
      {"s0 = all", "s0 = some", "1 to 1000000"},
      {"f0 = all", "f0 = 0", "1 to 1000000"},
      {"turned = no", "turned = 90", "yes, no"},
      {"iact_mode = unicast", "iact_mod = unicast", "perhaps iact_mode"},
      {"e_block = 1", "colour = 1", "one of mode, c0"},
      {"mode = csc", "mode = dense", "csc, raw"},
      {"weight_double_buffer = no", "weight_double_buffer = 1", "yes, no"},
      {"iact_source = stream", "iact_source = bank", "resident, stream, through"},
      {"weight_mode = unicast", "weight_mode = all", "unicast, horizontal, vertical, broadcast"},
      {"mesh_rows = g1 n1 e1 m1", "mesh_rows = g1 n1 e1", "four factors"},
      {"mesh_rows = g1 n1 e1 m1", "mesh_rows = g1 n1 e1 e1", "four factors"},
      {"mesh_rows = g1 n1 e1 m1", "mesh_rows = g1 n1 e1 m1 m2", "four factors"},
      {"mesh_rows = g1 n1 e1 m1", "mesh_rows = g1 n1 e1 k1", "four factors"},
      {"mesh_rows = g1 n1 e1 m1", "mesh_rows = g1 n1 e1 m0", "1 to 1000000"},
      {"mesh_rows = g1 n1 e1 m1", "mesh_rows =", "four factors"},
      {"c0 = 1", "m0 = 1", "once per section"},
      {"[CONV1]", "[CONV1", "[LAYER NAME]"},
      {"[CONV1]", "[]", "a layer name"},
      {"[CONV1]", "[CONV1] x", "[LAYER NAME]"},
      {"[CONV1]", "mode = csc", "[LAYER NAME] first"},
  };
  for (const auto& m : mistakes) {
    const std::string text = replaced(good(), m.from, m.to);
    const std::string error = error_of(text);
    ASSERT_FALSE(error.empty()) << m.to;
    EXPECT_NE(error.find("expected"), std::string::npos) << error;
    EXPECT_NE(error.find(m.expected), std::string::npos) << error;
    // A key given twice shows at the second place.
    const std::string where = m.expected == "once per section" ? "\nm0 = 1\nwindows" : m.to;
    std::string line = line_of(text, where);
    if (m.expected == "once per section") line = line_of(text, "windows = 1").substr(0, 7);
    EXPECT_EQ(error.rfind(line, 0), 0U) << error << " at " << line;
    EXPECT_EQ(error.find('\n'), std::string::npos) << error;
  }
}

TEST(MappingFile, MissingKeysDoubleSectionsAndEmptyTextsAreRefused) {
  EXPECT_NE(error_of(replaced(good(), "chain = 1\n", "")).find("lacks the key chain"),
            std::string::npos);
  const std::string twice = good() + good().substr(good().find("[CONV1]"));
  EXPECT_NE(error_of(twice).find("[CONV1] is there twice"), std::string::npos);
  EXPECT_EQ(error_of("").rfind("my.map:1: ", 0), 0U);
  EXPECT_NE(error_of("# nothing\n\n").find("no section"), std::string::npos);
}

TEST(MappingFile, FilesOfWholeUprightLayersMayLeaveThatOut) {
  Mapping other;
  other.turned = true;
  other.s0 = 3;
  other.f0 = 20;
  EXPECT_TRUE(same(parse_mapping(to_text({{"A", other}}), "text")[0].second, other));
  std::string text = good();
  for (const char* key : {"turned", "s0", "f0"}) text = without(text, key);
  EXPECT_TRUE(same(parse_mapping(text, "text")[0].second, Mapping{}));
}

TEST(MappingFile, NamesThatAFileCannotHoldAreRefusedOnWriting) {
  for (const char* name : {"", " x", "x ", "a]b", "a\nb"})
    EXPECT_THROW(to_text({{name, Mapping{}}}), UserError) << name;
  EXPECT_THROW(to_text({{"a", Mapping{}}, {"a", Mapping{}}}), UserError);
}

TEST(MappingFile, AMissingFileIsAUserErrorWithItsName) {
  try {
    read_mapping_file("no/such/file.map");
    FAIL() << "nothing was thrown";
  } catch (const UserError& e) {
    EXPECT_NE(std::string(e.what()).find("no/such/file.map"), std::string::npos);
  }
}

TEST(MappingFile, MutatedTextsAreReadOrRefusedNeverMore) {
  constexpr unsigned kSeed = 11;
  std::mt19937 rng(kSeed);
  const std::string base = to_text({{"A", random_mapping(rng)}, {"B", random_mapping(rng)}});
  int refused = 0, read = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string text = base;
    for (auto edits = rng() % 4 + 1; edits > 0; --edits) {
      const auto at = rng() % text.size();
      const auto kind = rng() % 3;
      if (kind == 0) text[at] = static_cast<char>(rng() % 256);
      if (kind == 1) text.erase(at, rng() % 20 + 1);
      if (kind == 2) text.insert(at, text.substr(rng() % text.size(), rng() % 30));
    }
    try {
      const NetworkMapping network = parse_mapping(text, "fuzz");
      ++read;
      for (const auto& [name, mp] : network) {
        EXPECT_GE(mp.c0, 1);
        EXPECT_LE(mp.mesh_rows.m, 1000000);
        // Numbers of any size must be survivable for the legality check too.
        nn::ConvLayer layer;
        layer.geo.in_c = layer.geo.out_c = 1000000;
        layer.geo.in_w = layer.geo.in_h = layer.geo.out_w = layer.geo.out_h = 1000;
        const std::string text_of_mapping = describe(layer.geo, mp, ChipSizes{});
        EXPECT_EQ(why_illegal(layer, mp, ChipSizes{}).empty(),
                  text_of_mapping.rfind("illegal", 0) != 0);
      }
    } catch (const UserError& e) {
      ++refused;
      EXPECT_EQ(std::string(e.what()).find('\n'), std::string::npos);
    }
  }
  EXPECT_GT(refused, 1000) << "seed " << kSeed;
  EXPECT_GT(read, 1000) << "seed " << kSeed;
}

}  // namespace
}  // namespace uvea::mapper
