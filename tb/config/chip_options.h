#pragma once
// The chip's options by name: one row `section.key` for each field of hw::ChipConfig, with its
// unit, its allowed range, what it means and where its default comes from. Everything that names an
// option (command line, chip file, `uvea config`, results.json) goes through this table.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "hw/config/chip_config.h"

namespace uvea::tb {

/// How a field is reached; the alternative tells its type.
using FieldAccess =
    std::variant<int& (*)(hw::ChipConfig&), bool& (*)(hw::ChipConfig&),
                 double& (*)(hw::ChipConfig&), hw::DramTiming& (*)(hw::ChipConfig&),
                 hw::PartialWrite& (*)(hw::ChipConfig&), hw::EndResp& (*)(hw::ChipConfig&)>;

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
  OptionValue value(const hw::ChipConfig& chip) const;
  /// As it is written in a chip file; set() takes it back without loss.
  std::string text(const hw::ChipConfig& chip) const;
  /// Throws UserError naming the option, the value and the allowed range.
  void set(hw::ChipConfig& chip, const std::string& text) const;
};

/// All options, section by section, in the order of hw::ChipConfig.
std::vector<ChipOption> chip_options();

}  // namespace uvea::tb
