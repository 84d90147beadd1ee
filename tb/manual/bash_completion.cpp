#include <fmt/format.h>

#include "hw/config/chip_options.h"
#include "tb/app/command_table.h"
#include "tb/app/option_table.h"
#include "tb/manual/completed.h"
#include "tb/manual/shell_completion.h"

namespace uvea::tb {
namespace {

/// The lines that offer what `completion` says for $word.
std::string offer(const Completion& completion) {
  switch (completion.by) {
    case Completed::nothing:
      return ":";
    case Completed::file:
      return "_uvea_offer files -f";
    case Completed::folder:
      return "_uvea_offer files -d";
    case Completed::words:
      return fmt::format("_uvea_offer words -W '{}'", fmt::join(completion.words, " "));
    case Completed::chip_option:
      return "_uvea_offer halves -W \"$chip_options\"";
    case Completed::network:
      return "_uvea_offer files -f -W \"$(_uvea_networks)\"";
    case Completed::command:
      return "_uvea_offer words -W \"$commands\"";
  }
  return ":";
}

constexpr const char* head =
    R"(# bash completion of uvea, made from its tables of commands and options.

_uvea_networks()
{
  "${COMP_WORDS[0]}" networks 2>/dev/null | awk 'NR > 1 && NF > 2 { print $1 }'
}

# _uvea_offer words|halves|files COMPGEN_ARGUMENTS...: halves are gone on with, files quoted.
_uvea_offer()
{
  case $1 in
    halves) compopt -o nospace 2>/dev/null ;;
    files) compopt -o filenames 2>/dev/null ;;
  esac
  mapfile -t COMPREPLY < <(compgen "${@:2}" -- "$word")
}

)";

constexpr const char* words_of_the_line = R"(
  local word=${COMP_WORDS[COMP_CWORD]} option='' options='' operand=:
  COMPREPLY=()
  if (( COMP_CWORD == 1 )); then
    _uvea_offer words -W "$commands --help --version"
    return
  fi
  # "--option=value" is three words, "=" is one of them.
  option=${COMP_WORDS[COMP_CWORD-1]}
  if [[ $word == = ]]; then
    word=''
  elif [[ $option == = ]]; then
    option=${COMP_WORDS[COMP_CWORD-2]}
    [[ $option == --* ]] || return
  fi
)";

}  // namespace

std::string bash_completion() {
  std::string commands, cases, values, chip_words;
  for (const CommandRow& command : command_table()) {
    commands += (commands.empty() ? "" : " ") + std::string(command.name);
    std::string options;
    for (const OptionRow& option : option_table())
      if (option.commands.count(command.command) > 0) options += fmt::format("--{} ", option.name);
    cases += fmt::format("    {})\n      options='{}--help'\n      operand='{}' ;;\n", command.name,
                         options, command.operand);
  }
  std::string operands;
  for (const CommandRow& command : command_table()) {
    const std::string line =
        fmt::format("    '{}') {} ;;\n", command.operand, offer(completion_of(command.operand)));
    if (operands.find(line) == std::string::npos) operands += line;
  }
  for (const OptionRow& option : option_table())
    if (*option.value != '\0')
      values += fmt::format("    --{})\n      {}\n      return ;;\n", option.name,
                            offer(completion_of(option.value)));
  for (const hw::ChipOption& option : hw::chip_options())
    chip_words += (chip_words.empty() ? "" : " ") + option.name + "=";

  return fmt::format(
      "{}_uvea()\n{{\n"
      "  local commands='{}'\n"
      "  local chip_options='{}'\n"
      "{}"
      "  case $option in\n{}  esac\n"
      "  case ${{COMP_WORDS[1]}} in\n{}  esac\n"
      "  if [[ $word == -* ]]; then\n"
      "    _uvea_offer words -W \"$options\"\n"
      "    return\n"
      "  fi\n"
      "  case $operand in\n{}  esac\n"
      "}}\n"
      "complete -F _uvea uvea\n",
      head, commands, chip_words, words_of_the_line, values, cases, operands);
}

}  // namespace uvea::tb
