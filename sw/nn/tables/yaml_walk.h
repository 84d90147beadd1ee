#pragma once
// Looking things up in YAML that a stranger wrote: merges followed, aliases that lead in circles or
// multiply stopped.

#include <yaml-cpp/yaml.h>

#include <string>
#include <vector>

#include "sw/nn/tables/yaml_text.h"

namespace uvea::nn {

/// All documents of a text. Throws UserError for what is no YAML, in particular where yaml-cpp's
/// LoadAll would make documents of nothing for ever (a stray closing bracket at the end).
std::vector<YAML::Node> yaml_documents(const YamlText& text);

class YamlWalk {
 public:
  explicit YamlWalk(const YamlText& text) : text_(text) {}

  [[noreturn]] void fail(const YAML::Node& at, const std::string& what) const;

  /// File and line of a node.
  std::pair<std::string, int> place(const YAML::Node& at) const;

  /// The map's own value of a key; undefined when it has none.
  YAML::Node own(const YAML::Node& map, const std::string& key);
  /// The map, then what it merges (`<<`, `<<<`), nearest first.
  std::vector<YAML::Node> merged(const YAML::Node& map);
  /// The first value of a key in merged(map); undefined when there is none.
  YAML::Node value(const YAML::Node& map, const std::string& key);
  /// Counts a look at a node; throws UserError when there were too many.
  void step(const YAML::Node& at);

 private:
  void merge(const YAML::Node& map, int depth, std::vector<YAML::Node>& into);

  const YamlText& text_;
  int steps_ = 0;
};

}  // namespace uvea::nn
