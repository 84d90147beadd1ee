#pragma once
// What docs/results.md and the schemas say of this program's files, made from its own tables.

#include <string>

namespace uvea::tb {

/// docs/results.md with the part between its two marks made anew. Throws UserError when it has no
/// such marks.
std::string results_page(const std::string& page);

/// docs/results.schema.json and docs/resources.schema.json.
std::string results_schema();
std::string resources_schema();

}  // namespace uvea::tb
