#pragma once
// A PeStimulus as a text file, so that a finding can be kept and given again.
//
//   uvea-pe-stimulus 1                      first line: format and version
//   # text                                  comment, anywhere
//   config KEY=VALUE ...                    PE sizes by their option names without "pe."
//   iact_ports N
//   descriptor HEX,...                      the layer command's 32-bit words, zeros at the end left
//                                           out
//   iact PORT [offer=N] [not_before=N] [gaps=N,...] words=HEX,...
//   weight    [offer=N] [not_before=N] [gaps=N,...] words=HEX,...
//   psum      [offer=N] [not_before=N] psums=N,...
//   sink      [not_before=N] [cycles_per_beat=N] [gaps=N,...]
//   end [N]                                 last line; N: the recording breaks off, cycles from N
//                                           on do not count
//
// iact, weight, psum and sink come once per burst, in the order of the stimulus. What is left out
// is 0 (cycles_per_beat: 1; a PE size: its default).

#include <string>

#include "tb/cosim/pe/pe_stimulus.h"

namespace uvea::cosim {

/// `comment` may have several lines.
std::string to_text(const PeStimulus& stimulus, const std::string& comment = {});
/// The comment at the file's head is given back in `comment`, if one is wanted.
/// Throws UserError "name:line: ..." on anything that is not such a file or not usable.
PeStimulus parse_stimulus(const std::string& text, const std::string& name,
                          std::string* comment = nullptr);

/// Throw UserError when the file cannot be written or read.
void save_stimulus(const PeStimulus& stimulus, const std::string& path,
                   const std::string& comment = {});
PeStimulus load_stimulus(const std::string& path, std::string* comment = nullptr);

}  // namespace uvea::cosim
