#include "tb/cosim/pe/stimulus_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <vector>

#include "hw/command/layer_command.h"
#include "hw/config/chip_options.h"
#include "sw/user_error.h"
#include "tb/cosim/pe/stimulus_check.h"

namespace uvea::cosim {
namespace {

using link::DataType;

constexpr const char* kFormat = "uvea-pe-stimulus";
constexpr const char* kVersion = "1";
// More than any run takes: sums of cycles stay far from the end of the type.
constexpr std::uint64_t kLongest = std::uint64_t{1} << 40;

std::vector<hw::ChipOption> pe_options() {
  std::vector<hw::ChipOption> options;
  for (const hw::ChipOption& option : hw::chip_options())
    if (option.section() == "pe") options.push_back(option);
  return options;
}

/// Text from a file, safe to show on one line.
std::string shown(const std::string& text) {
  std::string out = text.substr(0, 40);
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7E) c = '?';
  }
  return text.size() > out.size() ? out + "..." : out;
}

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] != at) continue;
    if (at != ' ' || i > begin) parts.push_back(text.substr(begin, i - begin));
    begin = i + 1;
  }
  return parts;
}

class Parser {
 public:
  Parser(const std::string& name, std::string* comment) : name_(name), comment_(comment) {}

  PeStimulus parse(const std::string& text) {
    const std::vector<std::string> lines = split(text, '\n');
    PeStimulus stimulus;
    hw::ChipConfig chip;
    bool head = true;
    for (const std::string& line : lines) {
      ++line_;
      const std::vector<std::string> tokens = split(line, ' ');
      if (line_ == 1) {
        if (tokens.size() != 2 || tokens[0] != kFormat)
          refuse(fmt::format("not a stimulus: the first line must be '{} {}'", kFormat, kVersion));
        if (tokens[1] != kVersion)
          refuse(fmt::format("version '{}', but this program reads version {}", shown(tokens[1]),
                             kVersion));
        continue;
      }
      if (tokens.empty()) continue;
      if (tokens[0][0] == '#') {
        if (head && comment_ != nullptr)
          *comment_ += line.substr(std::min(line.size(), line.find('#') + 2)) + "\n";
        continue;
      }
      head = false;
      if (ended_) refuse("more after the line 'end'");
      record(tokens, chip, stimulus);
    }
    stimulus.config = chip.pe;
    if (stimulus.descriptor.empty()) refuse("no line 'descriptor'");
    if (!ended_) refuse("cut off: the last line must be 'end'");
    const std::string wrong = why_unusable(stimulus);
    if (!wrong.empty()) refuse(wrong);
    return stimulus;
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    throw UserError(fmt::format("{}:{}: {}", name_, line_, what));
  }

  template <class T>
  T number(const std::string& text, int base, T lowest, T highest) const {
    T value{};
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value, base);
    if (error != std::errc() || stop != end || value < lowest || value > highest)
      refuse(fmt::format("'{}' is not a {} from {} to {}", shown(text),
                         base == 16 ? "hexadecimal number" : "number", lowest, highest));
    return value;
  }
  template <class T>
  std::vector<T> numbers(const std::string& text, int base, T lowest, T highest) const {
    std::vector<T> values;
    for (const std::string& part : split(text, ','))
      values.push_back(number<T>(part, base, lowest, highest));
    return values;
  }
  std::vector<std::uint32_t> hex(const std::string& text) const {
    return numbers<std::uint32_t>(text, 16, 0, std::numeric_limits<std::uint32_t>::max());
  }
  std::vector<std::uint16_t> gaps(const std::string& text) const {
    return numbers<std::uint16_t>(text, 10, 0, std::numeric_limits<std::uint16_t>::max());
  }
  std::uint64_t cycle(const std::string& text) const {
    return number<std::uint64_t>(text, 10, 0, kLongest);
  }

  void record(const std::vector<std::string>& tokens, hw::ChipConfig& chip, PeStimulus& stimulus) {
    const std::string& kind = tokens[0];
    if (kind == "config") return config(tokens, chip);
    if (kind == "iact_ports" || kind == "descriptor") {
      if (tokens.size() != 2) refuse(fmt::format("'{}' takes one value", kind));
      if (kind == "iact_ports") {
        stimulus.iact_ports = number<unsigned>(tokens[1], 10, 1, 16);
        return;
      }
      const auto words = hex(tokens[1]);
      if (words.size() * 4 > hw::kDescriptorBytes) refuse("descriptor of too many words");
      stimulus.descriptor.assign(hw::kDescriptorBytes, 0);
      for (std::size_t i = 0; i < 4 * words.size(); ++i)
        stimulus.descriptor[i] = static_cast<std::uint8_t>((words[i / 4] >> (8 * (i % 4))) & 0xFFU);
      return;
    }
    if (kind == "end") {
      if (tokens.size() > 2) refuse("'end' takes one cycle or none");
      if (tokens.size() == 2) stimulus.end = cycle(tokens[1]);
      ended_ = true;
      return;
    }
    if (kind == "sink") return sink(tokens, stimulus);
    if (kind == "iact" || kind == "weight" || kind == "psum") return input(tokens, stimulus);
    refuse(fmt::format("unknown record '{}'", shown(kind)));
  }

  void config(const std::vector<std::string>& tokens, hw::ChipConfig& chip) const {
    for (std::size_t i = 1; i < tokens.size(); ++i) {
      const auto [key, value] = pair(tokens[i]);
      bool found = false;
      for (const hw::ChipOption& option : options_) {
        if (option.key() != key) continue;
        found = true;
        if (const std::string bad = option.set(chip, value); !bad.empty()) refuse(bad);
      }
      if (!found) refuse(fmt::format("unknown PE size '{}'", shown(key)));
    }
  }

  std::pair<std::string, std::string> pair(const std::string& token) const {
    const std::size_t at = token.find('=');
    if (at == std::string::npos)
      refuse(fmt::format("expected KEY=VALUE, found '{}'", shown(token)));
    return {token.substr(0, at), token.substr(at + 1)};
  }

  void input(const std::vector<std::string>& tokens, PeStimulus& stimulus) const {
    InputBurst input;
    std::size_t next = 1;
    if (tokens[0] == "iact") {
      if (tokens.size() < 2) refuse("'iact' needs its port");
      input.port = number<unsigned>(tokens[next++], 10, 0, 15);
    } else {
      input.stream = tokens[0] == "weight" ? DataType::weight : DataType::psum;
    }
    const bool psum = input.stream == DataType::psum;
    for (; next < tokens.size(); ++next) {
      const auto [key, value] = pair(tokens[next]);
      if (key == "offer") {
        input.offer = cycle(value);
      } else if (key == "not_before") {
        input.not_before = cycle(value);
      } else if (key == "gaps" && !psum) {
        input.gaps = gaps(value);
      } else if (key == "words" && !psum) {
        input.words = hex(value);
      } else if (key == "psums" && psum) {
        // The widest psum has 31 bits.
        input.psums = numbers<std::int32_t>(value, 10, -(1 << 30), (1 << 30) - 1);
      } else {
        refuse(fmt::format("'{}' has no '{}'", tokens[0], shown(key)));
      }
    }
    stimulus.inputs.push_back(std::move(input));
  }

  void sink(const std::vector<std::string>& tokens, PeStimulus& stimulus) const {
    Sink sink;
    for (std::size_t i = 1; i < tokens.size(); ++i) {
      const auto [key, value] = pair(tokens[i]);
      if (key == "not_before") {
        sink.not_before = cycle(value);
      } else if (key == "cycles_per_beat") {
        sink.cycles_per_beat = number<unsigned>(value, 10, 1, 2);
      } else if (key == "gaps") {
        sink.gaps = gaps(value);
      } else {
        refuse(fmt::format("'sink' has no '{}'", shown(key)));
      }
    }
    stimulus.sinks.push_back(std::move(sink));
  }

  const std::string name_;
  std::string* const comment_;
  const std::vector<hw::ChipOption> options_ = pe_options();
  int line_ = 0;
  bool ended_ = false;
};

