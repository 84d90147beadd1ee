#pragma once
// Reading a JSON file of ours that a person may have touched: every value is asked for with its
// type, and an error names the file and the place in it.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace uvea::report {

/// A value of the file, and where it stands. The file's name and the value must outlive it. All
/// throw UserError.
class JsonPlace {
 public:
  using Json = nlohmann::ordered_json;

  JsonPlace(const std::string& file, std::string place, const Json& value)
      : file_(file), place_(std::move(place)), value_(value) {}

  /// The value is not what was expected, in words.
  [[noreturn]] void refuse(const std::string& expected) const;
  JsonPlace operator[](const std::string& key) const;
  bool has(const std::string& key) const { return object().contains(key); }
  const Json& object() const;
  std::vector<JsonPlace> items() const;
  std::string text() const;
  std::uint64_t count() const;
  double real() const;
  bool flag() const;
  /// An object of counts.
  std::vector<std::pair<std::string, std::uint64_t>> counts() const;

 private:
  std::string below(const std::string& key) const {
    return place_.empty() ? key : place_ + "." + key;
  }

  const std::string& file_;
  std::string place_;
  const Json& value_;
};

/// The JSON of a file. Throws UserError.
nlohmann::ordered_json read_json(const std::string& file);

}  // namespace uvea::report
