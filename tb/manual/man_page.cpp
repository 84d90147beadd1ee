#include "tb/manual/man_page.h"

#include <fmt/format.h>

#include "hw/config/chip_options.h"
#include "tb/app/command_table.h"
#include "tb/app/help_text.h"
#include "tb/app/option_table.h"

namespace uvea::tb {
namespace {

/// A text that roff sets as it stands; hyphens are those of the keyboard.
std::string roff(const std::string& text) {
  std::string out;
  bool at_start = true;
  for (const char c : text) {
    if (at_start && (c == '.' || c == '\'')) out += "\\&";
    at_start = c == '\n';
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
  }
  return out;
}

std::string bold(const std::string& text) { return "\\fB" + roff(text) + "\\fR"; }
std::string italic(const std::string& text) { return "\\fI" + roff(text) + "\\fR"; }

std::string item(const std::string& tag, const std::string& text) {
  return fmt::format(".TP\n{}\n{}\n", tag, roff(text));
}

std::string call_of(const CommandRow& command) {
  return fmt::format("{} {}", bold(command.name), italic(command.operand));
}

std::string commands_of(const OptionRow& option) {
  std::string names;
  for (const CommandRow& command : command_table())
    if (option.commands.count(command.command) > 0)
      names += (names.empty() ? "" : ", ") + std::string(command.name);
  return names;
}

std::string options() {
  std::string text;
  for (const OptionRow& option : option_table()) {
    text += item(fmt::format("{} {}", bold(std::string("--") + option.name), italic(option.value)),
                 fmt::format("{} ({})", option.help, commands_of(option)));
  }
  return text;
}

std::string chip_items() {
  const hw::ChipConfig chip;
  std::string text;
  for (const hw::ChipOption& option : hw::chip_options()) {
    const std::string unit = option.unit == "-" ? "" : " " + option.unit;
    text += item(fmt::format("{}={}", bold(option.name), italic(option.text(chip))),
                 fmt::format("{}; {}{}", option.help, option.range(), unit));
  }
  return text;
}

}  // namespace

std::string man_page(const std::string& version) {
  std::string commands;
  for (const CommandRow& command : command_table())
    commands += item(call_of(command), command.summary);
  return fmt::format(
      ".TH UVEA 1 \"\" \"uvea {}\" \"User commands\"\n"
      ".SH NAME\n"
      "uvea \\- a SystemC TLM\\-2.0 model of an Eyeriss\\-v2\\-class accelerator\n"
      ".SH SYNOPSIS\n"
      ".B uvea\n.I COMMAND\n[\\fIOPERAND\\fR] [\\fIOPTION\\fR...]\n"
      ".SH DESCRIPTION\n"
      "Simulates networks of int8 layers on the chip, checks every value against a reference and\n"
      "reports cycles, traffic and where the cycles went.\n"
      ".SH COMMANDS\n{}"
      ".SH NETWORK\n{}"
      ".SH OPTIONS\nIn parentheses: the commands that take the option.\n{}"
      ".SH CHIP OPTIONS\n"
      "For \\fB\\-\\-set\\fR and for chip files, with the default, and the range behind the "
      "meaning;\n"
      "\\fBuvea config\\fR also names the source of each.\n{}"
      ".SH ENVIRONMENT\n{}"
      ".SH EXIT STATUS\n{}",
      roff(version), commands, roff(network_help()), options(), chip_items(),
      item(
          bold("UVEA_DATA"),
          "folder that has configs/ with the shipped chips, memories and networks, in place of the "
          "one that was installed") +
          item(bold("UVEA_CACHE"),
               "folder for mappings that were found, and for the RTL of chips whose PE sizes are "
               "not built in, in place of ~/.cache/uvea") +
          item(bold("CXX"), "compiler for that RTL; default c++"),
      roff(exit_help()));
}

}  // namespace uvea::tb
