// FTR files byte by byte; ftr_test.py reads whole ones with another decoder.

#include "tb/trace/ftr_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iterator>

#include "sw/user_error.h"

namespace uvea::test {
namespace {

using trace::Cbor;
using trace::FtrFile;

std::string hex(const std::string& bytes) {
  std::string text;
  for (const char byte : bytes) {
    char digits[3];
    std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned char>(byte));
    text += digits;
  }
  return text;
}

std::string content_of(const std::string& path) {
  std::ifstream read(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(read), {}};
}

std::string without_spaces(std::string text) {
  text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
  return text;
}

TEST(Cbor, ItemsAreThoseOfTheStandardsExamples) {
  struct Case {
    const char* bytes;
    std::function<void(Cbor&)> write;
  };
  // RFC 8949, appendix A.
  const std::vector<Case> cases = {
      {"00", [](Cbor& c) { c.number(0); }},
      {"17", [](Cbor& c) { c.number(23); }},
      {"1818", [](Cbor& c) { c.number(24); }},
      {"1864", [](Cbor& c) { c.number(100); }},
      {"1903e8", [](Cbor& c) { c.number(1000); }},
      {"1a000f4240", [](Cbor& c) { c.number(1000000); }},
      {"1b000000e8d4a51000", [](Cbor& c) { c.number(1000000000000); }},
      {"1bffffffffffffffff", [](Cbor& c) { c.number(18446744073709551615U); }},
      {"20", [](Cbor& c) { c.negative(0); }},
      {"3903e7", [](Cbor& c) { c.negative(999); }},
      {"40", [](Cbor& c) { c.bytes(""); }},
      {"4401020304", [](Cbor& c) { c.bytes("\1\2\3\4"); }},
      {"60", [](Cbor& c) { c.text(""); }},
      {"6449455446", [](Cbor& c) { c.text("IETF"); }},
      {"62c3bc", [](Cbor& c) { c.text("\u00fc"); }},
      {"80", [](Cbor& c) { c.array(0); }},
      {"8301820203820405",
       [](Cbor& c) {
         c.array(3), c.number(1);
         c.array(2), c.number(2), c.number(3);
         c.array(2), c.number(4), c.number(5);
       }},
      {"a201020304", [](Cbor& c) { c.map(2), c.number(1), c.number(2), c.number(3), c.number(4); }},
      {"9f0102ff", [](Cbor& c) { c.open_array(), c.number(1), c.number(2), c.end(); }},
      {"c11a514b67b0", [](Cbor& c) { c.tag(1), c.number(1363896240); }},
      {"d74401020304", [](Cbor& c) { c.tag(23), c.bytes("\1\2\3\4"); }},
      {"d818456449455446", [](Cbor& c) { c.tag(24), c.bytes("dIETF"); }},
  };
  for (const Case& one : cases) {
    Cbor items;
    one.write(items);
    EXPECT_EQ(hex(items.written()), one.bytes);
  }
  // Where the next length begins.
  for (const auto& [value, bytes] :
       std::vector<std::pair<std::uint64_t, const char*>>{{0xFF, "18ff"},
                                                          {0x100, "190100"},
                                                          {0xFFFF, "19ffff"},
                                                          {0x10000, "1a00010000"},
                                                          {0xFFFFFFFF, "1affffffff"},
                                                          {0x100000000, "1b0000000100000000"}}) {
    Cbor item;
    item.number(value);
    EXPECT_EQ(hex(item.written()), bytes);
  }
}

TEST(FtrFile, BytesAreThoseOfTheFormat) {
  const std::string path = ::testing::TempDir() + "ftr_file_test.ftr";
  FtrFile file(path);
  const FtrFile::Id pe = file.add_stream("pe", "item");
  const FtrFile::Id iact = file.add_generator(pe, "iact");
  const FtrFile::Id first = file.transaction(iact, 10, 300, {{"words", std::uint64_t{4}}});
  const FtrFile::Id second = file.transaction(iact, 20, 30, {{"layer", std::string("stem")}});
  file.relation("moved", first, second);
  file.flush();
  file.transaction(iact, 400, 401, {});
  file.close();
  const std::string bytes = content_of(path);
  std::remove(path.c_str());
  const char* expected =
      // Self-described, an array without length. Info: ps, made at the epoch.
      "d9d9f7 9f  c6 44 82 2b c100 "
      // Texts 0 to 7.
      "c8 582e a8 00 60  01 627065  02 646974656d  03 6469616374  04 65776f726473  05 656c61796572 "
      "06 647374656d  07 656d6f766564 "
      // Stream 1 "pe" of kind "item", its generator 2 "iact".
      "ca 4c 9f d083010102 d183020301 ff "
      // A block of stream 1 from 10 to 300: words = 4 (unsigned), layer = stem (text 6).
      "cc 84 01 0a 19012c 581d 9f  82 c684 01 02 0a 19012c  c783 04 03 04 "
      "82 c684 02 02 14 181e  c783 05 0a 06 ff "
      // Moved: transaction 1 to 2, both of stream 1.
      "ce 48 9f 85 07 01 02 01 01 ff "
      // What followed.
      "cc 84 01 190190 190191 4d 9f  81 c684 03 02 190190 190191 ff  ff";
  EXPECT_EQ(hex(bytes), without_spaces(expected));
}

TEST(FtrFile, ANameThatIsNoTextIsMadeOne) {
  const std::string path = ::testing::TempDir() + "ftr_names.ftr";
  FtrFile file(path);
  file.add_stream(
      "a\xff"
      "b",
      "item");
  file.close();
  // Marked as what cannot be read (U+FFFD).
  EXPECT_NE(content_of(path).find("\x65"
                                  "a\xef\xbf\xbd"
                                  "b"),
            std::string::npos);
  std::remove(path.c_str());
}

TEST(FtrFile, AFileThatCannotBeWrittenIsTheUsersMistake) {
  EXPECT_THROW(FtrFile("/nowhere/t.ftr"), UserError);
}

TEST(FtrFile, NothingIsLeftOfAFileThatWasNotClosed) {
  const std::string path = ::testing::TempDir() + "ftr_unclosed.ftr";
  { FtrFile file(path); }
  EXPECT_FALSE(std::ifstream(path).is_open());
}

}  // namespace
}  // namespace uvea::test
