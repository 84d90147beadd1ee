#include "tb/tools/results_docs.h"

#include "hw/config/chip_options.h"
#include "sw/report/fields.h"
#include "sw/user_error.h"
#include "tb/sim/layer_counters.h"

namespace uvea::tb {
namespace {

std::vector<report::Field> fields_of_results() {
  std::vector<report::SettingInfo> settings;
  for (const hw::ChipOption& option : hw::chip_options())
    settings.push_back({option.section(), option.key(), option.unit, option.help});
  return report::results_fields(count_tables(), settings);
}

}  // namespace

std::string results_page(const std::string& page) {
  const std::string begin = "<!-- made by uvea-results-docs: begin -->\n";
  const std::string end = "<!-- made by uvea-results-docs: end -->\n";
  const std::size_t from = page.find(begin), to = page.find(end);
  if (from == std::string::npos || to == std::string::npos || to < from)
    throw UserError("docs/results.md: the marks of the part that is made are not there");
  return page.substr(0, from + begin.size()) + "\n## results.json\n" +
         report::fields_text(fields_of_results()) + "\n## resources.json\n" +
         report::fields_text(report::resources_fields(count_tables())) + "\n" + page.substr(to);
}

std::string results_schema() {
  return report::json_schema("results.json of uvea run", fields_of_results()).dump(1) + "\n";
}

std::string resources_schema() {
  return report::json_schema("resources.json of uvea run", report::resources_fields(count_tables()))
             .dump(1) +
         "\n";
}

}  // namespace uvea::tb
