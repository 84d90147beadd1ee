#pragma once
// A replay file made short: however late in a layer the difference lies, the file begins a few rows
// of iacts before it, if it comes out from there as well.

#include <string>

#include "tb/cosim/pe/rtl_pe.h"

namespace uvea::tb {

/// What a divergence alone comes to.
struct ShortReplay {
  std::string file;  ///< a replay file's content
  std::string macs;  ///< the MACs behind the difference (mac_screen.h), in cycles of the run
};

/// `replay`: a replay file's content. Tries, from the last row on, from where on the TLM PE and the
/// RTL alone come to the same first difference, in the same cycle; the content from there on, or the
/// same content when it needs all. Runs in a process of its own, which has SystemC.
ShortReplay shortened_replay(const std::string& replay, const cosim::RtlFactory& make_rtl);

}  // namespace uvea::tb
