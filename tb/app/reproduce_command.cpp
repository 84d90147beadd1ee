// uvea reproduce: simulates what was published of Eyeriss v1, v1.5 and v2, and tells both.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <optional>

#include "sw/user_error.h"
#include "tb/app/commands.h"
#include "tb/app/interrupt_line.h"
#include "tb/app/safe_file.h"
#include "tb/app/standard_output.h"
#include "tb/config/near_name.h"
#include "tb/reproduce/reproduction.h"

namespace uvea::tb {
namespace {

std::vector<Topic> topics_of(const std::vector<std::string>& words) {
  std::vector<Topic> topics;
  std::vector<std::string> names;
  for (const TopicName& topic : topic_names()) {
    names.emplace_back(topic.name);
    if (words.empty() || std::find(words.begin(), words.end(), topic.name) != words.end())
      topics.push_back(topic.topic);
  }
  for (const std::string& word : words) {
    if (std::find(names.begin(), names.end(), word) != names.end()) continue;
    const std::string nearest = did_you_mean(word, names);
    throw UserError(fmt::format("no topic '{}'{} expected {}", word.substr(0, 40),
                                nearest.empty() ? ":" : nearest, fmt::join(names, ", ")));
  }
  return topics;
}

bool needed(const Experiment& experiment, const std::vector<Topic>& topics) {
  return std::any_of(experiment.topics.begin(), experiment.topics.end(), [&](Topic topic) {
    return std::find(topics.begin(), topics.end(), topic) != topics.end();
  });
}

}  // namespace

int reproduce_command(const Arguments& arguments) {
  const std::vector<Topic> topics = topics_of(arguments.runs);
  if (arguments.out) const OutputFolder check(*arguments.out, "--out");
  std::optional<InterruptLine> before_writing{std::in_place};
  const bool tells = !arguments.quiet && ::isatty(STDERR_FILENO) == 1;
  FiguresByKey figures;
  for (const Experiment& experiment : experiments()) {
    if (!needed(experiment, topics)) continue;
    if (tells) fmt::print(stderr, "{}\n", experiment.words);
    std::optional<Figures> found = run_experiment(experiment, arguments.seed, arguments.jobs);
    if (!found) {
      fmt::print(stderr, "uvea: interrupted: {} experiments were finished\n", figures.size());
      return kInterrupted;
    }
    figures.emplace(experiment.key, std::move(*found));
  }
  const std::vector<ComparedRow> rows = compared(topics, figures);
  before_writing.reset();
  if (arguments.out) {
    const OutputFolder out(*arguments.out, "--out");
    write_whole(out.file("reproduction.json"), reproduction_json(rows, figures, arguments.seed),
                "--out");
    write_whole(out.file("reproduction.md"), reproduction_markdown(rows, figures), "--out");
  }
  if (!arguments.quiet) print_text(reproduction_text(rows, figures));
  return 0;
}

}  // namespace uvea::tb
