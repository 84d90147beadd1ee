#include "tb/trace/views.h"

#include <filesystem>

#include "tb/trace/gtkwave_view.h"
#include "tb/trace/surfer_view.h"

namespace uvea::trace {

std::string beside(const std::string& waveform, const std::string& ending) {
  const std::filesystem::path path(waveform);
  return path.extension() == ".fst" ? std::filesystem::path(path).replace_extension(ending).string()
                                    : waveform + ending;
}

std::vector<ViewFile> view_files(const ViewInput& input) {
  std::vector<ViewFile> files;
  const auto named = [&input](const char* ending) { return beside(input.waveform, ending); };
  files.push_back({kGtkwaveView, gtkwave_view(input, named(kGtkwaveView), named(kGtkwaveColours))});
  if (std::string colours = gtkwave_colours(input); !colours.empty())
    files.push_back({kGtkwaveColours, std::move(colours)});
  files.push_back({kSurferView, surfer_view(input)});
  return files;
}

}  // namespace uvea::trace
