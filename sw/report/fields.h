#pragma once
// What the files of a run hold, field by field: docs/results.md and docs/results.schema.json are
// made from this and from the chip's own tables; the tests hold every results.json to the schema.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sw/report/counters.h"

namespace uvea::report {

enum class FieldType {
  text,
  whole,   ///< not negative
  number,  ///< real
  part,    ///< whole, from 1 on, or the text all
  flag,
  value,   ///< text, number or flag
  object,  ///< of `fields`
  map,     ///< any keys, each an object of `fields`
  list,    ///< of objects of `fields`
};

struct Field {
  std::string key;
  FieldType type = FieldType::text;
  std::string unit;  ///< empty: counts nothing
  std::string help;
  bool always = true;    ///< else only where the help says
  bool or_null = false;  ///< null where the help says
  std::vector<Field> fields = {};
};

/// A setting of the chip, as the chip's table of options has it.
struct SettingInfo {
  std::string section, key, unit, help;
};

/// results.json. `settings`: of `chip`.
std::vector<Field> results_fields(const CountTables& tables,
                                  const std::vector<SettingInfo>& settings);
/// resources.json.
std::vector<Field> resources_fields(const CountTables& tables);

/// A JSON schema (draft 2020-12) of an object of these fields and no others.
nlohmann::ordered_json json_schema(const std::string& title, const std::vector<Field>& fields);

/// Tables in Markdown, one for each object: field, type, unit, what it is.
std::string fields_text(const std::vector<Field>& fields);

}  // namespace uvea::report
