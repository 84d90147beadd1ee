#include "tb/cosim/rtl/rtl_recipe.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "hw/config/chip_limits.h"
#include "sw/user_error.h"
#include "tb/config/configs_folder.h"
#include "tb/cosim/rtl/rtl_sizes.h"
#include "tb/cosim/rtl/tool_run.h"

namespace uvea::cosim {
namespace {

namespace fs = std::filesystem;

constexpr const char* kShim = "tb/cosim/rtl/rtl_shim.cpp";
constexpr const char* kVerilate[] = {"--cc",       "-O3",    "--savable",   "-Wno-fatal",
                                     "--x-assign", "unique", "--x-initial", "unique"};
// Hidden symbols: the program and each library have their own copy of Verilator's functions.
constexpr const char* kCompile[] = {"-std=c++17",
                                    "-O2",
                                    "-w",
                                    "-fPIC",
                                    "-shared",
                                    "-pthread",
                                    "-fvisibility=hidden",
                                    "-fno-gnu-unique",
                                    "-DVM_COVERAGE=0",
                                    "-DVM_SC=0",
                                    "-DNDEBUG"};

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in)
    throw UserError(fmt::format("{} cannot be read; the RTL is built from it", file.string()));
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// Files of a folder below `root`, sorted, below it too.
std::vector<std::string> files_in(const fs::path& root, const std::string& folder,
                                  const std::string& extension) {
  std::vector<std::string> files;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(root / folder, none))
    if (entry.path().extension() == extension)
      files.push_back(folder + "/" + entry.path().filename().string());
  std::sort(files.begin(), files.end());
  return files;
}

/// FNV-1a.
std::uint64_t hash_of(const std::string& text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3U;
  }
  return hash;
}

/// What `verilator OPTION...` says on its first line.
std::string verilator_says(const std::vector<std::string>& options) {
  std::vector<std::string> words = {"verilator"};
  words.insert(words.end(), options.begin(), options.end());
  const ToolRun run = run_tool(words);
  if (!run.found)
    throw UserError(
        "RTL of these sizes is not built in and has to be Verilated, but there is no 'verilator' "
        "in "
        "PATH: install it (Debian: apt install verilator), or take the sizes of the default PE");
  if (!run.good)
    throw UserError(
        fmt::format("RTL of these sizes has to be Verilated, but 'verilator {}' fails: {}",
                    options.front(), first_error(run.output)));
  return run.output.substr(0, run.output.find('\n'));
}

std::vector<std::string> compiler() {
  const char* chosen = std::getenv("CXX");
  std::istringstream words(chosen == nullptr ? "" : chosen);
  std::vector<std::string> command{std::istream_iterator<std::string>(words), {}};
  if (command.empty()) command = {"c++"};
  return command;
}

/// Verilator's own sources that the classes need, as it lists them: "verilated", ...
std::vector<std::string> global_classes(const fs::path& list) {
  std::istringstream lines(text_of(list));
  std::vector<std::string> names;
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("VM_GLOBAL_", 0) == 0) {
      inside = true;
      continue;
    }
    std::istringstream words(line);
    std::string name;
    inside = inside && words >> name;
    if (inside) names.push_back(name);
  }
  return names;
}

void run_step(const std::vector<std::string>& words, std::string& log, const std::string& hint) {
  const ToolRun run = run_tool(words);
  log += fmt::format("{}\n{}", fmt::join(words, " "), run.output);
  if (!run.found)
    throw UserError(
        fmt::format("RTL of these sizes has to be compiled, but there is no '{}' in PATH{}",
                    words.front(), hint));
  if (!run.good)
    throw UserError(fmt::format("'{}' fails on the RTL of these sizes: {}", words.front(),
                                first_error(run.output)));
}

}  // namespace

