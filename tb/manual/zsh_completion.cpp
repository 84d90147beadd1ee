#include <fmt/format.h>

#include "hw/config/chip_options.h"
#include "tb/app/command_table.h"
#include "tb/app/option_table.h"
#include "tb/manual/completed.h"
#include "tb/manual/shell_completion.h"

namespace uvea::tb {
namespace {

/// With a backslash before each of `special`, and for a text in single quotes.
std::string quoted(const std::string& text, const std::string& special) {
  std::string out;
  for (const char c : text) {
    if (special.find(c) != std::string::npos) out += '\\';
    out += c == '\'' ? "'\\''" : std::string(1, c);
  }
  return out;
}

std::string action(const Completion& completion) {
  switch (completion.by) {
    case Completed::nothing:
      return " ";
    case Completed::file:
      return "_files";
    case Completed::folder:
      return "_files -/";
    case Completed::words:
      return fmt::format("({})", fmt::join(completion.words, " "));
    case Completed::chip_option:
      return "_uvea_chip_options";
    case Completed::network:
      return "_uvea_networks";
    case Completed::command:
      return "_uvea_commands";
  }
  return " ";
}

/// As _arguments takes it.
std::string spec(const OptionRow& option) {
  const std::string help = quoted(option.help, "[]:\\");
  const std::string name = fmt::format("{}--{}", option.repeatable ? "*" : "", option.name);
  if (*option.value == '\0') return fmt::format("'{}[{}]'", name, help);
  return fmt::format("'{}=[{}]:{}:{}'", name, help, quoted(option.value, "[]:\\"),
                     action(completion_of(option.value)));
}

}  // namespace

std::string zsh_completion() {
  std::string commands, cases, chip_words;
  for (const CommandRow& command : command_table()) {
    commands += fmt::format("    '{}:{}'\n", command.name, quoted(command.summary, "\\"));
    cases += fmt::format("    {})\n      _arguments \\\n", command.name);
    for (const OptionRow& option : option_table())
      if (option.commands.count(command.command) > 0)
        cases += fmt::format("        {} \\\n", spec(option));
    if (*command.operand != '\0')
      cases +=
          fmt::format("        '{}:{}:{}' \\\n", command.most > 1 ? "*" : "1",
                      quoted(command.operand, "[]:\\"), action(completion_of(command.operand)));
    cases += "        '(- *)--help[the options of the command]' ;;\n";
  }
  for (const hw::ChipOption& option : hw::chip_options())
    chip_words += fmt::format("    '{}='\n", option.name);

  return fmt::format(
      "#compdef uvea\n"
      "# zsh completion of uvea, made from its tables of commands and options.\n\n"
      "_uvea_commands()\n{{\n  local -a commands=(\n{}  )\n"
      "  _describe -t commands command commands\n}}\n\n"
      "_uvea_networks()\n{{\n"
      "  local -a networks=(${{(f)\"$(uvea networks 2>/dev/null | "
      "awk 'NR > 1 && NF > 2 {{ print $1 }}')\"}})\n"
      "  _describe -t networks network networks\n  _files\n}}\n\n"
      "_uvea_chip_options()\n{{\n  local -a options=(\n{}  )\n  compadd -S '' -a options\n}}\n\n"
      "_uvea()\n{{\n"
      "  if (( CURRENT == 2 )); then\n    _uvea_commands\n    return\n  fi\n"
      "  shift words\n  (( CURRENT-- ))\n"
      "  case $words[1] in\n{}  esac\n}}\n\n"
      "_uvea \"$@\"\n",
      commands, chip_words, cases);
}

}  // namespace uvea::tb
