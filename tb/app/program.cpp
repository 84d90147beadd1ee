// The program but for main().

#include "tb/app/program.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <system_error>

#include "sw/user_error.h"
#include "tb/app/arguments.h"
#include "tb/app/commands.h"
#include "tb/app/help_text.h"
#include "tb/app/standard_output.h"
#include "tb/sim/map_effort.h"

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
      print_text(help_text(arguments.help_on));
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
    case Command::convert:
      return convert_command(arguments);
    case Command::config:
      return config_command(arguments);
    case Command::compare:
      return compare_command(arguments);
    case Command::explain:
      return explain_command(arguments);
    case Command::report:
      return report_command(arguments);
    case Command::reproduce:
      return reproduce_command(arguments);
    case Command::replay:
      return replay_command(arguments, make_rtl);
  }
  return 1;
}

}  // namespace

int program(int argc, char* argv[], const cosim::RtlFactory& make_rtl) {
  constexpr int user_mistake = 2;
  constexpr int model_fault = 1;
  int status = 0;
  // A limit on files is then an error of the write, as a full disk is.
  std::signal(SIGXFSZ, SIG_IGN);
  try {
    status = dispatch(parse_arguments(argc, argv), make_rtl);
    flush_output();
    return status;
  } catch (const UserError& e) {
    fmt::print(stderr, "uvea: error: {}\n", one_line(e.what()));
    // A fault that was found is not made good by a full disk.
    return status == 0 ? user_mistake : status;
  } catch (const Interrupted& e) {
    fmt::print(stderr, "uvea: interrupted {}\n", e.what());
    return kInterrupted;
  } catch (const std::system_error& e) {
    // fmt throws this when it cannot print.
    if (std::ferror(stdout) != 0) {
      fmt::print(stderr, "uvea: error: standard output cannot be written: {}\n",
                 e.code().message());
      return user_mistake;
    }
    fmt::print(stderr, "uvea: model fault: {}\n", one_line(e.what()));
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "uvea: out of memory\n");
  } catch (const std::exception& e) {
    fmt::print(stderr, "uvea: model fault: {}\n", one_line(e.what()));
  }
  return model_fault;
}

}  // namespace uvea::tb
