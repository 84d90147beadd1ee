// uvea: the program.

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <new>
#include <string>

#include "sw/user_error.h"
#include "tb/program/arguments.h"
#include "tb/program/commands.h"

namespace {

std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return text;
}

int dispatch(const uvea::tb::Arguments& arguments) {
  using uvea::tb::Command;
  switch (arguments.command) {
    case Command::help:
      std::fputs(uvea::tb::help_text().c_str(), stdout);
      return 0;
    case Command::version:
      fmt::print("uvea {}\n", UVEA_VERSION);
      return 0;
    case Command::run:
      return uvea::tb::run_command(arguments);
    case Command::map:
      return uvea::tb::map_command(arguments);
    case Command::networks:
      return uvea::tb::networks_command(arguments);
    case Command::config:
      return uvea::tb::config_command(arguments);
    case Command::replay:
      return uvea::tb::replay_command(arguments);
  }
  return 1;
}

}  // namespace

// SystemC's library wants this symbol; the program elaborates in its children only, by
// run_layers().
extern "C" int sc_main(int, char*[]) { return 0; }

int main(int argc, char* argv[]) {
  constexpr int user_mistake = 2;
  constexpr int model_fault = 1;
  try {
    return dispatch(uvea::tb::parse_arguments(argc, argv));
  } catch (const uvea::UserError& e) {
    fmt::print(stderr, "uvea: error: {}\n", one_line(e.what()));
    return user_mistake;
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "uvea: out of memory\n");
  } catch (const std::exception& e) {
    fmt::print(stderr, "uvea: model fault: {}\n", one_line(e.what()));
  }
  return model_fault;
}
