#include "tb/app/transactions_output.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "sw/user_error.h"
#include "tb/app/safe_file.h"
#include "tb/app/trace_moments.h"
#include "tb/app/trace_output.h"
#include "tlm/clock_period.h"

namespace uvea::tb {

TransactionsOutput::TransactionsOutput(const Arguments& arguments, const nn::Network& network,
                                       const LayerRange& range)
    : file_(*arguments.transactions),
      details_(arguments.trace_signals.has_value()),
      choice_(trace_choice(arguments, network, range)) {
  if (!trace::transaction_format(file_))
    throw UserError(fmt::format(
        "--transactions '{}' is not allowed: expected FILE.json (trace events, for Perfetto or "
        "chrome://tracing) or FILE.ftr (FTR, for Surfer or SCViewer)",
        file_));
  require_writable(file_, "--transactions");
  // Unless they are asked for: only what has items.
  if (!details_)
    choice_.groups =
        trace::parse_groups("trace-signals", "chip,window,links,banks,dma,dram,control");
}

trace::SinkMaker TransactionsOutput::sink_maker() const {
  return [this](const trace::WatchedChip& chip) { return session_->sink_maker()(chip); };
}

void TransactionsOutput::begin(std::size_t chips) {
  try {
    session_.emplace(choice_, file_, chips, true);
  } catch (const std::system_error& error) {
    throw UserError(fmt::format("--transactions '{}': no temporary file beside it: {}", file_,
                                error.code().message()));
  }
}

std::vector<std::string> TransactionsOutput::left_out(const Simulation& simulation) const {
  return layers_left_out(simulation, *session_);
}

bool TransactionsOutput::cut() const { return is_cut(*session_); }

std::string TransactionsOutput::write(const Simulation& simulation) const {
  if (!session_->any()) throw UserError(no_trace(*session_, "--transactions", file_));
  trace::TransactionOptions options;
  options.file = file_;
  options.clock_mhz = simulation.chip().control.clock_mhz;
  options.period_ps = link::period_units(options.clock_mhz, link::kDefaultResolutionFs);
  options.details = details_;
  options.layers = names_of(trace::layer_names(simulation.network()));
  const trace::TransactionSummary done = session_->write(options);
  const bool ftr = trace::transaction_format(file_) == trace::TransactionFormat::ftr;
  std::string text = fmt::format("transactions: {} ({} slices, {} arrows, {:.1f} MB); open it {}\n",
                                 file_, done.slices, done.arrows,
                                 static_cast<double>(std::filesystem::file_size(file_)) / 1e6,
                                 ftr ? fmt::format("with 'surfer {}' or in SCViewer", file_)
                                     : "in ui.perfetto.dev or chrome://tracing");
  if (done.cut)
    text += fmt::format(
        "transactions: they end at cycle {}: more than {} are more than a viewer takes; "
        "--trace-scope, --trace-from and --trace-to choose others\n",
        *done.cut, options.most);
  return text;
}

}  // namespace uvea::tb
