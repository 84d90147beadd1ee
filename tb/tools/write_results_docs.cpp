// uvea-results-docs FOLDER: writes the made part of FOLDER/results.md, and the schemas beside it.

#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "sw/user_error.h"
#include "tb/tools/results_docs.h"

namespace {

void write(const std::string& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  if (!out.flush()) throw uvea::UserError(file + " cannot be written");
}

}  // namespace

int main(int argc, char* argv[]) {
  try {
    if (argc != 2) throw uvea::UserError("expected one folder: that of results.md");
    const std::string folder = argv[1];
    std::ifstream in(folder + "/results.md", std::ios::binary);
    if (!in) throw uvea::UserError(folder + "/results.md cannot be read");
    const std::string page{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    write(folder + "/results.md", uvea::tb::results_page(page));
    write(folder + "/results.schema.json", uvea::tb::results_schema());
    write(folder + "/resources.schema.json", uvea::tb::resources_schema());
    return 0;
  } catch (const uvea::UserError& error) {
    fmt::print(stderr, "uvea-results-docs: error: {}\n", error.what());
    return 2;
  }
}
