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

/// Throws UserError when none of the layers takes a cycle of the chip.
void require_chip_layer(const Arguments& arguments, const nn::Network& network,
                        const LayerRange& range) {
  for (std::size_t i = range.first; i <= range.last; ++i)
    if (network.layers[i].on_chip()) return;
  throw UserError(fmt::format(
      "{}: none of the layers that are run ({} to {} of {}) runs on the chip: nothing to trace",
      arguments.trace ? "--trace" : "--transactions", range.first + 1, range.last + 1,
      network.layers.size()));
}

/// Throws UserError when signals of RTL are named where there is none.
void require_rtl(const Arguments& arguments, std::uint32_t groups) {
  using Group = trace::Probe::Group;
  const std::uint32_t of_rtl =
      trace::TraceChoice::bit(Group::rtl) | trace::TraceChoice::bit(Group::inside);
  if (arguments.trace_signals && !arguments.rtl && (groups & of_rtl) != 0)
    throw UserError(fmt::format(
        "--trace-signals '{}': rtl and inside are signals of RTL PEs and need --rtl shadow or "
        "drive",
        *arguments.trace_signals));
}

}  // namespace

trace::TraceChoice trace_choice(const Arguments& arguments, const nn::Network& network,
                                const LayerRange& range) {
  require_chip_layer(arguments, network, range);
  trace::TraceChoice choice;
  choice.scopes = arguments.trace_scopes;
  if (arguments.trace_signals)
    choice.groups = trace::parse_groups("trace-signals", *arguments.trace_signals);
  require_rtl(arguments, choice.groups);
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
