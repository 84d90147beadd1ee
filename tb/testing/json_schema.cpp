#include "tb/testing/json_schema.h"

#include <cmath>
#include <set>
#include <stdexcept>

namespace uvea::test {
namespace {

using nlohmann::json;

bool is_of_type(const json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "null") return value.is_null();
  if (type == "number") return value.is_number();
  if (type == "integer")
    return value.is_number_integer() ||
           (value.is_number_float() && value.get<double>() == std::floor(value.get<double>()));
  throw std::invalid_argument("no such type in a JSON schema: " + type);
}

class Check {
 public:
  void value(const json& value, const json& schema, const std::string& place) {
    // true allows everything, false nothing.
    if (schema.is_boolean()) {
      if (!schema.get<bool>()) wrong(place, "is not allowed");
      return;
    }
    if (!schema.is_object()) throw std::invalid_argument("a schema is an object or a boolean");
    know(schema);
    if (schema.contains("type") && !type(value, schema["type"])) {
      wrong(place, "is " + value.dump().substr(0, 40) + ", expected " + schema["type"].dump());
      return;
    }
    if (schema.contains("const") && value != schema["const"])
      wrong(place, "is " + value.dump().substr(0, 40) + ", expected " + schema["const"].dump());
    if (schema.contains("anyOf") && !any_of(value, schema["anyOf"]))
      wrong(place,
            "is " + value.dump().substr(0, 40) + ", expected any of " + schema["anyOf"].dump());
    if (schema.contains("minimum") && value.is_number() &&
        value.get<double>() < schema["minimum"].get<double>())
      wrong(place, "is " + value.dump() + ", expected at least " + schema["minimum"].dump());
    if (value.is_object()) object(value, schema, place);
    if (value.is_array() && schema.contains("items")) {
      for (std::size_t i = 0; i < value.size(); ++i)
        this->value(value[i], schema["items"], place + "[" + std::to_string(i) + "]");
    }
  }

  std::vector<std::string> found;

 private:
  void wrong(const std::string& place, const std::string& what) {
    found.push_back((place.empty() ? "the whole" : place) + ": " + what);
  }

  static void know(const json& schema) {
    const std::set<std::string> known{
        "$schema", "title",      "description", "type",
        "minimum", "properties", "required",    "additionalProperties",
        "items",   "const",      "anyOf"};
    for (const auto& [keyword, unused] : schema.items())
      if (known.count(keyword) == 0)
        throw std::invalid_argument("this check does not know the keyword " + keyword);
  }

  static bool any_of(const json& value, const json& schemas) {
    bool any = false;
    for (const json& schema : schemas) any = schema_violations(value, schema).empty() || any;
    return any;
  }

  static bool type(const json& value, const json& types) {
    if (types.is_string()) return is_of_type(value, types);
    for (const json& one : types)
      if (is_of_type(value, one)) return true;
    return false;
  }

  void object(const json& value, const json& schema, const std::string& place) {
    const json properties = schema.value("properties", json::object());
    const json others = schema.value("additionalProperties", json(true));
    for (const json& key : schema.value("required", json::array()))
      if (!value.contains(key.get<std::string>())) wrong(place, "has no " + key.get<std::string>());
    for (const auto& [key, member] : value.items())
      this->value(member, properties.contains(key) ? properties[key] : others,
                  place.empty() ? key : place + "." + key);
  }
};

}  // namespace

std::vector<std::string> schema_violations(const json& value, const json& schema) {
  Check check;
  check.value(value, schema, "");
  return check.found;
}

}  // namespace uvea::test
