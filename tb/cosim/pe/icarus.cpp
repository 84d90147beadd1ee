#include "tb/cosim/pe/icarus.h"

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

namespace uvea::cosim {

namespace {

std::string quoted(const std::string& argument) {
  std::string text = "'";
  for (const char c : argument) {
    if (c == '\'') {
      text += "'\\''";
    } else {
      text += c;
    }
  }
  return text + "'";
}

/// Runs a shell command; returns what it says on both outputs. `good`: it ended with status 0.
std::string run(const std::string& command, bool& good) {
  std::FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot start: " + command);
  std::string output;
  char buffer[4096];
  for (std::size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    output.append(buffer, n);
  good = pclose(pipe) == 0;
  return output;
}

}  // namespace

bool IcarusBench::installed() {
  bool good = false;
  run("command -v iverilog && command -v vvp", good);
  return good;
}

IcarusBench::IcarusBench(const std::string& folder, const std::vector<std::string>& parameters)
    : program_(folder + "/pe_tb.vvp") {
  std::string command = "iverilog -g2005 -Wall -s pe_tb -o " + quoted(program_);
  for (const std::string& parameter : parameters) command += " " + quoted("-Ppe_tb." + parameter);
  const std::string rtl = quoted(UVEA_RTL_DIR);
  command += " " + rtl + "/tb/pe_tb.v " + rtl + "/pe/*.v";
  bool good = false;
  const std::string output = run(command, good);
  if (!good || !output.empty())
    throw std::runtime_error("iverilog does not like the bench:\n" + output);
}

IcarusResult IcarusBench::play(const std::string& vector_file) const {
  IcarusResult result;
  bool good = false;
  result.output = run("vvp -n " + quoted(program_) + " " + quoted("+vectors=" + vector_file), good);
  unsigned long long cycles = 0, values = 0;
  int end = 0;
  const std::size_t line = result.output.rfind("PASS ");
  if (!good || line == std::string::npos || (line > 0 && result.output[line - 1] != '\n'))
    return result;
  const std::string last = result.output.substr(line);
  if (std::sscanf(last.c_str(), "PASS %llu cycles %llu values\n%n", &cycles, &values, &end) != 2 ||
      static_cast<std::size_t>(end) != last.size() || values == 0)
    return result;
  result.passed = true;
  result.cycles = cycles;
  result.values = values;
  return result;
}

}  // namespace uvea::cosim
