#pragma once
// What one chip's process leaves of its trace for the one that writes the waveform: a file of chunks
// (event_log.h), then what they are, then where that begins.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tb/trace/event_log.h"
#include "tb/trace/track.h"

namespace uvea::trace {

/// A layer in the cycles of its chip.
struct LayerSpan {
  std::size_t layer = 0;  ///< index in the network
  Cycle begin = 0, end = 0;
  bool faulty = false;  ///< a model fault, or stopped in the middle
};

struct FragmentInfo {
  std::vector<TrackInfo> tracks;                 ///< by ChunkHead::track
  std::map<std::uint32_t, std::string> sources;  ///< paths of items' sources
  std::vector<LayerSpan> layers;                 ///< in their order; at least one
  std::uint64_t disordered = 0;                  ///< events that were not kept
};

/// A file without a name in the folder of `path`, gone when nobody holds it any more. Throws
/// std::system_error.
int make_scratch_file(const std::string& path);

/// Behind `chunks` bytes of chunks. Returns errno, or 0.
int write_info(int file, std::uint64_t chunks, const FragmentInfo& info);

/// A fragment in memory, as long as it lives.
class Fragment {
 public:
  struct ChunkView {
    ChunkHead head;
    const std::uint8_t* bytes = nullptr;
  };

  /// Throws std::runtime_error when the file was not finished.
  explicit Fragment(int file);
  ~Fragment();
  Fragment(Fragment&& other) noexcept;
  Fragment& operator=(Fragment&& other) noexcept;

  const FragmentInfo& info() const { return info_; }
  const std::vector<ChunkView>& chunks(std::size_t track) const { return chunks_[track]; }

 private:
  const std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
  FragmentInfo info_;
  std::vector<std::vector<ChunkView>> chunks_;
};

}  // namespace uvea::trace
