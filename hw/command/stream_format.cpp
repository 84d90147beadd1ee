#include "hw/command/stream_format.h"

#include <algorithm>

namespace uvea::hw {
namespace {

/// Packs fixed-width fields into words, `per_word` to a word from bit 0 up.
class FieldPacker {
 public:
  FieldPacker(int bits, int per_word, std::vector<std::uint32_t>& words)
      : bits_(bits), per_word_(per_word), words_(words) {}
  void add(std::uint32_t field) {
    if (in_word_ == 0) words_.push_back(0);
    words_.back() |= field << (bits_ * in_word_);
    in_word_ = (in_word_ + 1) % per_word_;
  }

 private:
  int bits_, per_word_;
  std::vector<std::uint32_t>& words_;
  int in_word_ = 0;
};

}  // namespace

std::uint32_t pack(const IactHeader& h) {
  return (h.last ? 1U << 23 : 0U) | (static_cast<std::uint32_t>(h.tag & kTagMask) << 16) |
         (h.null ? 1U << 15 : 0U) | (h.first ? 1U << 14 : 0U) |
         (static_cast<std::uint32_t>(h.segments) << 10) |
         (static_cast<std::uint32_t>(h.entries) << 5) | static_cast<std::uint32_t>(h.count0);
}

IactHeader unpack_iact_header(std::uint32_t w) {
  IactHeader h;
  h.last = ((w >> 23) & 1U) != 0;
  h.tag = static_cast<int>((w >> 16) & 127U);
  h.null = ((w >> 15) & 1U) != 0;
  h.first = ((w >> 14) & 1U) != 0;
  h.segments = static_cast<int>((w >> 10) & 15U);
  h.entries = static_cast<int>((w >> 5) & 31U);
  h.count0 = static_cast<int>(w & 31U);
  return h;
}

void append(const WeightHeader& h, std::vector<std::uint32_t>& words) {
  words.push_back((h.psum_in ? 1U << 23 : 0U) | (h.null ? 1U << 22 : 0U) |
                  (static_cast<std::uint32_t>(h.columns) << 17) |
                  (static_cast<std::uint32_t>(h.data_words) << 9) |
                  (static_cast<std::uint32_t>(h.tag & kTagMask) << 2) | (h.idle ? 2U : 0U));
  words.push_back(h.chunks);
}

WeightHeader unpack_weight_header(const std::vector<std::uint32_t>& words) {
  WeightHeader h;
  const std::uint32_t w = words[0];
  h.psum_in = ((w >> 23) & 1U) != 0;
  h.null = ((w >> 22) & 1U) != 0;
  h.columns = static_cast<int>((w >> 17) & 31U);
  h.data_words = static_cast<int>((w >> 9) & 255U);
  h.tag = static_cast<int>((w >> 2) & 127U);
  h.idle = ((w >> 1) & 1U) != 0;
  h.chunks = words[1];
  return h;
}

int encode_iact_chunk(IactHeader header, const std::int16_t* values, int segment_len, bool csc,
                      const StreamWidths& widths, std::vector<std::uint32_t>& words) {
  const std::size_t begin = words.size();
  words.push_back(0);
  if (!header.null) {
    const std::uint32_t value_mask = (1U << widths.iact_bits) - 1U;
    if (!csc) {
      FieldPacker packer(widths.iact_bits, 3, words);
      for (int i = 0; i < header.segments * segment_len; ++i)
        packer.add(static_cast<std::uint32_t>(values[i]) & value_mask);
      header.entries = header.segments * segment_len;
      header.count0 = segment_len;
    } else {
      const int max_run = (1 << widths.count_bits) - 1;
      int counts[16] = {};
      std::uint32_t pairs[16 * 31];
      int n_pairs = 0;
      for (int s = 0; s < header.segments; ++s) {
        int run = 0;
        for (int i = 0; i < segment_len; ++i) {
          const int value = values[s * segment_len + i];
          if (value == 0 && run < max_run) {
            ++run;
            continue;
          }
          // Also reached by a zero after a full run: an explicit zero pair. A run that reaches the
          // segment's end needs none.
          if (value == 0) {
            const std::int16_t* rest = values + s * segment_len + i;
            if (std::all_of(rest, values + (s + 1) * segment_len,
                            [](std::int16_t v) { return v == 0; }))
              break;
          }
          pairs[n_pairs++] = (static_cast<std::uint32_t>(value) & value_mask) |
                             (static_cast<std::uint32_t>(run) << widths.iact_bits);
          ++counts[s];
          run = 0;
        }
      }
      header.entries = n_pairs;
      header.count0 = counts[0];
      FieldPacker addresses(5, 4, words);
      for (int s = 1; s + 1 < header.segments; ++s)
        addresses.add(static_cast<std::uint32_t>(counts[s]));
      FieldPacker packer(widths.iact_bits + widths.count_bits, 2, words);
      for (int i = 0; i < n_pairs; ++i) packer.add(pairs[i]);
    }
  }
  words[begin] = pack(header);
  return static_cast<int>(words.size() - begin);
}

int iact_chunk_words(int segments, int segment_len, bool csc) {
  if (!csc) return 1 + (segments * segment_len + 2) / 3;
  return 1 + (segments > 2 ? (segments + 1) / 4 : 0) + (segments * segment_len + 1) / 2;
}

}  // namespace uvea::hw
