#pragma once
// The system controller: control registers, layer commands, the interrupt.
//
// Ports      registers  TLM-2.0 base protocol target, b_transport and nb_transport; 32-bit words
//            memory     to the DMA (descriptors)
//            commands   to every block
//            interrupt  level; high while a finished run is not acknowledged and enabled
//            busy[i]    from every cluster's blocks
// Function   on start: fetches the descriptor at COMMAND_BASE, hands it to all blocks
//            (control.command_word_cycles a word, then control.settle_cycles), waits until no block
//            is busy, notes the layer's cycles, goes on with the next descriptor or finishes.
//            docs/memory_map.md has registers and descriptor.
// Errors     a bad descriptor ends the run with STATUS.error and ERROR, and an SC_WARNING says what
//            is wrong with it (software's mistake: the simulation can go on); a bad register access
//            is answered with an error response.

#include <tlm_utils/simple_target_socket.h>

#include <array>
#include <functional>
#include <memory>
#include <systemc>
#include <tlm>
#include <vector>

#include "hw/block/block.h"
#include "hw/command/layer_command.h"
#include "tlm/clock.h"
#include "tlm/command_sockets.h"
#include "tlm/mem_sockets.h"

namespace uvea::hw {

/// Byte offsets of the control registers.
enum class Register : std::uint32_t {
  id = 0x00,
  version = 0x04,
  control = 0x08,       ///< bit 0: start
  status = 0x0C,        ///< bit 0 busy, bit 1 done, bit 2 error; write 1 to clear done and error
  irq_enable = 0x10,    ///< bit 0
  command_base = 0x14,  ///< two words, low first
  layers = 0x1C,        ///< layers finished since start
  error = 0x20,         ///< what stopped the run: 1 bad descriptor
  cycles = 0x100        ///< two words a layer, low first, kCycleLayers layers
};
constexpr std::uint32_t kChipId = 0x55564541;
constexpr std::uint32_t kChipVersion = 1;
constexpr std::size_t kCycleLayers = 64;

class Controller : public Block, public link::MemResponseHandler {
 public:
  Controller(const sc_core::sc_module_name& name, const ChipConfig& config,
             const link::Clock& clock, std::size_t busy_inputs);

  tlm_utils::simple_target_socket<Controller, 32> registers{"registers"};
  link::MemClient memory;
  link::CommandOut commands;
  sc_core::sc_out<bool> interrupt{"interrupt"};
  sc_core::sc_vector<sc_core::sc_in<bool>> busy;

  /// Called when a layer begins: its descriptor is being fetched from this cycle on.
  std::function<void(link::Cycle begin)> on_layer_begin;
  /// Called when a layer has ended, before the next one begins: its number, when it began (in the
  /// fetch of its descriptor) and when it ended.
  std::function<void(std::uint32_t layer, link::Cycle begin, link::Cycle end)> on_layer_done;
  /// A run is under way; the event is notified when one begins or ends.
  bool running() const { return state_ != State::idle; }
  /// When the layer under way, or the last one, began.
  link::Cycle layer_begin() const { return layer_begin_; }
  const sc_core::sc_event& run_changed() const { return run_event_; }
  /// Tracks: state, layer (of the run), interrupt.
  void watch(link::Probe* probe) override;
  std::vector<std::string> leftovers() const override;
  Wait waiting_for() const override;

 private:
  enum class State { idle, fetching, configuring, running };

  void b_transport(::tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  std::uint32_t read_register(std::uint32_t offset) const;
  bool write_register(std::uint32_t offset, std::uint32_t value);
  void on_response(link::Payload& payload) override;
  struct Watch {
    link::Probe& probe;
    link::Probe::Track state, layer, interrupt;
  };

  void enter(State state);
  void drive_interrupt();
  void start();
  void fetch();
  void step();
  void finish(std::uint32_t error);
  void update_interrupt();

  const ChipConfig& config_;
  const link::Clock& clock_;
  State state_ = State::idle;
  bool started_ = false;
  std::uint64_t command_base_ = 0, next_ = 0;
  bool irq_enable_ = false, done_ = false;
  std::uint32_t error_ = 0, layers_ = 0;
  std::array<link::Cycle, kCycleLayers> cycles_{};
  link::Cycle layer_begin_ = 0;
  std::vector<std::uint8_t> descriptor_;
  LayerCommand layer_;
  std::unique_ptr<Watch> watch_;  ///< null when no probe watches
  sc_core::sc_event step_event_{"step"};
  sc_core::sc_event interrupt_event_{"interrupt_changed"};
  sc_core::sc_event run_event_{"run_changed"};
};

}  // namespace uvea::hw
