#include "tb/app/arguments.h"

#include <fmt/format.h>

#include <boost/program_options.hpp>
#include <map>

#include "sw/user_error.h"
#include "tb/app/command_table.h"
#include "tb/app/option_table.h"
#include "tb/config/near_name.h"

namespace po = boost::program_options;

namespace uvea::tb {
namespace {

using Text = std::string;

/// The options and other words of a command line, in its order.
struct Words {
  std::vector<Text> operands;
  std::vector<std::pair<Text, Text>> options;  ///< long name, value

  bool has(const Text& name) const {
    for (const auto& option : options)
      if (option.first == name) return true;
    return false;
  }
};

po::options_description described() {
  po::options_description all;
  all.add_options()("help,h", "")("version", "");
  for (const OptionRow& row : option_table()) {
    if (*row.value == '\0')
      all.add_options()(row.name, "");
    else
      all.add_options()(row.name, po::value<Text>(), "");
  }
  return all;
}

[[noreturn]] void refuse_unknown(const Text& option) {
  std::vector<Text> names{"--help", "--version"};
  for (const OptionRow& row : option_table()) names.push_back(Text("--") + row.name);
  Text name = option.substr(0, option.find('='));
  if (name.rfind("--", 0) != 0) name = (name.rfind('-', 0) == 0 ? "-" : "--") + name;
  throw UserError(fmt::format("unknown option '{}'{} (uvea help COMMAND lists them)",
                              name.substr(0, 60), did_you_mean(name, names)));
}

Words split(int argc, const char* const* argv) {
  const po::options_description all = described();
  po::positional_options_description positional;
  positional.add("operands", -1);
  Words words;
  try {
    namespace style = po::command_line_style;
    const auto parsed = po::command_line_parser(argc, argv)
                            .options(all)
                            .positional(positional)
                            .style(style::unix_style & ~style::allow_guessing)
                            .run();
    for (const auto& option : parsed.options) {
      const Text value = option.value.empty() ? Text() : option.value.front();
      if (option.position_key >= 0)
        words.operands.push_back(value);
      else
        words.options.emplace_back(option.string_key, value);
    }
  } catch (const po::unknown_option& e) {
    refuse_unknown(e.get_option_name());
  } catch (const po::error_with_option_name& e) {
    throw UserError(fmt::format("{} (uvea help)", e.what()));
  } catch (const po::error& e) {
    throw UserError(fmt::format("command line: {} (uvea help)", e.what()));
  }
  return words;
}

void take_operands(const CommandRow& command, const std::vector<Text>& words,
                   Arguments& arguments) {
  const std::vector<Text> operands(words.begin() + 1, words.end());
  const bool takes_any = command.operand_to != nullptr || command.operands_to != nullptr;
  const std::size_t most = takes_any ? command.most : 0;
  if (operands.size() > most) {
    throw UserError(fmt::format("uvea {}: unexpected '{}' (uvea help {})", command.name,
                                operands[most].substr(0, 60), command.name));
  }
  for (const Text& operand : operands) {
    if (operand.empty())
      throw UserError(fmt::format("uvea {}: {}: the name is empty", command.name, command.operand));
  }
  const std::size_t fewest = command.operands_to != nullptr     ? command.fewest
                             : *command.operand_missing != '\0' ? 1
                                                                : 0;
  if (operands.size() < fewest)
    throw UserError(fmt::format("uvea {}: {}", command.name, command.operand_missing));
  if (command.operands_to != nullptr)
    arguments.*command.operands_to = operands;
  else if (!operands.empty())
    arguments.*command.operand_to = operands.front();
}

void take_options(const CommandRow& command, const std::vector<std::pair<Text, Text>>& options,
                  Arguments& arguments) {
  std::map<Text, int> times;
  for (const auto& [name, value] : options) {
    for (const OptionRow& row : option_table()) {
      if (name != row.name) continue;
      if (row.commands.count(command.command) == 0) {
        throw UserError(fmt::format("uvea {} takes no option --{} (uvea help {})", command.name,
                                    name, command.name));
      }
      if (++times[name] > 1 && !row.repeatable)
        throw UserError(fmt::format("--{} is given more than once", name));
      if (*row.value != '\0' && value.empty())
        throw UserError(fmt::format("--{}: the value is empty", name));
      // What follows is the next option, not a value.
      if (value.rfind("--", 0) == 0) {
        throw UserError(fmt::format("--{}: the value is missing, '{}' follows (uvea help {})", name,
                                    value.substr(0, 40), command.name));
      }
      row.take(arguments, value);
    }
  }
  check_together(arguments);
}

}  // namespace

Arguments parse_arguments(int argc, const char* const* argv) {
  const Words words = split(argc, argv);
  Arguments arguments;
  if (argc > 0 && *argv[0] != '\0') arguments.program = argv[0];
  if (argc > 0) arguments.words.assign(argv + 1, argv + argc);
  if (words.has("help")) {
    if (!words.operands.empty()) arguments.help_on = command_named(words.operands.front()).name;
    return arguments;
  }
  if (words.has("version")) {
    arguments.command = Command::version;
    return arguments;
  }
  if (words.operands.empty())
    throw UserError("no command given: expected " + command_names() + " (uvea help)");
  const CommandRow command = command_named(words.operands.front());
  arguments.command = command.command;
  take_operands(command, words.operands, arguments);
  take_options(command, words.options, arguments);
  if (!arguments.help_on.empty()) command_named(arguments.help_on);
  return arguments;
}

}  // namespace uvea::tb
