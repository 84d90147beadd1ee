#include "hw/control/dma.h"

#include <algorithm>
#include <utility>

#include "tlm/process.h"

namespace uvea::hw {

using Role = DmaBurst::Role;

Dma::Dma(const sc_core::sc_module_name& module_name, const ChipConfig& config,
         const link::Clock& clock, std::size_t clients)
    : Block(module_name),
      dram("dram", config.control.dma_end_resp, *this),
      config_(config),
      clock_(clock),
      line_bytes_(static_cast<std::uint64_t>(config.control.dma_line_bytes)),
      block_bytes_(static_cast<std::uint64_t>(config.control.block_bytes())),
      window_(static_cast<std::size_t>(config.control.dma_outstanding)),
      clients_(clients),
      merger_(line_bytes_),
      link_bits_(static_cast<std::uint64_t>(config.control.io_link_bits)) {
  for (std::size_t i = 0; i < clients; ++i)
    servers_.push_back(std::make_unique<link::MemServer>("server" + std::to_string(i), *this,
                                                         static_cast<unsigned>(i)));
  link::spawn_method(
      "issue_process", [this] { issue(); }, issue_event_, link_event_);
}

void Dma::watch(link::Probe* probe) {
  Block::watch(probe);
  watch_ = probe == nullptr ? nullptr : std::make_unique<DmaWatch>(*probe, name(), servers_.size());
  for (auto& server : servers_) server->watch(probe, clock_);
  dram.on_waited = {};
  if (watch_)
    dram.on_waited = [this](const sc_core::sc_time& from, const sc_core::sc_time& to) {
      watch_->waited(clock_.of(from), clock_.of(to));
    };
}

void Dma::on_request(unsigned port, link::Payload& payload) {
  if (payload.get_data_length() == 0) {
    fault("request for no bytes");
    return;
  }
  ++counts_[Counter::dma_requests];
  counts_[Counter::dma_request_bytes] += payload.get_data_length();
  link::MemData& data = link::mem_data_of(payload);
  data.way.asked = clock_.now();
  data.missing = payload.get_data_length();
  Client& client = clients_[port];
  data.mark = full_cycles(client);
  client.queue.push_back({&payload, 0});
  ++open_;
  take_turn(port);
  issue_event_.notify(sc_core::SC_ZERO_TIME);
}

void Dma::take_turn(std::size_t client) {
  Client& c = clients_[client];
  if (c.in_turns || c.queue.empty() || full(c)) return;
  c.in_turns = true;
  (c.last ? last_turns_ : turns_).push_back(client);
}

void Dma::enter_window(std::size_t client) {
  Client& c = clients_[client];
  ++c.in_flight;
  if (full(c)) c.full_since = clock_.now();
}

void Dma::leave_window(std::size_t client) {
  Client& c = clients_[client];
  if (full(c)) c.full_before += clock_.now() - c.full_since;
  --c.in_flight;
  take_turn(client);
}

link::Cycle Dma::full_cycles(const Client& client) const {
  return client.full_before + (full(client) ? clock_.now() - client.full_since : 0);
}

void Dma::issue() {
  while (dram.ready()) {
    if (on_link_ != nullptr) {
      if (clock_.now() < link_free_) return;
      dram.send(*std::exchange(on_link_, nullptr));
    } else if (!write_backs_.empty()) {
      const WriteBack line = write_backs_.front();
      write_backs_.pop_front();
      issue_merge(line, Role::merge_write);
    } else if (!turns_.empty() || !last_turns_.empty()) {
      std::deque<std::size_t>& turns = turns_.empty() ? last_turns_ : turns_;
      const std::size_t client = turns.front();
      turns.pop_front();
      clients_[client].in_turns = false;
      const RequestPart part = take_part(client);
      if (line_bytes_ == 0) {
        issue_part(part);
      } else {
        issue_line_of(part);
      }
      take_turn(client);
    } else {
      return;
    }
  }
}

RequestPart Dma::take_part(std::size_t client) {
  Request& request = clients_[client].queue.front();
  RequestPart part;
  part.request = request.payload;
  part.client = client;
  part.offset = request.issued;
  const std::uint64_t left = request.payload->get_data_length() - request.issued;
  part.bytes = std::min(left, block_bytes_ - part.address() % block_bytes_);
  request.issued += part.bytes;
  if (part.bytes == left) clients_[client].queue.pop_front();
  return part;
}

void Dma::issue_part(const RequestPart& part) {
  ::tlm::tlm_generic_payload& burst = pool_.take();
  DmaBurst& data = *burst.get_extension<DmaBurst>();
  data.client = part.client;
  data.part = part;
  enter_window(part.client);
  send(burst, part.request->get_command(), part.address(), part.data(), part.bytes);
}

void Dma::issue_line_of(const RequestPart& part) {
  const std::uint64_t line = part.address() - part.address() % line_bytes_;
  const bool write = part.request->is_write();
  if (write && config_.control.dma_partial_write == PartialWrite::read_modify_write) {
    switch (merger_.add(part)) {
      case LineMerger::Next::nothing:
        return;
      case LineMerger::Next::read_line:
        enter_window(part.client);
        return issue_merge({line, part.client}, Role::merge_read);
      case LineMerger::Next::write_line:
        enter_window(part.client);
        return issue_merge({line, part.client}, Role::merge_write);
    }
  }
  if (part.bytes == line_bytes_) return issue_part(part);
  ::tlm::tlm_generic_payload& burst = pool_.take();
  DmaBurst& data = *burst.get_extension<DmaBurst>();
  data.client = part.client;
  data.part = part;
  data.line.assign(line_bytes_, 0);
  if (write) {
    const auto first = static_cast<std::ptrdiff_t>(part.address() - line);
    std::copy_n(part.data(), part.bytes, data.line.begin() + first);
    data.enables.assign(line_bytes_, TLM_BYTE_DISABLED);
    std::fill_n(data.enables.begin() + first, part.bytes,
                static_cast<std::uint8_t>(TLM_BYTE_ENABLED));
  }
  enter_window(part.client);
  send(burst, part.request->get_command(), line, data.line.data(), line_bytes_);
}

void Dma::issue_merge(const WriteBack& line, Role role) {
  ::tlm::tlm_generic_payload& burst = pool_.take();
  DmaBurst& data = *burst.get_extension<DmaBurst>();
  data.role = role;
  data.client = line.client;
  if (role == Role::merge_write) merger_.merge(line.line);
  send(burst, role == Role::merge_write ? ::tlm::TLM_WRITE_COMMAND : ::tlm::TLM_READ_COMMAND,
       line.line, merger_.bytes(line.line), line_bytes_);
}

void Dma::send(::tlm::tlm_generic_payload& burst, ::tlm::tlm_command command, std::uint64_t address,
               std::uint8_t* data, std::uint64_t bytes) {
  std::vector<std::uint8_t>& enables = burst.get_extension<DmaBurst>()->enables;
  burst.set_command(command);
  burst.set_address(address);
  burst.set_data_ptr(data);
  burst.set_data_length(static_cast<unsigned>(bytes));
  burst.set_streaming_width(static_cast<unsigned>(bytes));
  burst.set_byte_enable_ptr(enables.empty() ? nullptr : enables.data());
  burst.set_byte_enable_length(static_cast<unsigned>(enables.size()));
  burst.set_dmi_allowed(false);
  burst.set_response_status(::tlm::TLM_INCOMPLETE_RESPONSE);
  DmaBurst& note = *burst.get_extension<DmaBurst>();
  note.issued = clock_.now();
  if (note.role == Role::part)
    note.queued = full_cycles(clients_[note.client]) - link::mem_data_of(*note.part.request).mark;
  counts_[burst.is_read() ? Counter::dram_read_bytes : Counter::dram_write_bytes] += bytes;
  ++counts_[Counter::dram_transactions];
  ++in_flight_;
  if (watch_) {
    watch_->issued(burst, note.client, note.issued);
    if (note.role == Role::part) watch_->serves(burst, link::mem_data_of(*note.part.request).item);
  }
  if (link_bits_ > 0) return pass_link(burst);
  dram.send(burst);
}

void Dma::pass_link(::tlm::tlm_generic_payload& burst) {
  const std::uint64_t bits = std::uint64_t{burst.get_data_length()} * 8;
  const link::Cycle takes = (bits + link_bits_ - 1) / link_bits_;
  on_link_ = &burst;
  link_free_ = clock_.now() + takes;
  link_busy_ += takes;
  link_event_.notify(clock_.until(link_free_));
}

void Dma::on_answer(::tlm::tlm_generic_payload& payload) {
  if (payload.is_response_error()) {
    fault("DRAM answers " + payload.get_response_string() + " to a " + describe(payload));
  }
  --in_flight_;
  issue_event_.notify(sc_core::SC_ZERO_TIME);
  const DmaBurst& burst = *payload.get_extension<DmaBurst>();
  const std::uint64_t line = payload.get_address();
  if (watch_) watch_->answered(payload, burst.client, clock_.now());
  switch (burst.role) {
    case Role::part:
      if (payload.is_read()) note_read(burst);
      if (payload.is_read() && !burst.line.empty())
        std::copy_n(burst.line.begin() + static_cast<std::ptrdiff_t>(burst.part.address() - line),
                    burst.part.bytes, burst.part.data());
      leave_window(burst.client);
      done(burst.part);
      break;
    case Role::merge_read:
      write_backs_.push_back({line, burst.client});
      break;
    case Role::merge_write: {
      std::vector<RequestPart> written;
      if (merger_.written(line, written)) {
        write_backs_.push_back({line, burst.client});
      } else {
        leave_window(burst.client);
      }
      for (const RequestPart& part : written) {
        if (watch_) watch_->serves(payload, link::mem_data_of(*part.request).item);
        done(part);
      }
      break;
    }
  }
}

void Dma::note_read(const DmaBurst& burst) {
  const link::Cycle now = clock_.now();
  const link::Cycle took = now - burst.issued;
  fastest_read_ = std::min(fastest_read_.value_or(took), took);
  link::Journey& way = link::mem_data_of(*burst.part.request).way;
  way.queued = burst.queued;
  way.issued = burst.issued;
  way.answered = now;
  way.latency = *fastest_read_;
}

void Dma::done(const RequestPart& part) {
  link::MemData& data = link::mem_data_of(*part.request);
  data.missing -= part.bytes;
  if (data.missing > 0) return;
  --open_;
  part.request->set_response_status(::tlm::TLM_OK_RESPONSE);
  servers_[part.client]->respond(*part.request);
}

void Dma::use(std::vector<Resource>& all) const {
  if (link_bits_ > 0)
    all.push_back({name() + std::string(".link"), "off-chip link", link_busy_, 0, ""});
}

void Dma::clear_counts() {
  Block::clear_counts();
  link_busy_ = 0;
}

std::vector<std::string> Dma::leftovers() const {
  std::vector<std::string> left;
  if (open_ > 0) left.push_back(std::to_string(open_) + " requests not answered");
  if (in_flight_ > 0) left.push_back(std::to_string(in_flight_) + " DRAM transactions in flight");
  if (dram.requesting() != nullptr) left.push_back("a request that the DRAM has not taken");
  if (merger_.open() > 0)
    left.push_back(std::to_string(merger_.open()) + " lines not written back");
  return left;
}

Wait Dma::waiting_for() const {
  if (in_flight_ == 0) return {};
  std::string text = "the DRAM to answer " + std::to_string(in_flight_) + " transactions";
  if (dram.requesting() != nullptr)
    text += " and to take one more, a " + describe(*dram.requesting());
  return {text, "", 0};
}

}  // namespace uvea::hw
