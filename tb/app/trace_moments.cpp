#include "tb/app/trace_moments.h"

#include <fmt/format.h>

#include "sw/user_error.h"
#include "tb/sim/mappings.h"

namespace uvea::tb {
namespace {

trace::TraceMoment moment(const std::string& option, const std::string& text,
                          const nn::Network& network, const LayerRange& range) {
  trace::TraceMoment moment = trace::parse_moment(option, text, layer_names(network));
  if (!moment.layer) return moment;
  const std::string layer =
      fmt::format("layer {} ({})", *moment.layer + 1, network.layers[*moment.layer].name);
  if (*moment.layer < range.first || *moment.layer > range.last)
    throw UserError(fmt::format("--{} '{}': {} is not run", option, text, layer));
  if (!network.layers[*moment.layer].on_chip())
    throw UserError(fmt::format("--{} '{}': {} is the host's, it takes no cycle of the chip",
                                option, text, layer));
  return moment;
}

bool is_before(const trace::TraceMoment& a, const trace::TraceMoment& b) {
  if (a.layer.has_value() != b.layer.has_value()) return true;  // not known yet
  if (a.layer != b.layer) return *a.layer < *b.layer;
  if (a.pass.has_value() != b.pass.has_value()) return true;
  return a.pass ? *a.pass < *b.pass : a.cycle < b.cycle;
}

}  // namespace

trace::TraceChoice trace_choice(const Arguments& arguments, const nn::Network& network,
                                const LayerRange& range) {
  trace::TraceChoice choice;
  choice.scopes = arguments.trace_scopes;
  if (arguments.trace_signals)
    choice.groups = trace::parse_groups("trace-signals", *arguments.trace_signals);
  if (arguments.trace_from)
    choice.from = moment("trace-from", *arguments.trace_from, network, range);
  if (arguments.trace_to) choice.to = moment("trace-to", *arguments.trace_to, network, range);
  if (choice.from && choice.to && !is_before(*choice.from, *choice.to))
    throw UserError(fmt::format("--trace-to '{}' is not behind --trace-from '{}'",
                                *arguments.trace_to, *arguments.trace_from));
  choice.last = arguments.trace_last;
  return choice;
}

}  // namespace uvea::tb
