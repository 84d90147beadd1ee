#include "hw/cluster/output_stage.h"

#include <algorithm>
#include <functional>

#include "hw/command/little_endian.h"
#include "tlm/process.h"

namespace uvea::hw {

using link::Cycle;

namespace {

constexpr std::uint64_t kWriteTag = ~std::uint64_t{0} >> 1;

std::int32_t i32_at(const std::vector<std::uint8_t>& bytes, std::size_t at) {
  return static_cast<std::int32_t>(little_endian(&bytes[at]));
}

}  // namespace

OutputStage::OutputStage(const sc_core::sc_module_name& module_name, const ChipConfig& config,
                         const link::Clock& clock, int row, int col)
    : LayerBlock(module_name, config, clock, row, col),
      busy("busy", clock, [this] { return !done(); }),
      lanes_(static_cast<std::size_t>(config.cluster.pe_cols)) {
  for (std::size_t x = 0; x < lanes_.size(); ++x) {
    in.push_back(std::make_unique<link::StreamIn>("in" + std::to_string(x), *this,
                                                  static_cast<unsigned>(x), clock));
    memory.push_back(std::make_unique<link::MemClient>("memory" + std::to_string(x), *this));
  }
  link::spawn_method(
      "flush_process", [this] { flush(); }, flush_event_);
}

void OutputStage::configure(const LayerCommand& layer, const Schedule& schedule) {
  schedule_ = schedule;
  for (std::size_t x = 0; x < lanes_.size(); ++x) {
    Lane& lane = lanes_[x];
    lane.params.clear();
    lane.params_begin = 0;
    lane.asked_g = lane.asked_mt = -1;
    lane.busy = lane.held = 0;
    lane.writer = std::make_unique<OactWriter>(layer.oact.csc, config_.pe.iact_bits,
                                               config_.pe.count_bits, config_.port.write_bytes);
    lane.cursor = lane.params_cursor = cursor(x);
    fetch_params(x);
  }
  busy.update();
}

LoopCursor OutputStage::cursor(std::size_t x) const {
  const int column = static_cast<int>(x);
  if (!schedule_.used() || !schedule_.chain_last() || column >= schedule_.command().pes.product())
    return {};
  return LoopCursor(schedule_, [this, column](const Pass& pass) {
    if (pass.p + 1 != schedule_.reduction_passes()) return 0;
    const ColumnWork work = schedule_.column(pass, column);
    if (!work.active) return 0;
    // Only steps that make oacts count; rows past the end come last in a pass.
    int steps = schedule_.steps(pass);
    while (steps > 0 && !schedule_.row_tile(pass, steps - 1, column).valid()) --steps;
    return steps;
  });
}

void OutputStage::fetch_params(std::size_t x) {
  Lane& lane = lanes_[x];
  const LayerCommand& c = schedule_.command();
  const auto ahead = static_cast<std::size_t>(config_.port.param_tiles_ahead);
  while (lane.params.size() < ahead && !lane.params_cursor.finished()) {
    const ColumnWork work = schedule_.column(lane.params_cursor.pass(), static_cast<int>(x));
    lane.params_cursor.next_pass();
    if (lane.asked_g == work.g && lane.asked_mt == work.mt) continue;
    lane.asked_g = work.g;
    lane.asked_mt = work.mt;
    const int count = std::min(c.M0, c.M - work.mt * c.M0);
    const auto first = static_cast<std::uint64_t>(work.g * c.M + work.mt * c.M0);
    Params params;
    params.g = work.g;
    params.mt = work.mt;
    params.channels.resize(static_cast<std::size_t>(count));
    lane.params.push_back(std::move(params));
    counts_[Counter::output_param_bytes] += static_cast<std::uint64_t>(count * kChannelParamBytes);
    memory[x]->read(c.param_table + first * kChannelParamBytes,
                    static_cast<std::size_t>(count * kChannelParamBytes),
                    (lane.params_begin + lane.params.size() - 1) * lanes_.size() + x);
  }
}

void OutputStage::drop_used_params(std::size_t x) {
  Lane& lane = lanes_[x];
  if (lane.cursor.finished()) {
    lane.params_begin += lane.params.size();
    lane.params.clear();
    return;
  }
  const ColumnWork work = schedule_.column(lane.cursor.pass(), static_cast<int>(x));
  if (!lane.params.empty() &&
      (lane.params.front().g != work.g || lane.params.front().mt != work.mt)) {
    lane.params.pop_front();
    ++lane.params_begin;
    fetch_params(x);
  }
}

std::optional<Cycle> OutputStage::try_accept(std::size_t x, Cycle at) {
  Lane& lane = lanes_[x];
  if (lane.params.empty() || !lane.params.front().ready) return std::nullopt;
  if (gate_ == nullptr && lane.writes_in_flight >= config_.port.writes_in_flight)
    return std::nullopt;
  return std::max({at, lane.free, clock_.now()});
}

std::optional<Cycle> OutputStage::on_offer(unsigned port, link::Payload& payload, Cycle at) {
  Lane& lane = lanes_[port];
  if (lane.cursor.finished()) {
    fault("psums after the last oact of the layer");
    return at;
  }
  link::Burst& burst = link::burst_of(payload);
  burst.cycles_per_beat =
      std::max(burst.cycles_per_beat, static_cast<unsigned>(config_.port.output_beat_cycles));
  if (const auto ready = try_accept(port, at)) return ready;
  lane.offered = &payload;
  lane.offered_at = at;
  return std::nullopt;
}

void OutputStage::on_data(unsigned port, link::Payload& payload, Cycle first_beat) {
  Lane& lane = lanes_[port];
  if (lane.cursor.finished()) return;  // reported when it was offered
  const LayerCommand& c = schedule_.command();
  const link::Burst& burst = link::burst_of(payload);
  const int column = static_cast<int>(port);
  const Pass pass = lane.cursor.pass();
  const ColumnWork work = schedule_.column(pass, column);
  const Cycle taking = Cycle{burst.beats} * burst.cycles_per_beat;
  lane.free = first_beat + taking;
  lane.busy += taking;
  counts_[Counter::output_psum_words] += burst.beats;
  if (watch_) watch_->took(port, burst, first_beat);

  if (lane.cursor.chunk() == 0) {
    const RowTile row = schedule_.row_tile(pass, lane.cursor.step(), column);
    const auto blocks = static_cast<std::uint64_t>(c.G) * static_cast<std::uint64_t>(c.m_tiles());
    const std::uint64_t block =
        static_cast<std::uint64_t>(work.g) * static_cast<std::uint64_t>(c.m_tiles()) +
        static_cast<std::uint64_t>(work.mt);
    const std::uint64_t slot =
        (static_cast<std::uint64_t>(row.n) * blocks + block) * static_cast<std::uint64_t>(c.E) +
        static_cast<std::uint64_t>(row.e);
    // Raw rows in tiles: each is written to its own columns.
    const std::uint64_t column_bytes = static_cast<std::uint64_t>(row.tile) *
                                       static_cast<std::uint64_t>(c.F0) *
                                       static_cast<std::uint64_t>(c.M0);
    lane.writer->begin_row(c.oact.base + slot * c.oact.pitch + column_bytes);
  }
  const Params& params = lane.params.front();
  const std::size_t valid = params.channels.size();
  const auto m0 = static_cast<std::size_t>(c.M0);
  for (std::size_t i = 0; i < burst.psums.size(); ++i) {
    const std::size_t m = i % m0;
    // Channels past the last one fill the block up with zeros.
    int code = c.oact_zero_point;
    if (m < valid) {
      code = requantize(burst.psums[i], params.channels[m],
                        {c.oact_zero_point, c.act_min, c.act_max, c.round_half_even});
      ++counts_[Counter::oacts];
    } else if (c.oact.csc) {
      code = c.oact_offset;
    }
    lane.writer->put(c.oact.csc ? code - c.oact_offset : code);
  }
  const bool row_ends = lane.cursor.chunk() + 1 == c.chunks();
  scratch_.clear();
  lane.writer->take_writes(row_ends, scratch_);
  for (OactWrite& write : scratch_) {
    ++lane.writes_in_flight;
    if (watch_) watch_->made(port, write.address);
    pending_.push_back({lane.free, port, std::move(write)});
    std::push_heap(pending_.begin(), pending_.end(), std::greater<>());
  }
  if (watch_) watch_->made_all(port, !lane.writer->empty());
  if (!pending_.empty()) flush_event_.notify(clock_.until(pending_.front().at));
  lane.cursor.next_chunk();
  drop_used_params(port);
  if (lane.cursor.finished()) busy.update(lane.free);
  if (gate_ != nullptr) gate_->changed();
}

void OutputStage::take_turns(IoGate& gate) {
  gate_ = &gate;
  gate.join(*this);
}

std::optional<Cycle> OutputStage::moved(std::int64_t) const {
  for (const Lane& lane : lanes_)
    if (lane.writes_in_flight > 0) return std::nullopt;
  return clock_.now();
}

std::optional<Cycle> OutputStage::processed(std::int64_t phase) const {
  Cycle end = 0;
  for (const Lane& lane : lanes_) {
    if (!lane.cursor.is_past(phase)) return std::nullopt;
    end = std::max(end, lane.free);
  }
  return end;
}

void OutputStage::flush() {
  if (gate_ != nullptr && !gate_->moving()) return;
  while (!pending_.empty() && pending_.front().at <= clock_.now()) {
    std::pop_heap(pending_.begin(), pending_.end(), std::greater<>());
    const TimedWrite due = std::move(pending_.back());
    pending_.pop_back();
    counts_[Counter::output_write_bytes] += due.write.bytes.size();
    if (watch_) watch_->wrote(due.lane, clock_.now());
    memory[due.lane]->write(due.write.address, due.write.bytes, kWriteTag + 1 + due.lane);
  }
  if (!pending_.empty()) flush_event_.notify(clock_.until(pending_.front().at));
}

void OutputStage::on_response(link::Payload& payload) {
  const link::MemData& data = link::mem_data_of(payload);
  if (data.tag > kWriteTag) {
    const std::size_t x = data.tag - kWriteTag - 1;
    --lanes_[x].writes_in_flight;
    if (watch_) watch_->answered(x, payload.get_address(), data.item, clock_.now());
    if (lanes_[x].cursor.finished() && done()) busy.update();
    if (gate_ != nullptr && lanes_[x].writes_in_flight == 0) gate_->changed();
  } else {
    Lane& lane = lanes_[data.tag % lanes_.size()];
    Params& params = lane.params[data.tag / lanes_.size() - lane.params_begin];
    for (std::size_t m = 0; m < params.channels.size(); ++m) {
      const std::size_t at = m * kChannelParamBytes;
      params.channels[m] = {i32_at(data.bytes, at), i32_at(data.bytes, at + 4),
                            i32_at(data.bytes, at + 8)};
    }
    params.ready = true;
  }
  const std::size_t x = data.tag > kWriteTag ? data.tag - kWriteTag - 1 : data.tag % lanes_.size();
  Lane& lane = lanes_[x];
  if (lane.offered == nullptr) return;
  if (const auto ready = try_accept(x, lane.offered_at)) {
    link::Payload& offered = *lane.offered;
    link::burst_of(offered).way.memory = *ready;
    if (watch_) watch_->held(x, lane.offered_at, *ready);
    lane.offered = nullptr;
    lane.held += *ready - std::min(*ready, std::max(lane.offered_at, lane.free));
    in[x]->accept(offered, *ready);
  }
}

bool OutputStage::done() const {
  return pending_.empty() && std::all_of(lanes_.begin(), lanes_.end(), [](const Lane& lane) {
           return lane.cursor.finished() && lane.writes_in_flight == 0;
         });
}

std::vector<std::string> OutputStage::leftovers() const {
  std::vector<std::string> left;
  for (std::size_t x = 0; x < lanes_.size(); ++x) {
    const std::string at = "column " + std::to_string(x);
    if (!lanes_[x].cursor.finished()) left.push_back(at + " awaits final psums");
    if (lanes_[x].offered != nullptr) left.push_back(at + " has not taken a psum burst");
    if (lanes_[x].writes_in_flight > 0) left.push_back(at + " has writes not answered");
    if (memory[x]->outstanding() > 0) left.push_back(at + " has memory requests not answered");
  }
  return left;
}

void OutputStage::watch(link::Probe* probe) {
  LayerBlock::watch(probe);
  watch_ = probe == nullptr ? nullptr
                            : std::make_unique<OutputStageWatch>(*probe, name(), lanes_.size());
}

void OutputStage::tell_rest(Cycle end) {
  if (watch_) watch_->rest(end);
}

void OutputStage::use(std::vector<Resource>& resources) const {
  for (std::size_t x = 0; x < lanes_.size(); ++x)
    resources.push_back({in[x]->name(), "output port", lanes_[x].busy, lanes_[x].held,
                         lanes_[x].held > 0 ? "parameters or writes in DRAM" : ""});
}

Wait OutputStage::waiting_for() const {
  for (std::size_t x = 0; x < lanes_.size(); ++x)
    if (lanes_[x].writes_in_flight > 0)
      return {"oacts to be written to DRAM", memory[x]->peer(), 0};
  for (const auto& port : memory)
    if (port->outstanding() > 0) return {"channel parameters from DRAM", port->peer(), 0};
  for (std::size_t x = 0; x < lanes_.size(); ++x)
    if (!lanes_[x].cursor.finished()) return {"final psums", in[x]->peer(), 0};
  return {};
}

}  // namespace uvea::hw
