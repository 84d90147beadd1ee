#pragma once
// What a run leaves of its first fault: a waveform that ends at the moment, with the views beside
// it, made by simulating that layer once more, and the command that shows the fault alone.

#include <string>

#include "tb/app/arguments.h"
#include "tb/sim/simulation.h"
#include "tb/trace/trace_choice.h"

namespace uvea::tb {

/// A run's first fault.
struct FirstFault {
  std::size_t layer = 0;          ///< index in the network
  std::size_t chip = 0;           ///< that runs it, as in Simulation::chains()
  FaultPlace place;               ///< `cycle`: where the marker stands
  std::uint64_t until = 0;        ///< the last cycle to be shown, of the chip
  std::uint64_t layer_begin = 0;  ///< of the chip
};

/// What can be said of a layer's first fault when it is over. `run`: the layers of the same run, for
/// what was before it in its chip.
FirstFault first_fault(const LayerResult& layer, const Simulation& simulation);

/// A psum that overflowed, sought by simulating the layer again with the model's PEs: puts block and
/// cycle into `fault` and returns what overflowed there, for people; empty when none was found.
std::string find_overflow(Simulation& simulation, FirstFault& fault);

/// Where the views' marker stands.
trace::TraceMoment marker_of(const FirstFault& fault);

/// The waveform of the last 2,000 cycles up to the fault, of the cluster in which it is (of the whole
/// chip when it is in none), and the views, as FOLDER/uvea-fault-LAYER.*. `hooks`: of the run, by
/// which the same comes out again. Returns what to print, with the files' names. Throws UserError and
/// std::runtime_error when they cannot be written.
std::string write_fault_waveform(Simulation& simulation, const HookMaker& hooks,
                                 const FirstFault& fault, const std::string& folder);

/// A line that says where the marker of a waveform stands; `marker`: what it is called.
std::string marker_line(const FirstFault& fault, const std::string& marker);

/// The command line as given, of these layers only and without files.
std::string command_for(const Arguments& arguments, std::size_t first, std::size_t last);

}  // namespace uvea::tb
