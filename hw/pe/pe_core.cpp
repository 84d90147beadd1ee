#include "hw/pe/pe_core.h"

#include <algorithm>
#include <cstdlib>

#include "hw/config/chip_limits.h"

namespace uvea::hw {
namespace {

std::int16_t sign_extend(std::uint32_t field, int bits) {
  const std::uint32_t sign = 1U << (bits - 1);
  return static_cast<std::int16_t>(static_cast<int>((field ^ sign)) - static_cast<int>(sign));
}

std::uint32_t mask_of(int bits) { return (1U << bits) - 1U; }

}  // namespace

PeSettings pe_settings(const LayerCommand& c) {
  PeSettings s;
  s.csc = c.csc;
  s.iact_signed = c.iact_signed;
  s.single_lane = c.single_lane;
  s.weight_double_buffer = c.weight_double_buffer;
  s.segment_len = c.seg_len();
  s.segments = c.segments();
  s.m0 = c.M0;
  s.tile_psums = c.T * c.M0;
  return s;
}

void WeightTile::put(int column, int row, int value) {
  dense_[static_cast<std::size_t>(column * stride_ + row)] = static_cast<std::int16_t>(value);
  max_magnitude_ = std::max(max_magnitude_, std::abs(value));
}

void WeightTile::close_column(int column, int words, int stored, std::uint64_t zeros, int lanes,
                              int simd) {
  const std::size_t c = static_cast<std::size_t>(column);
  const int slots = (stored + lanes - 1) / lanes;
  gated_[c] = idle_[c] = 0;
  int useful = 0, idle = 0, gated = 0, zero = 0;
  for (int n = 0; n < slots; ++n) {
    const int fed = std::min(lanes, stored - n * lanes);
    const std::uint64_t here = std::uint64_t{1} << n;
    const std::uint64_t zeros_here = (zeros >> (n * lanes)) & mask_of(fed);
    if (zeros_here != 0) {
      zero += zeros_here == 3 ? 2 : 1;
      gated_[c] |= here;
      ++gated;
    } else if (fed < simd) {
      idle_[c] |= here;
      ++idle;
    } else {
      ++useful;
    }
  }
  work_[c].counts = Work::pack(slots, words, stored, stored - zero);
  work_[c].slots = Work::pack(useful, idle, gated, 0);
}

Stall WeightTile::slot(int i, int n) const {
  const std::size_t c = static_cast<std::size_t>(i);
  if (((gated_[c] >> n) & 1U) != 0) return Stall::mac_gated;
  return ((idle_[c] >> n) & 1U) != 0 ? Stall::lane_idle : Stall::mac_useful;
}

std::string WeightTile::load(const std::vector<std::uint32_t>& words, const PeConfig& config,
                             const PeSettings& settings) {
  header_ = unpack_weight_header(words);
  max_magnitude_ = 0;
  if (header_.idle && !header_.null) return "idle weight burst that is not null";
  if (header_.chunks == 0 && !header_.idle) return "weight burst for no chunk";
  if (header_.null) return words.size() == kWeightHeaderWords ? "" : "null weight burst with data";
  stride_ = (settings.m0 + 7) / 8 * 8;
  dense_.assign(static_cast<std::size_t>(header_.columns * stride_), 0);
  const int halves = settings.weight_double_buffer ? 2 : 1;
  if (header_.data_words > config.weight_data_words / halves)
    return "weight data SPad overflows: " + std::to_string(header_.data_words) + " words";
  return settings.csc ? load_csc(words, config, settings) : load_raw(words, config, settings);
}

std::string WeightTile::load_csc(const std::vector<std::uint32_t>& words, const PeConfig& config,
                                 const PeSettings& settings) {
  const int columns = header_.columns;
  const int address_words = (columns + 2) / 3;
  const std::size_t data = static_cast<std::size_t>(kWeightHeaderWords + address_words);
  if (words.size() != data + static_cast<std::size_t>(header_.data_words))
    return "weight burst has " + std::to_string(words.size()) + " words, its header says otherwise";
  const int pair_bits = config.weight_bits + config.count_bits;
  const int lanes = settings.single_lane ? 1 : config.simd;
  int begin = 0;
  for (int col = 0; col < columns; ++col) {
    const std::uint32_t address_word =
        words[static_cast<std::size_t>(kWeightHeaderWords + col / 3)];
    const int end = static_cast<int>((address_word >> (7 * (col % 3))) & 127U);
    const bool odd = ((address_word >> (21 + col % 3)) & 1U) != 0;
    if (end < begin || end > header_.data_words) return "weight column addresses run backward";
    if (odd && (end == begin || words[data + static_cast<std::size_t>(end - 1)] >> pair_bits != 0))
      return "odd flag of a weight column that is not odd";
    const int stored = 2 * (end - begin) - (odd ? 1 : 0);
    int row = -1;
    std::uint64_t zeros = 0;
    for (int i = 0; i < stored; ++i) {
      const std::uint32_t word = words[data + static_cast<std::size_t>(begin + i / 2)];
      const std::uint32_t pair = (word >> (i % 2 == 0 ? 0 : pair_bits)) & mask_of(pair_bits);
      row += static_cast<int>(pair >> config.weight_bits) + 1;
      if (row >= settings.m0) return "weight column runs past M0";
      const int value = sign_extend(pair & mask_of(config.weight_bits), config.weight_bits);
      if (value == 0) zeros |= std::uint64_t{1} << i;
      put(col, row, value);
    }
    close_column(col, end - begin, stored, zeros, lanes, config.simd);
    begin = end;
  }
  return {};
}

std::string WeightTile::load_raw(const std::vector<std::uint32_t>& words, const PeConfig& config,
                                 const PeSettings& settings) {
  const int column_words = (settings.m0 + 2) / 3;
  if (header_.data_words != header_.columns * column_words ||
      words.size() != static_cast<std::size_t>(kWeightHeaderWords + header_.data_words))
    return "raw weight burst of the wrong length";
  const int lanes = settings.single_lane ? 1 : config.simd;
  for (int col = 0; col < header_.columns; ++col) {
    std::uint64_t zeros = 0;
    for (int m = 0; m < settings.m0; ++m) {
      const std::uint32_t word =
          words[static_cast<std::size_t>(kWeightHeaderWords + col * column_words + m / 3)];
      const int value =
          sign_extend((word >> (config.weight_bits * (m % 3))) & mask_of(config.weight_bits),
                      config.weight_bits);
      if (value == 0) zeros |= std::uint64_t{1} << m;
      put(col, m, value);
    }
    close_column(col, column_words, settings.m0, zeros, lanes, config.simd);
  }
  return {};
}

namespace {

/// Entries of a segment but the last one, which has what remains.
int segment_count(const std::vector<std::uint32_t>& words, const IactHeader& h, int segment) {
  if (segment == 0) return h.count0;
  const std::uint32_t word = words[static_cast<std::size_t>(1 + (segment - 1) / 4)];
  return static_cast<int>((word >> (5 * ((segment - 1) % 4))) & 31U);
}

int address_words(const IactHeader& h) { return h.segments > 2 ? (h.segments + 1) / 4 : 0; }

}  // namespace

std::string decode_iact_chunk(const std::vector<std::uint32_t>& words, const PeConfig& config,
                              const PeSettings& settings, IactChunk& chunk) {
  chunk.header = unpack_iact_header(words[0]);
  const IactHeader& h = chunk.header;
  chunk.entries = 0;
  const int least = h.first ? settings.segments : 1;
  if (h.segments < least) return "iact chunk of too few segments";
  chunk.segments.resize(static_cast<std::size_t>(h.segments));
  for (auto& segment : chunk.segments) segment.clear();
  if (h.null) return words.size() == 1 ? "" : "null iact chunk with data";
  const auto value_of = [&](std::uint32_t field) {
    return settings.iact_signed ? sign_extend(field, config.iact_bits)
                                : static_cast<std::int16_t>(field);
  };
  const std::uint32_t value_mask = mask_of(config.iact_bits);
  if (!settings.csc) {
    const int values = h.segments * settings.segment_len;
    if (h.entries != values) return "raw iact chunk with another number of entries";
    if (words.size() != static_cast<std::size_t>(1 + (values + 2) / 3))
      return "raw iact chunk of the wrong length";
    for (int i = 0; i < values; ++i) {
      const std::uint32_t word = words[static_cast<std::size_t>(1 + i / 3)];
      chunk.segments[static_cast<std::size_t>(i / settings.segment_len)].push_back(
          {static_cast<std::int16_t>(i % settings.segment_len),
           value_of((word >> (config.iact_bits * (i % 3))) & value_mask)});
    }
    chunk.entries = values;
    return {};
  }
  const std::size_t data = static_cast<std::size_t>(1 + address_words(h));
  if (words.size() != data + static_cast<std::size_t>((h.entries + 1) / 2))
    return "iact chunk of another length than its counts say";
  const int pair_bits = config.iact_bits + config.count_bits;
  int n = 0;
  for (int s = 0; s < h.segments; ++s) {
    const int count = s + 1 < h.segments ? segment_count(words, h, s) : h.entries - n;
    if (count < 0 || n + count > h.entries)
      return "iact segments with more than the chunk's entries";
    int offset = -1;
    for (int i = 0; i < count; ++i, ++n) {
      const std::size_t at = data + static_cast<std::size_t>(n / 2);
      const std::uint32_t pair = (words[at] >> (n % 2 == 0 ? 0 : pair_bits)) & mask_of(pair_bits);
      offset += static_cast<int>(pair >> config.iact_bits) + 1;
      if (offset >= settings.segment_len) return "iact segment runs past its length";
      chunk.segments[static_cast<std::size_t>(s)].push_back(
          {static_cast<std::int16_t>(offset), value_of(pair & value_mask)});
    }
  }
  chunk.entries = n;
  return {};
}

void PeCore::configure(const PeSettings& settings) {
  settings_ = settings;
  window_.clear();
}

std::int32_t PeCore::add(std::int32_t a, std::int32_t b, std::uint64_t& overflows) const {
  const std::int32_t sum = a + b;
  const std::int32_t half = 1 << (config_.psum_bits - 1);
  if (sum >= -half && sum < half) return sum;
  ++overflows;
  const std::int32_t low = sum & ((half << 1) - 1);
  return low >= half ? low - (half << 1) : low;
}

namespace {

/// Notes an interval, as a part of the last one when that goes on.
void append(std::vector<ChunkTiming::Interval>& order, Stall stall, std::uint64_t from,
            std::uint64_t to) {
  if (!order.empty() && order.back().stall == stall && order.back().to == from) {
    order.back().to = to;
  } else {
    order.push_back({stall, from, to});
  }
}

/// The issue slots of an iact at a column, at most so many lanes fed in each.
void tell_order(ChunkTiming& timing, const WeightTile& tile, int column, bool zero,
                std::uint64_t begin, std::uint64_t most) {
  const std::uint64_t counts = tile.work(column).counts;
  const std::uint64_t slots = WeightTile::Work::field(counts, 0);
  std::uint64_t left = WeightTile::Work::field(counts, 2);
  for (std::uint64_t n = 0; n < slots; ++n) {
    append(timing.order, zero ? Stall::mac_gated : tile.slot(column, static_cast<int>(n)),
           begin + n, begin + n + 1);
    const auto lanes = static_cast<unsigned>(std::min(left, most));
    left -= lanes;
    std::vector<ChunkTiming::Fed>& fed = timing.fed;
    if (!fed.empty() && fed.back().lanes == lanes && fed.back().to == begin + n) {
      ++fed.back().to;
    } else {
      fed.push_back({begin + n, begin + n + 1, lanes});
    }
  }
}

}  // namespace

std::uint64_t PeCore::run_window(const WeightTile& tile, std::int32_t* psums, ChunkTiming& timing,
                                 CounterSink& counters) {
  const int max_iact = (1 << config_.iact_bits) - 1;
  const std::int64_t bound = std::int64_t{settings_.segment_len} * settings_.segments * max_iact *
                             std::max(1, tile.max_magnitude());
  const bool may_overflow = bound >= (std::int64_t{1} << (config_.psum_bits - 1));
  const int stride = tile.stride();
  std::int32_t acc[kMaxTileChannels + 1] = {};
  std::uint64_t scan = timing.scan_free, issue = timing.issue_free;
  std::uint64_t slot = scan;  // the latest one; the empty slot of a window without iacts
  std::size_t not_free = 0;   // first segment whose release is not known yet
  std::uint64_t iacts = 0, looked_up = 0, alone = 0;
  std::uint64_t counts = 0, slots = 0;  // fields as in WeightTile::Work
  const bool ask_order = timing.ask_order;
  const auto lanes = static_cast<std::uint64_t>(settings_.single_lane ? 1 : config_.simd);
  const std::size_t segments = segment_free_.size();
  // An examine slot is a class of its own only while nothing is issued.
  const auto examined = [&] {
    if (slot < issue) return;
    ++alone;
    if (ask_order) append(timing.order, Stall::examine, slot, slot + 1);
  };
  for (std::size_t k = 0; k < segments; ++k) {
    if (window_[k].empty()) continue;
    // The first slot of this segment tells that the empty ones before it are through.
    while (not_free < k) segment_free_[not_free++] = scan + 1;
    iacts += window_[k].size();
    for (const IactEntry& iact : window_[k]) {
      const int col = static_cast<int>(k) * settings_.segment_len + iact.offset;
      slot = scan;
      scan = slot + 1;
      if (col >= tile.columns()) {
        examined();
        continue;
      }
      ++looked_up;
      const WeightTile::Work& work = tile.work(col);
      const std::uint64_t cycles = WeightTile::Work::field(work.counts, 0);
      if (cycles == 0) {
        examined();
        continue;
      }
      const std::uint64_t begin = std::max(slot, issue);
      issue = begin + cycles;
      scan = std::max(scan, begin);
      if (ask_order) tell_order(timing, tile, col, iact.value == 0, begin, lanes);
      if (iact.value == 0) {
        counts += work.counts & ~WeightTile::Work::pack(0, 0, 0, 0xFFFF);
        slots += WeightTile::Work::pack(0, 0, static_cast<int>(cycles), 0);
        continue;
      }
      counts += work.counts;
      slots += work.slots;
      const std::int16_t* weights = tile.column(col);
      if (may_overflow) {
        for (int m = 0; m < settings_.m0; ++m)
          acc[m] = add(acc[m], iact.value * weights[m], counters[Counter::pe_overflows]);
      } else {
        const std::int32_t value = iact.value;
        for (int m = 0; m < stride; ++m) acc[m] += value * weights[m];
      }
    }
    segment_free_[k] = slot + 1;
    not_free = k + 1;
  }
  if (iacts == 0) examined();
  using Work = WeightTile::Work;
  timing.mix.useful += Work::field(slots, 0);
  timing.mix.idle += Work::field(slots, 1);
  timing.mix.gated += Work::field(slots, 2);
  timing.mix.examine += alone;
  counters[Counter::pe_issue_slots] += Work::field(counts, 0);
  counters[Counter::spad_weight_reads] += Work::field(counts, 1);
  // Every MAC that is fed is a read and a write of its psum.
  const std::uint64_t fed = Work::field(counts, 2), effectual = Work::field(counts, 3);
  counters[Counter::spad_psum_reads] += fed;
  counters[Counter::spad_psum_writes] += fed;
  counters[Counter::pe_effectual_macs] += effectual;
  counters[Counter::pe_gated_macs] += fed - effectual;
  counters[Counter::spad_iact_reads] += iacts;
  counters[Counter::pe_examine_slots] += std::max<std::uint64_t>(iacts, 1);
  if (settings_.csc) {
    counters[Counter::spad_iact_addr_reads] += segments;
    counters[Counter::spad_weight_addr_reads] += looked_up;
  }
  timing.scan_free = std::max(scan, slot + 1);
  timing.issue_free = issue;
  while (not_free < segments) segment_free_[not_free++] = slot + 1;
  std::copy(acc, acc + settings_.m0, psums);
  return slot;
}

void PeCore::run_chunk(IactChunk& chunk, const WeightTile& tile, std::uint64_t start,
                       std::uint64_t issue_free, std::vector<std::int32_t>& psums,
                       ChunkTiming& timing, CounterSink& counters) {
  const std::size_t k = static_cast<std::size_t>(settings_.segments);
  counters[Counter::spad_iact_writes] += static_cast<std::uint64_t>(chunk.entries);
  if (settings_.csc) counters[Counter::spad_iact_addr_writes] += chunk.segments.size();
  for (IactSegment& segment : chunk.segments) window_.push() = std::move(segment);
  const std::size_t windows =
      static_cast<std::size_t>(chunk.header.segments) - (chunk.header.first ? k - 1 : 0);
  timing.releases.clear();
  timing.window_slots.clear();
  timing.order.clear();
  timing.fed.clear();
  timing.mix = SlotMix{};
  timing.scan_free = start;
  timing.issue_free = issue_free;
  segment_free_.resize(k);
  psums.resize(windows * static_cast<std::size_t>(settings_.m0));
  for (std::size_t w = 0; w < windows; ++w) {
    const std::uint64_t slot =
        run_window(tile, &psums[w * static_cast<std::size_t>(settings_.m0)], timing, counters);
    timing.window_slots.push_back(slot);
    const bool row_ends = chunk.header.last && w + 1 == windows;
    for (std::size_t leaving = 0; leaving < (row_ends ? k : 1); ++leaving) {
      timing.releases.push_back({segment_free_[leaving], static_cast<int>(window_.front().size())});
      IactSegment().swap(window_.front());
      window_.pop();
    }
  }
  timing.work_end = std::max(timing.window_slots.back() + 1, timing.issue_free);
  if (counters[Counter::pe_issue_slots] > 0) counters[Counter::pe_active] = 1;
}

}  // namespace uvea::hw
