#include "tb/tests/app/fault_run.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <regex>

namespace uvea::test {

std::uint64_t number_behind(const std::string& text, const std::string& part) {
  const std::size_t at = text.find(part);
  EXPECT_NE(at, std::string::npos) << "no '" << part << "' in: " << text;
  return at == std::string::npos ? 0 : std::strtoull(text.c_str() + at + part.size(), nullptr, 10);
}

Ended run_faulty(const Folder& folder, const std::string& fault,
                 const std::vector<std::string>& more) {
  ::setenv("UVEA_TEST_FAULT", fault.c_str(), 1);
  std::vector<std::string> arguments = {"run", "--quiet", "--batch",
                                        "1",   "--out",   folder.path("out")};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_binary(UVEA_FAULTY_BINARY, arguments);
}

std::vector<std::string> shadow(const std::string& layers) {
  return {"--layers", layers, "--rtl", "shadow", "--rtl-pe", "0.0.0"};
}
std::vector<std::string> drive(const std::string& layers) {
  return {"--layers", layers, "--rtl", "drive", "--rtl-pe", "0.0.0"};
}
std::vector<std::string> overflowing() {
  return {"run",   "--quiet",         "--batch",  "1",  "--strict",
          "--set", "pe.psum_bits=14", "--layers", "3-4"};
}

std::uint64_t marker_in(const std::string& stem) {
  std::uint64_t marker = 0;
  std::smatch found;
  const std::string view = content_of(stem + ".gtkw");
  if (std::regex_search(view, found, std::regex("\n\\*[-0-9.]+ ([0-9]+) ")))
    marker = std::stoull(found[1]) / kPeriod;
  else
    ADD_FAILURE() << "no marker in " << view.substr(0, 1000);
  EXPECT_TRUE(has(content_of(stem + ".sucl"),
                  "marker_set moment " + std::to_string(marker * kPeriod) + "\n"));
  return marker;
}

}  // namespace uvea::test
