#pragma once
// The waveform of a run: fragments of its chips, one behind the other, in one FST file.
//
// Time       a cycle is the clock's period; the clock rises where it begins and falls in its middle,
//            and what a cycle has shows from its rising edge on. Cycles count from the begin of the
//            run's first layer; layers on the host take none.
// Scopes     instance paths, split at the dots. In the chip's: clk, rst_n, layer, layer_number,
//            host_before and pass, and its curves.
// pass       of the layer, the latest that any block has begun (pass_begins.h); x before the first
// Signals    states   a value for each, with names; one more, "none", when in no state
//            values   whole numbers, NAME_UNIT; x before the first one
//            bits     as wide as they are; x before the first value
//            items    a scope NAME: busy, words (of the one that began last), who made it and its
//                     serial number there; of those that pass several at once also their number
// rst_n      is low for the first half cycle of each chip: a new one for each layer, or chain.
// RTL        a scope with pins of RTL has the clock and the reset under their names there.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tb/trace/fragment.h"
#include "tb/trace/fst_file.h"
#include "tb/trace/track_cursor.h"

namespace uvea::trace {

/// How a layer is called, and what the host does before it.
struct LayerName {
  std::string name;         ///< "3 conv2"
  std::string host_before;  ///< "1 quantize, 2 pad", or empty
};

/// Of a track of states, between two of them.
inline constexpr const char* kNoState = "none";

/// Names of all signals of a track, relative to its path: with the scope of an item.
std::vector<std::string> signal_names(const TrackInfo& track);

class FstTrace {
 public:
  struct Options {
    std::string file;
    std::uint64_t period_ps = 5000;
    std::string root = "chip";      ///< scope of the clock
    std::vector<LayerName> layers;  ///< by index in the network
    std::string writer;             ///< program and version
  };

  /// Scopes and signals are those of `first`; throws UserError as FstFile.
  FstTrace(Options options, const FragmentInfo& first);

  /// Cycles [from, to) of the run, in which the fragment's first layer begins at `offset`. Calls in
  /// the order of time. Tracks that the first fragment did not have are left out.
  void append(const Fragment& fragment, Cycle offset, Cycle from, Cycle to);
  /// The end: at this cycle the clock rises for the last time.
  void close(Cycle end);

  std::uint64_t changes() const { return changes_; }
  /// Whether the chip's pass is a signal: some block tells its passes.
  bool has_pass() const { return pass_ != 0; }
  /// Of the signals that say who made an item.
  unsigned source_bits() const { return source_bits_; }

 private:
  struct Signals {
    TrackInfo info;
    FstFile::Signal busy = 0, words = 0, who = 0, serial = 0, count = 0;  ///< or the only one
    unsigned bits = 32;
    Change shown;
    bool any = false;
  };
  struct Scope;

  void build(const FragmentInfo& first);
  void declare(Scope& scope);
  void declare(Signals& signals);
  void declare_run(bool with_pass);
  FstFile::EnumTable names_of(const std::vector<std::string>& names, const std::string& name);
  void show(Signals& signals, const Change& change);
  void show_item(Signals& signals, const Change& change);
  void show_layer(const FragmentInfo& info, Cycle local);
  void show_pass(std::optional<std::uint64_t> pass);
  void clock_edge(Cycle cycle, bool rises);

  const Options options_;
  FstFile file_;
  std::vector<Signals> signals_;
  std::map<std::string, std::size_t> by_name_;  ///< path and name of a track
  std::map<std::vector<std::string>, FstFile::EnumTable> tables_;
  std::map<std::uint32_t, std::uint32_t> sources_;  ///< value in the enum
  FstFile::EnumTable source_table_ = 0;
  unsigned source_bits_ = 1;
  FstFile::Signal clk_ = 0, rst_n_ = 0, layer_ = 0, layer_number_ = 0, host_before_ = 0, pass_ = 0;
  std::size_t shown_layer_ = ~std::size_t{0};
  std::uint64_t changes_ = 0;
};

}  // namespace uvea::trace
