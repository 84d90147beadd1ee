#pragma once
// What a run tells of its co-simulation with RTL.

#include <nlohmann/json.hpp>
#include <string>

#include "tb/cosim/chip/rtl_choice.h"
#include "tb/cosim/chip/rtl_findings.h"
#include "tb/cosim/pe/rtl_pe.h"

namespace uvea::tb {

/// On stderr: something that takes a person's time.
void tell_note(const std::string& text);

class RtlReport {
 public:
  /// Replay files go to `folder`; `program` is how the program was called; `make_rtl` shortens them.
  RtlReport(const cosim::RtlChoice& choice, std::string folder, std::string program,
            const cosim::RtlFactory& make_rtl)
      : choice_(choice),
        folder_(std::move(folder)),
        program_(std::move(program)),
        make_rtl_(make_rtl) {}

  /// A layer's findings.
  void take(std::size_t layer, const cosim::RtlFindings& findings);
  /// Prints the first divergence to stderr and writes its replay file, with keep_going all of them; one
  /// that cannot be written is told, too.
  void tell() const;
  /// drive: something is not as with the model alone.
  void differs() { differs_ = true; }
  /// One line for the end of the run.
  std::string summary() const;
  /// For results.json.
  nlohmann::ordered_json json() const;
  /// In one line; empty when there was no divergence and something was compared, of every PE that
  /// was named.
  std::string what_is_wrong() const;

 private:
  const cosim::RtlChoice choice_;
  const std::string folder_, program_;
  const cosim::RtlFactory make_rtl_;
  cosim::RtlFindings all_;
  bool differs_ = false;
  struct Divergence {
    std::size_t layer = 0;
    std::string report, replay;
  };
  std::vector<Divergence> divergences_;
};

}  // namespace uvea::tb
