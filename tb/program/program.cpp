// The program but for main().

#include "tb/program/program.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <new>
#include <string>

#include "sw/user_error.h"
#include "tb/program/arguments.h"
#include "tb/program/commands.h"
#include "tb/program/help_text.h"

namespace uvea::tb {
namespace {

std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return text;
}

int dispatch(const Arguments& arguments, const cosim::RtlFactory& make_rtl) {
  switch (arguments.command) {
    case Command::help:
      std::fputs(help_text(arguments.help_on).c_str(), stdout);
      return 0;
    case Command::version:
      fmt::print("uvea {}\n", UVEA_VERSION);
      return 0;
    case Command::run:
      return run_command(arguments, make_rtl);
    case Command::map:
      return map_command(arguments);
    case Command::networks:
      return networks_command(arguments);
    case Command::config:
      return config_command(arguments);
    case Command::replay:
      return replay_command(arguments, make_rtl);
  }
  return 1;
}

}  // namespace

int program(int argc, char* argv[], const cosim::RtlFactory& make_rtl) {
  constexpr int user_mistake = 2;
  constexpr int model_fault = 1;
  try {
    return dispatch(parse_arguments(argc, argv), make_rtl);
  } catch (const UserError& e) {
    fmt::print(stderr, "uvea: error: {}\n", one_line(e.what()));
    return user_mistake;
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "uvea: out of memory\n");
  } catch (const std::exception& e) {
    fmt::print(stderr, "uvea: model fault: {}\n", one_line(e.what()));
  }
  return model_fault;
}

}  // namespace uvea::tb
