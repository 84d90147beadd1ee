#pragma once
// The chip's options by name: one row `section.key` for each field of ChipConfig, with its unit,
// its allowed range, what it means and where its default comes from. Everything that names an
// option (command line, chip file, `uvea config`, results.json, the man page) goes through this
// table, and the ranges are what the blocks are built for.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "hw/config/chip_config.h"

namespace uvea::hw {

/// How a field is reached; the alternative tells its type.
using FieldAccess = std::variant<int& (*)(ChipConfig&), bool& (*)(ChipConfig&),
                                 double& (*)(ChipConfig&), PeKind& (*)(ChipConfig&),
                                 DramTiming& (*)(ChipConfig&), PartialWrite& (*)(ChipConfig&),
                                 EndResp& (*)(ChipConfig&), NocKind& (*)(ChipConfig&)>;

/// A value with the type that it has in results.json.
using OptionValue = std::variant<std::int64_t, bool, double, std::string>;

struct ChipOption {
  std::string name;  ///< section.key
  FieldAccess field;
  double lowest = 0;  ///< numbers only, both ends included
  double highest = 0;
  std::string unit;    ///< "-" when it counts nothing physical
  std::string source;  ///< of the default
  std::string help;

  std::string section() const { return name.substr(0, name.find('.')); }
  std::string key() const { return name.substr(name.find('.') + 1); }

  /// "1..64", "0.1..100", "true|false" or the names of an enumeration, "ideal|ddr4_3200".
  std::string range() const;
  OptionValue value(const ChipConfig& chip) const;
  /// As it is written in a chip file; set() takes it back without loss.
  std::string text(const ChipConfig& chip) const;
  /// Empty when the field is set, else what is wrong, naming the option, the text and the range.
  [[nodiscard]] std::string set(ChipConfig& chip, const std::string& text) const;
  /// Empty when the field's value is allowed, else what is wrong, in the same words.
  std::string why_bad(const ChipConfig& chip) const;
};

/// All options, section by section, in the order of ChipConfig.
std::vector<ChipOption> chip_options();
/// Throws std::out_of_range when there is none of that name.
ChipOption chip_option(std::string_view name);

}  // namespace uvea::hw