std::string timing_text(link::Cycle offer, link::Cycle not_before,
                        const std::vector<std::uint16_t>& gaps) {
  std::string text;
  if (offer > 0) text += fmt::format(" offer={}", offer);
  if (not_before > 0) text += fmt::format(" not_before={}", not_before);
  if (!gaps.empty()) text += fmt::format(" gaps={}", fmt::join(gaps, ","));
  return text;
}

}  // namespace

std::string to_text(const PeStimulus& stimulus, const std::string& comment) {
  std::string text = fmt::format("{} {}\n", kFormat, kVersion);
  if (!comment.empty()) {
    for (const std::string& line : split(comment, '\n')) text += "# " + line + "\n";
  }
  const hw::ChipConfig chip = chip_of(stimulus);
  text += "config";
  for (const hw::ChipOption& option : pe_options())
    text += fmt::format(" {}={}", option.key(), option.text(chip));
  text += fmt::format("\niact_ports {}\n", stimulus.iact_ports);
  std::vector<std::uint32_t> words;
  for (std::size_t i = 0; i < stimulus.descriptor.size(); ++i) {
    if (i % 4 == 0) words.push_back(0);
    words.back() |= static_cast<std::uint32_t>(stimulus.descriptor[i]) << (8 * (i % 4));
  }
  while (!words.empty() && words.back() == 0) words.pop_back();
  text += fmt::format("descriptor {:x}\n", fmt::join(words, ","));
  for (const InputBurst& input : stimulus.inputs) {
    text += link::name_of(input.stream);
    if (input.stream == DataType::iact) text += fmt::format(" {}", input.port);
    text += timing_text(input.offer, input.not_before, input.gaps);
    if (input.stream == DataType::psum) {
      text += fmt::format(" psums={}\n", fmt::join(input.psums, ","));
    } else {
      text += fmt::format(" words={:x}\n", fmt::join(input.words, ","));
    }
  }
  for (const Sink& sink : stimulus.sinks) {
    text += "sink" + timing_text(0, sink.not_before, sink.gaps);
    if (sink.cycles_per_beat != 1) text += fmt::format(" cycles_per_beat={}", sink.cycles_per_beat);
    text += "\n";
  }
  text += stimulus.end == kNever ? "end\n" : fmt::format("end {}\n", stimulus.end);
  return text;
}

PeStimulus parse_stimulus(const std::string& text, const std::string& name, std::string* comment) {
  return Parser(name, comment).parse(text);
}

void save_stimulus(const PeStimulus& stimulus, const std::string& path,
                   const std::string& comment) {
  std::ofstream out(path, std::ios::binary);
  out << to_text(stimulus, comment);
  out.flush();
  if (!out) throw UserError(path + ": cannot be written");
}

PeStimulus load_stimulus(const std::string& path, std::string* comment) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error))
    throw UserError(path + (std::filesystem::exists(path, error)
                                ? ": is not a file"
                                : ": cannot be read: there is no such file"));
  std::ifstream in(path, std::ios::binary);
  if (!in) throw UserError(path + ": cannot be read");
  return parse_stimulus({std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()},
                        path, comment);
}

}  // namespace uvea::cosim
