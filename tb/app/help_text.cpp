#include "tb/app/help_text.h"

#include <fmt/format.h>

#include <boost/program_options.hpp>
#include <sstream>

#include "tb/app/command_table.h"
#include "tb/app/option_table.h"

namespace po = boost::program_options;

namespace uvea::tb {
namespace {

constexpr unsigned columns = 100;

std::string call_of(const CommandRow& command) {
  return *command.operand == '\0' ? fmt::format("uvea {}", command.name)
                                  : fmt::format("uvea {} {}", command.name, command.operand);
}

std::string all_commands() {
  std::string text = "uvea: a SystemC TLM-2.0 model of an Eyeriss-v2-class accelerator\n\n";
  for (const CommandRow& command : command_table())
    text += fmt::format("  {:<23}  {}\n", call_of(command), command.summary);
  return text + "\n" + network_help() +
         "\nuvea --version prints the version, uvea help COMMAND the options of a command.\n"
         "exit status: " +
         exit_help();
}

}  // namespace

std::string network_help() {
  return "NETWORK is a .tflite or .onnx (int8, uint8), a layer table (.csv; also SCALE-Sim's), "
         "Timeloop problems\n"
         "(.yaml, or a folder of them), or a name of uvea networks;\n"
         "without it, the embedded Fashion-MNIST classifier runs on its images.\n";
}

std::string exit_help() {
  return "0 fine, 1 model fault or mismatch, 2 user's mistake, 130 interrupted\n";
}

std::string help_text(const std::string& command) {
  if (command.empty()) return all_commands();
  const CommandRow row = command_named(command);
  po::options_description options("options", columns);
  for (const OptionRow& option : option_table()) {
    if (option.commands.count(row.command) == 0) continue;
    if (*option.value == '\0')
      options.add_options()(option.name, option.help.c_str());
    else
      options.add_options()(option.name, po::value<std::string>()->value_name(option.value),
                            option.help.c_str());
  }
  std::ostringstream text;
  text << call_of(row) << ": " << row.summary << "\n";
  if (row.operand_to == &Arguments::network) text << "\n" << network_help();
  if (!options.options().empty()) text << "\n" << options;
  return text.str();
}

}  // namespace uvea::tb
