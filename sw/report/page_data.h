#pragma once
// What the page of uvea report shows, as its script (sw/report/page) reads it: the runs' files with
// every value that the page needs looked at, so that what is wrong with a file is told here and not
// found in a browser.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sw/report/stored_resources.h"
#include "sw/report/stored_run.h"

namespace uvea::report {

struct PageRun {
  StoredRun run;
  std::vector<StoredResources> resources;
};

/// {"keys": [{key, class, brief, words, place, help}],
///  "runs": [{path, uvea, network, whole, chip: {"section.key": text}, total, chip_pes, chip_macs,
///            clock_mhz, limited_by, layers: [as in results.json],
///            paths: {pes: [path], parts: [{path, kind}]}, held_by: [words],
///            resources: [{index, stalls: {class: [cycles by PE]}, busy: [cycles by part], held,
///                         held_by: [number in `held_by` by part]}]}],
///  "matched": [{name, in: [place in `layers` or null, by run]}], "changed": [{name, values}]}
/// The last two are empty for a single run.
/// What an older version did not write is left out. Throws UserError: the file, the place in it and
/// what was expected there.
nlohmann::ordered_json page_data(const std::vector<PageRun>& runs, const CountTables& tables);

/// The page with the data in it. `page` holds the mark kPageMark once, where a script element of
/// JSON has its text. Nothing in the data can end that element.
constexpr const char* kPageMark = "\"the data of uvea report\"";
std::string filled_page(const std::string& page, const nlohmann::ordered_json& data);

}  // namespace uvea::report
