#pragma once
// A JSON value held to a JSON schema (draft 2020-12), for what our schemas use: type, properties,
// required, additionalProperties, items, minimum, const, anyOf; $schema, title and description say nothing.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace uvea::test {

/// What is wrong, a line each with the place in the value ("layers[3].cycles: ..."); empty when the
/// value is as the schema says. Throws std::invalid_argument for a keyword that it does not know:
/// nothing of a schema is passed over unseen.
std::vector<std::string> schema_violations(const nlohmann::json& value,
                                           const nlohmann::json& schema);

}  // namespace uvea::test
