// The views beside a waveform: what they name is in it, and they are written as their programs read
// them (GTKWave 3.3.118; Surfer 0.6's commands and mapping files).

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <sstream>

#include "tb/tests/app/program.h"
#include "tb/tests/trace/fst_reading.h"

namespace uvea::test {
namespace {

ReadWaveform waveform_of(const Folder& folder, const std::vector<std::string>& more) {
  std::vector<std::string> all{"run", "--batch", "1", "--quiet", "--trace", folder.path("w.fst")};
  all.insert(all.end(), more.begin(), more.end());
  const Ended ended = run_program(all);
  EXPECT_EQ(ended.status, 0) << ended.err;
  return read_waveform(folder.path("w.fst"));
}

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

TEST(ViewRun, GtkwaveRowsAreSignalsOfTheWaveform) {
  const Folder folder;
  const ReadWaveform waveform = waveform_of(folder, {"--layers", "1"});
  int shown = 0, classes = 0;
  std::string before;
  // From both GTKWave works out where the waveform is when the files were moved together.
  const std::string view = content_of(folder.path("w.gtkw"));
  EXPECT_NE(view.find("\n[dumpfile] \"" + folder.path("w.fst") + "\"\n[savefile] \"" +
                      folder.path("w.gtkw") + "\"\n"),
            std::string::npos);
  for (const std::string& line : lines_of(content_of(folder.path("w.gtkw")))) {
    if (line.rfind("+{", 0) == 0) {
      ++shown;
      const std::string name = line.substr(line.find("} ") + 2);
      const std::size_t range = name.find('[');
      const auto found = waveform.signals.find(name.substr(0, range));
      ASSERT_NE(found, waveform.signals.end()) << line;
      // GTKWave's name: with a range, but of single bits, integers, reals and texts.
      const ReadSignal& signal = found->second;
      const bool ranged = signal.bits > 1 && !signal.integer && !signal.real && !signal.text;
      EXPECT_EQ(name.substr(std::min(range, name.size())),
                ranged ? "[" + std::to_string(signal.bits - 1) + ":0]" : "")
          << line;
      // It takes what is behind the last dot of a label.
      EXPECT_EQ(line.substr(0, line.find('}')).find('.'), std::string::npos) << line;
    } else if (line.rfind("#{", 0) == 0) {
      // A row of classes: all bits of one signal, the first the highest, with a filter.
      ++classes;
      EXPECT_EQ(before, "^1 " + folder.path("w.classes"));
      const std::vector<std::string> bits = words_of(line.substr(line.find('}') + 1));
      const std::string name = bits.at(0).substr(3, bits[0].find('[') - 3);
      const auto found = waveform.signals.find(name);
      ASSERT_NE(found, waveform.signals.end()) << line;
      ASSERT_EQ(bits.size(), found->second.bits);
      for (std::size_t b = 0; b < bits.size(); ++b)
        EXPECT_EQ(bits[b], "(" + std::to_string(b) + ")" + name + "[" +
                               std::to_string(bits.size() - 1) + ":0]");
    }
    before = line;
  }
  EXPECT_GT(shown, 1000);
  EXPECT_EQ(classes, 192);
}

TEST(ViewRun, ClassesHaveTheirNamesInEveryForm) {
  const Folder folder;
  const ReadWaveform waveform = waveform_of(
      folder, {"--layers", "1", "--trace-signals", "stall", "--trace-scope", "*.pe_0_0"});
  const ReadSignal& stall = waveform["chip.cluster_0_0.pes.pe_0_0.stall"];
  ASSERT_GT(stall.names.size(), 10u);
  // GTKWave: VALUE ?COLOUR?NAME.
  std::map<std::string, std::string> filter;
  const std::regex form(R"(([01]+) \?(\w+)\?(\w+))");
  for (const std::string& line : lines_of(content_of(folder.path("w.classes")))) {
    std::smatch parts;
    ASSERT_TRUE(std::regex_match(line, parts, form)) << line;
    filter[parts[1]] = parts[3];
  }
  EXPECT_EQ(filter, stall.names);
  // Surfer: VALUE[#RRGGBB] NAME, below the name that the view asks for and the width.
  std::map<std::string, std::string> mapping;
  std::string head;
  const std::regex entry(R"((\d+)\[#[0-9a-f]{6}\] (\w+))");
  for (const std::string& line : lines_of(content_of(UVEA_CONFIGS_DIR "/surfer/uvea_stall"))) {
    std::smatch parts;
    if (line.rfind('#', 0) == 0) continue;
    if (!std::regex_match(line, parts, entry)) {
      head += line + "\n";
      continue;
    }
    std::string bits;
    for (unsigned b = stall.bits; b-- > 0;)
      bits += (std::stoul(parts[1]) >> b & 1) != 0 ? '1' : '0';
    mapping[bits] = parts[2];
  }
  EXPECT_EQ(head, "Name = uvea_stall\nBits = " + std::to_string(stall.bits) + "\n");
  EXPECT_EQ(mapping, stall.names);
  EXPECT_NE(content_of(folder.path("w.sucl")).find("\nitem_set_format uvea_stall\n"),
            std::string::npos);
}

TEST(ViewRun, NoClassesNoFilter) {
  const Folder folder;
  waveform_of(folder, {"--layers", "1"});
  waveform_of(folder, {"--layers", "1", "--trace-signals", "links"});
  EXPECT_EQ(folder.names(), (std::vector<std::string>{"w.fst", "w.gtkw", "w.sucl"}));
}

// As Surfer reads a file of commands: what follows a # is dropped, a semicolon ends a command, words of
// a command are letters, digits and underlines unless it takes the rest of the line.
TEST(ViewRun, SurferKnowsItsCommands) {
  const Folder folder;
  const ReadWaveform waveform = waveform_of(folder, {"--layers", "1", "--trace-last", "300"});
  const std::vector<std::pair<std::string, std::regex>> forms{
      {"variable_add", std::regex(R"(\S+)")},
      {"divider_add", std::regex(R"(\w+)")},
      {"item_focus", std::regex(R"([a-p]+)")},
      {"item_set_format", std::regex("Signed|uvea_stall")},
      {"item_set_color", std::regex("Green|Red|Yellow|Blue|Pink|Orange|Gray|Violet")},
      {"item_unfocus", std::regex("")},
      {"zoom_fit", std::regex("")},
      {"zoom_in", std::regex("")},
      {"marker_set", std::regex(R"(\S+ \d+)")},
      {"cursor_set", std::regex(R"(\d+)")}};
  std::size_t items = 0, focused = 0;
  for (const std::string& line : lines_of(content_of(folder.path("w.sucl")))) {
    const std::string command = line.substr(0, line.find('#'));
    if (command.empty()) continue;
    EXPECT_EQ(command.find(';'), std::string::npos) << line;
    const std::size_t space = std::min(command.find(' '), command.size());
    const std::string name = command.substr(0, space);
    const std::string rest = command.substr(std::min(space + 1, command.size()));
    const auto form = std::find_if(forms.begin(), forms.end(),
                                   [&name](const auto& known) { return known.first == name; });
    ASSERT_NE(form, forms.end()) << line;
    EXPECT_TRUE(std::regex_match(rest, form->second)) << line;
    if (name == "variable_add") {
      EXPECT_EQ(waveform.signals.count(rest), 1u) << line;
    }
    if (name == "variable_add" || name == "divider_add") ++items;
    if (name == "item_focus") {
      // Hexadecimal in the letters a to p: the item that was added last.
      std::size_t number = 0;
      for (const char c : rest) number = 16 * number + static_cast<std::size_t>(c - 'a');
      EXPECT_EQ(number + 1, items) << line;
      ++focused;
    }
  }
  EXPECT_GT(items, 100u);
  EXPECT_GT(focused, 20u);
}

}  // namespace
}  // namespace uvea::test
