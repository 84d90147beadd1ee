#include "tb/trace/transactions.h"

#include <algorithm>
#include <array>
#include <memory>

#include "tb/trace/chip_transactions.h"
#include "tb/trace/event_reader.h"
#include "tb/trace/ftr_sink.h"
#include "tb/trace/trace_event_sink.h"

namespace uvea::trace {
namespace {

/// The cycle of the run up to which there are no more than `most` items and states; the end when
/// there are never more.
Cycle cut_of(const TransactionOptions& options, const std::vector<const Fragment*>& fragments,
             const TracePlan& plan) {
  constexpr std::size_t kBuckets = 4096;
  const Cycle begin = plan.pieces.front().from;
  const Cycle width = (plan.end - begin) / kBuckets + 1;
  std::array<std::uint64_t, kBuckets> counts{};
  for (const TracePiece& piece : plan.pieces) {
    const Fragment& fragment = *fragments[piece.fragment];
    const FragmentInfo& info = fragment.info();
    const Cycle first = info.layers.front().begin;
    for (std::size_t t = 0; t < info.tracks.size(); ++t) {
      const TrackInfo& track = info.tracks[t];
      if (is_relations(track) || (track.kind != TrackKind::items && !options.details)) continue;
      EventReader reader(fragment, t);
      for (TrackEvent event; reader.read(event);) {
        if (event.from + piece.offset < first) continue;
        const Cycle at = event.from + piece.offset - first;
        if (at >= piece.from && at < piece.to) ++counts[(at - begin) / width];
      }
    }
  }
  std::uint64_t sum = 0;
  for (std::size_t b = 0; b < kBuckets; ++b) {
    sum += counts[b];
    // One bucket at least: something is to be seen.
    if (sum > options.most) return std::min(plan.end, begin + width * std::max<Cycle>(b, 1));
  }
  return plan.end;
}

bool ends_with(const std::string& text, const std::string& ending) {
  return text.size() > ending.size() &&
         text.compare(text.size() - ending.size(), ending.size(), ending) == 0;
}

std::unique_ptr<TransactionSink> make_sink(const TransactionOptions& options) {
  if (transaction_format(options.file) == TransactionFormat::ftr)
    return std::make_unique<FtrSink>(options.file, options.period_ps);
  return std::make_unique<TraceEventSink>(options.file, options.clock_mhz);
}

}  // namespace

std::optional<TransactionFormat> transaction_format(const std::string& file) {
  if (ends_with(file, ".json")) return TransactionFormat::trace_events;
  if (ends_with(file, ".ftr")) return TransactionFormat::ftr;
  return std::nullopt;
}

TransactionSummary write_transactions(const TransactionOptions& options,
                                      const std::vector<const Fragment*>& fragments,
                                      const TracePlan& plan) {
  const std::unique_ptr<TransactionSink> sink = make_sink(options);
  TransactionSummary summary;
  const Cycle cut = cut_of(options, fragments, plan);
  if (cut < plan.end) summary.cut = cut;
  const ChipTransactionOptions of_chips{options.layers, options.details, summary.cut};
  for (const TracePiece& piece : plan.pieces) {
    if (piece.from >= cut) break;
    const TransactionCounts counts =
        write_chip_transactions(of_chips, *fragments[piece.fragment], piece, *sink);
    summary.slices += counts.slices;
    summary.arrows += counts.arrows;
  }
  sink->close(summary.cut);
  return summary;
}

}  // namespace uvea::trace