RtlRecipe make_recipe(const hw::PeConfig& pe, unsigned iact_ports, bool open) {
  RtlRecipe recipe;
  recipe.module = rtl_module(pe);
  recipe.parameters = rtl_parameters(pe, iact_ports);
  recipe.word_bits = hw::weight_word_bits(pe);
  recipe.psum_bits = pe.psum_bits;
  recipe.iact_ports = static_cast<int>(iact_ports);
  recipe.open = open;
  const fs::path root = fs::path(tb::configs_folder()).parent_path();
  recipe.root = root.string();
  recipe.files = files_in(root, "rtl/pe", ".v");
  if (recipe.files.empty())
    throw UserError(fmt::format("{}: expected the RTL's sources there (*.v), to build these sizes",
                                (root / "rtl" / "pe").string()));
  // Signals that the shim's headers look at inside.
  for (const std::string& file : files_in(root, "tb/cosim/rtl", ".vlt"))
    recipe.files.push_back(file);
  std::string all = verilator_says({"--version"});
  recipe.verilator_root = verilator_says({"--getenv", "VERILATOR_ROOT"});
  all += "\n" + recipe.module;
  for (const std::string& parameter : recipe.parameters) all += "\n" + parameter;
  all +=
      fmt::format("\n{}\n{}\nopen {}\n", fmt::join(kVerilate, " "), fmt::join(kCompile, " "), open);
  for (const std::string& file : recipe.files) all += file + "\n" + text_of(root / file);
  all += text_of(root / kShim);
  for (const std::string& header : files_in(root, "tb/cosim/rtl", ".h"))
    all += text_of(root / header);
  recipe.key = fmt::format("{:016x}", hash_of(all));
  return recipe;
}

std::string build_library(const RtlRecipe& recipe, const std::string& work, std::string& log) {
  std::vector<std::string> words = {"verilator"};
  words.insert(words.end(), std::begin(kVerilate), std::end(kVerilate));
  if (recipe.open) words.emplace_back("--public-flat-rw");
  words.insert(words.end(), {"--top-module", recipe.module, "--prefix", "V" + recipe.module});
  words.insert(words.end(), {"--Mdir", work});
  for (const std::string& parameter : recipe.parameters) words.push_back("-G" + parameter);
  for (const std::string& file : recipe.files) words.push_back(recipe.root + "/" + file);
  run_step(words, log, "");

  // One unit: the headers are read once.
  std::vector<std::string> classes;
  for (const auto& entry : fs::directory_iterator(work))
    if (entry.path().extension() == ".cpp") classes.push_back(entry.path().filename().string());
  std::sort(classes.begin(), classes.end());
  const std::string unit = work + "/unit.cpp";
  std::ofstream out(unit);
  for (const std::string& file : classes) out << "#include \"" << file << "\"\n";
  for (const std::string& name : global_classes(work + "/V" + recipe.module + "_classes.mk"))
    out << "#include <" << name << ".cpp>\n";
  out << "#include \"" << recipe.root << "/" << kShim << "\"\n";
  out.close();
  if (!out) throw UserError(fmt::format("{} cannot be written: is the disk full?", unit));

  const std::string library = work + "/library.so";
  words = compiler();
  words.insert(words.end(), std::begin(kCompile), std::end(kCompile));
  words.push_back("-DUVEA_RTL_PORTS=" + std::to_string(recipe.iact_ports));
  words.push_back("-DUVEA_RTL_WORD_BITS=" + std::to_string(recipe.word_bits));
  words.push_back("-DUVEA_RTL_PSUM_BITS=" + std::to_string(recipe.psum_bits));
  words.push_back("-DUVEA_RTL_KEY=\"" + recipe.key + "\"");
  words.emplace_back("-DVM_TRACE=0");
  if (recipe.open) words.emplace_back("-DUVEA_RTL_OPEN");
  if (recipe.module == "dense_pe") words.emplace_back("-DUVEA_RTL_DENSE");
  words.push_back("-I" + work);
  words.push_back("-I" + recipe.root);
  words.push_back("-I" + recipe.verilator_root + "/include");
  words.push_back("-I" + recipe.verilator_root + "/include/vltstd");
  words.insert(words.end(), {unit, "-o", library});
  run_step(words, log, ": install one (Debian: apt install g++), or name it in CXX");
  return library;
}

}  // namespace uvea::cosim
