#include "sw/nn/tables/yaml_walk.h"

#include <yaml-cpp/eventhandler.h>

#include <sstream>

#include "sw/nn/tables/table_import.h"

namespace uvea::nn {

namespace {

/// Remembers where documents begin; builds nothing.
class DocumentStarts : public YAML::EventHandler {
 public:
  int line = -1;
  bool advanced = true;

  void OnDocumentStart(const YAML::Mark& mark) override {
    advanced = mark.pos != position_;
    position_ = mark.pos;
    line = mark.line;
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}

 private:
  int position_ = -1;
};

/// Throws UserError unless the parser comes to the end of the text.
void check_documents(const YamlText& text) {
  std::istringstream in(text.text);
  YAML::Parser parser(in);
  DocumentStarts starts;
  for (int count = 0; parser.HandleNextDocument(starts); ++count) {
    if (!starts.advanced)
      text.fail(starts.line, "is no YAML (nothing may follow here), expected a Timeloop problem");
    if (count > TableLimits::rows)
      text.fail(starts.line,
                "one document too many, expected at most " + std::to_string(TableLimits::rows));
  }
}

constexpr int most_steps = 4'000'000;
constexpr int deepest_merge = 16;

}  // namespace

std::vector<YAML::Node> yaml_documents(const YamlText& text) {
  try {
    check_documents(text);
    return YAML::LoadAll(text.text);
  } catch (const YAML::Exception& error) {
    text.fail(error.mark.line, "is no YAML (" + error.msg + "), expected a Timeloop problem");
  }
}

void YamlWalk::fail(const YAML::Node& at, const std::string& what) const {
  text_.fail(at.IsDefined() ? at.Mark().line : 0, what);
}

std::pair<std::string, int> YamlWalk::place(const YAML::Node& at) const {
  const int line = at.Mark().line;
  if (line < 0 || static_cast<std::size_t>(line) >= text_.lines.size())
    return text_.lines.empty() ? std::pair<std::string, int>{} : text_.lines.back();
  return text_.lines[static_cast<std::size_t>(line)];
}

void YamlWalk::step(const YAML::Node& at) {
  if (++steps_ > most_steps) fail(at, "aliases or merges multiply beyond what a problem needs");
}

YAML::Node YamlWalk::own(const YAML::Node& map, const std::string& key) {
  if (map.IsDefined() && map.IsMap()) {
    for (const auto& entry : map) {
      step(map);
      if (entry.first.IsScalar() && entry.first.Scalar() == key) return entry.second;
    }
  }
  return YAML::Node(YAML::NodeType::Undefined);
}

void YamlWalk::merge(const YAML::Node& map, int depth, std::vector<YAML::Node>& into) {
  step(map);
  if (depth > deepest_merge)
    fail(map, "merges are more than " + std::to_string(deepest_merge) +
                  " deep or in a circle, expected fewer");
  into.push_back(map);
  for (const char* key : {"<<", "<<<"}) {
    const YAML::Node from = own(map, key);
    if (!from.IsDefined()) continue;
    if (from.IsMap()) {
      merge(from, depth + 1, into);
    } else if (from.IsSequence()) {
      for (const auto& one : from) {
        if (!one.IsMap()) fail(from, "merge of what is no map, expected a map");
        merge(one, depth + 1, into);
      }
    } else {
      fail(from, "merge of what is no map, expected a map");
    }
  }
}

std::vector<YAML::Node> YamlWalk::merged(const YAML::Node& map) {
  std::vector<YAML::Node> maps;
  if (map.IsDefined() && map.IsMap()) merge(map, 0, maps);
  return maps;
}

YAML::Node YamlWalk::value(const YAML::Node& map, const std::string& key) {
  for (const YAML::Node& one : merged(map)) {
    YAML::Node found = own(one, key);
    if (found.IsDefined()) return found;
  }
  return YAML::Node(YAML::NodeType::Undefined);
}

}  // namespace uvea::nn
