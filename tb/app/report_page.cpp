#include "tb/app/report_page.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "sw/report/page_data.h"
#include "sw/user_error.h"
#include "tb/app/safe_file.h"
#include "tb/sim/layer_counters.h"

namespace uvea::tb {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPageFile = "page/report.html";

std::vector<fs::path> data_folders() {
  std::vector<fs::path> folders;
  if (const char* data = std::getenv("UVEA_DATA")) folders.emplace_back(data);
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error).parent_path();
  folders.push_back(program / "../share/uvea");
  folders.push_back(program);
  folders.emplace_back(UVEA_INSTALLED_DATA);
  return folders;
}

}  // namespace

std::string empty_page() {
  for (const fs::path& folder : data_folders()) {
    std::ifstream in(folder / kPageFile, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (in && text.find(report::kPageMark) != std::string::npos) return text;
  }
  throw UserError(
      "the page of uvea report is not there: this uvea was built without npm or without network; "
      "install npm (scripts/setup does) and build again");
}

std::string write_report(const std::vector<std::string>& runs) {
  std::vector<report::PageRun> read;
  for (const std::string& path : runs) {
    report::PageRun& run = read.emplace_back();
    run.run = report::read_run(path);
    run.resources = report::read_resources(run.run);
  }
  const nlohmann::ordered_json data = report::page_data(read, count_tables());
  const std::string file = report::file_beside(runs.front(), "report.html");
  write_whole(file, report::filled_page(empty_page(), data), "the report");
  return file;
}

}  // namespace uvea::tb
