#include "tb/tests/mapper/brute_force.h"

#include <algorithm>
#include <random>
#include <set>
#include <sstream>
#include <tuple>
#include <vector>

namespace uvea::tb {
namespace {

using mapper::AxisSplit;
using mapper::ChipSizes;
using mapper::IactSource;
using mapper::Mapping;
using mapper::NocMode;
using nn::ConvGeometry;

struct Place {
  int g = 0, n = 0, e = 0, m = 0;
};

/// Position along an axis; `order` names the dimensions from slowest to fastest.
Place place(int index, const AxisSplit& a, const char* order) {
  Place p;
  for (int i = 3; i >= 0; --i) {
    const auto take = [&](int factor, int& out) {
      out = index % factor;
      index /= factor;
    };
    if (order[i] == 'g') take(a.g, p.g);
    if (order[i] == 'n') take(a.n, p.n);
    if (order[i] == 'e') take(a.e, p.e);
    if (order[i] == 'm') take(a.m, p.m);
  }
  return p;
}

int up(int a, int b) { return a / b + (a % b != 0 ? 1 : 0); }

class Checker {
 public:
  Checker(const nn::ConvLayer& layer, const Mapping& mapping, const ChipSizes& sizes)
      : layer_(layer), geo_(layer.geo), mp_(mapping), sz_(sizes) {}

  std::string run() {
    s0_ = mp_.s0 > 0 ? mp_.s0 : geo_.kernel_w;
    f0_ = mp_.f0 > 0 ? mp_.f0 : geo_.out_w;
    expect(s0_ <= geo_.kernel_w && f0_ <= geo_.out_w, "parts larger than the whole");
    // The input columns from the first tap of a tile to its last one.
    int span = 1;
    for (int s = 1; s < s0_; ++s) span += geo_.dilation_w;
    useg_ = std::min(geo_.stride_w, span);
    k_ = up(span, useg_);
    q_ = up(geo_.in_c_per_group(), mp_.c0) * up(geo_.kernel_w, s0_) * geo_.kernel_h;
    m_tiles_ = up(geo_.out_c_per_group(), mp_.m0);
    passes_ = up(q_, sz_.pe_rows * mp_.chain);
    check_axes();
    if (fault_.empty()) check_chunks();
    if (fault_.empty()) check_weights();
    if (fault_.empty()) check_storage();
    if (fault_.empty()) check_modes();
    return fault_;
  }

 private:
  void expect(bool holds, const std::string& what) {
    if (!holds && fault_.empty()) fault_ = what;
  }

  void check_axes() {
    const auto at_least_1 = [](const AxisSplit& a) {
      return a.g >= 1 && a.n >= 1 && a.e >= 1 && a.m >= 1;
    };
    expect(at_least_1(mp_.mesh_rows) && at_least_1(mp_.mesh_cols) && at_least_1(mp_.pe_cols),
           "factor below 1");
    expect(mp_.mesh_rows.product() * mp_.chain <= sz_.mesh_rows, "mesh rows");
    expect(mp_.mesh_cols.product() <= sz_.mesh_cols, "mesh columns");
    expect(mp_.pe_cols.product() <= sz_.pe_cols, "PE columns");
    expect(mp_.chain == 1 || passes_ == 1, "a chain over several passes");
    expect(sz_.sparse || !mp_.csc, "CSC on a dense PE");
    expect(!mp_.weight_double_buffer || sz_.weight_buffers == 2, "weights in two buffers");
  }

  /// Walks one row tile: what arrives, what leaves.
  void check_chunks() {
    const int len = mp_.c0 * useg_;
    expect(len <= 31, "segment length");
    int done = 0;
    int chunks = 0;
    while (done < f0_) {
      const int windows = std::min(mp_.windows, f0_ - done);
      const int segments = windows + (done == 0 ? k_ - 1 : 0);
      const int held = windows + k_ - 1;  // in the SPad at the end of the chunk
      expect(held * len <= sz_.iact_data_entries, "iact data SPad");
      expect(!mp_.csc || held <= sz_.iact_addr_entries, "iact address SPad");
      expect(segments <= 15, "chunk header");
      expect(windows * mp_.m0 <= sz_.psum_entries, "psum SPad");
      int words = 1;
      if (mp_.csc) {
        for (int s = 2; s < segments; s += 4) ++words;
        for (int i = 0; i < segments * len; i += 2) ++words;
      } else {
        for (int i = 0; i < segments * len; i += 3) ++words;
      }
      row_words_ += words;
      psum_words_ += (windows * mp_.m0 + 1) / 2;
      done += windows;
      ++chunks;
    }
    // A last tile with fewer windows still makes as many chunks.
    for (int f = 0; f < geo_.out_w; f += f0_)
      expect(std::min(f0_, geo_.out_w - f) >= chunks, "a chunk without a window");
    expect(static_cast<std::int64_t>(chunks) * mp_.e_block < (1 << 24), "chunk counter");
    const int images = up(geo_.batch, mp_.mesh_rows.n * mp_.mesh_cols.n * mp_.pe_cols.n);
    const int tiles = up(images * geo_.out_h * up(geo_.out_w, f0_),
                         mp_.mesh_rows.e * mp_.mesh_cols.e * mp_.pe_cols.e);
    const int in_time = up(m_tiles_, mp_.mesh_rows.m * mp_.mesh_cols.m * mp_.pe_cols.m);
    together_ = std::min(mp_.m_block, in_time);
    expect(!sz_.serial_io || f0_ * mp_.m0 * std::min(mp_.e_block, tiles) * together_ * 8 <=
                                 sz_.psum_bank_words * 2 * sz_.psum_bits,
           "oacts of a block in a psum bank");
    expect(passes_ == 1 || psum_words_ * mp_.e_block * together_ <= sz_.psum_bank_words,
           "psum bank");
  }

  void check_weights() {
    const int columns = k_ * useg_ * mp_.c0;
    const int share = mp_.weight_double_buffer ? 2 : 1;
    expect(columns <= 31, "weight columns");
    expect(!mp_.csc || columns <= sz_.weight_addr_entries / share, "weight address SPad");
    expect(mp_.m0 <= 63, "M0");
    const int limit = std::min(mp_.csc ? 127 : 255, sz_.weight_data_words / share);
    if (!mp_.csc) {
      expect(columns * up(mp_.m0, 3) <= limit, "weight data SPad (raw)");
      return;
    }
    const int in_c = geo_.in_c_per_group(), out_c = geo_.out_c_per_group();
    for (int g = 0; g < geo_.groups; ++g)
      for (int mt = 0; mt < m_tiles_; ++mt)
        for (int q = 0; q < q_; ++q) {
          int words = 0;
          const int parts = up(geo_.kernel_w, s0_);
          const int ct = q / geo_.kernel_h / parts, part = q / geo_.kernel_h % parts;
          for (int s = part * s0_; s < std::min(geo_.kernel_w, (part + 1) * s0_); ++s)
            for (int c = ct * mp_.c0; c < std::min(in_c, (ct + 1) * mp_.c0); ++c) {
              int entries = 0, zeros = 0;
              for (int m = mt * mp_.m0; m < std::min(out_c, (mt + 1) * mp_.m0); ++m) {
                if (layer_.weights[layer_.weight_index(g * out_c + m, q % geo_.kernel_h, s, c)] ==
                    0) {
                  ++zeros;
                  continue;
                }
                for (; zeros > (1 << sz_.count_bits) - 1; zeros -= 1 << sz_.count_bits) ++entries;
                zeros = 0;
                ++entries;
              }
              words += (entries + 1) / 2;
            }
          expect(words <= limit, "weight data SPad");
        }
  }

  using Row = std::tuple<int, int, int, int, int>;  // n, g, reduction tile, h, row tile

  /// Rows that a cluster needs for the given times: row tiles te in [from, to), reduction q's.
  std::set<Row> rows(const Place& r, const Place& c, int tg, int from, int to, int q_from,
                     int q_to) const {
    std::set<Row> out;
    const AxisSplit &ra = mp_.mesh_rows, &ca = mp_.mesh_cols, &pa = mp_.pe_cols;
    for (int pe = 0; pe < pa.product(); ++pe) {
      const Place x = place(pe, pa, "gnme");
      const int g = tg * ra.g * ca.g * pa.g + (r.g * ca.g + c.g) * pa.g + x.g;
      if (g >= geo_.groups) continue;
      for (int te = from; te < to; ++te) {
        const int tiles = geo_.out_h * up(geo_.out_w, f0_);
        const int number = te * ra.e * ca.e * pa.e + (r.e * ca.e + c.e) * pa.e + x.e;
        const int n = number / tiles * ra.n * ca.n * pa.n + (r.n * ca.n + c.n) * pa.n + x.n;
        if (n >= geo_.batch) continue;
        const int e = number % tiles;
        const int tile = e / geo_.out_h;
        for (int q = q_from; q < std::min(q_, q_to); ++q)
          out.insert(
              {n, g, q / geo_.kernel_h,
               e % geo_.out_h * geo_.stride_h - geo_.pad_top + q % geo_.kernel_h * geo_.dilation_h,
               tile});
      }
    }
    return out;
  }

  void check_unit(const std::set<Row>& unit) {
    std::vector<std::int64_t> banks(static_cast<std::size_t>(sz_.iact_banks), 0);
    for (const auto& [n, g, u, h, tile] : unit) {
      const int b = ((h + u + g + n + tile) % sz_.iact_banks + sz_.iact_banks) % sz_.iact_banks;
      banks[static_cast<std::size_t>(b)] += row_words_;
    }
    const int room =
        mp_.iact_source == IactSource::through ? sz_.io_fifo_words : sz_.iact_bank_words;
    for (const std::int64_t words : banks) expect(words <= room, "iact bank");
  }

  void check_storage() {
    const AxisSplit &ra = mp_.mesh_rows, &ca = mp_.mesh_cols, &pa = mp_.pe_cols;
    const int tgs = up(geo_.groups, ra.g * ca.g * pa.g);
    const int tns = up(geo_.batch, ra.n * ca.n * pa.n);
    const int tes = up(tns * geo_.out_h * up(geo_.out_w, f0_), ra.e * ca.e * pa.e);
    const bool resident = mp_.iact_source == IactSource::resident;
    expect(!sz_.serial_io || mp_.iact_source != IactSource::through, "through on a serial chip");
    // Row tiles of a unit.
    const bool kept = mp_.iact_source == IactSource::stream && together_ > 1;
    const int together = resident || sz_.serial_io || kept ? mp_.e_block : 1;
    for (int row = 0; row < ra.product(); ++row)
      for (int col = 0; col < ca.product(); ++col) {
        const Place r = place(row, ra, "gnem"), c = place(col, ca, "gmne");
        if (r.m > 0 || c.m > 0) continue;  // the same iacts as m == 0
        for (int tg = 0; tg < tgs; ++tg)
          for (int te = 0; te < tes; te += together) {
            if (resident) {
              check_unit(rows(r, c, tg, te, std::min(tes, te + mp_.e_block), 0, q_));
              continue;
            }
            for (int q = 0; q < q_; q += sz_.pe_rows)
              check_unit(rows(r, c, tg, te, std::min(tes, te + together), q, q + sz_.pe_rows));
          }
      }
  }

  void check_modes() {
    const AxisSplit &ra = mp_.mesh_rows, &ca = mp_.mesh_cols;
    const bool down = mp_.iact_mode == NocMode::vertical || mp_.iact_mode == NocMode::broadcast;
    const bool across = mp_.iact_mode == NocMode::horizontal || mp_.iact_mode == NocMode::broadcast;
    expect(!down || (mp_.chain == 1 && ra.m > 1), "vertical multicast without a group");
    expect(!across || ca.product() > 1, "horizontal multicast without a group");
    for (int col = 0; across && col < ca.product(); ++col) {
      const Place c = place(col, ca, "gmne");
      expect(c.g == 0 && c.n == 0 && c.e == 0,
             "columns of an iact multicast differ in more than m");
    }
    expect(mp_.weight_mode == NocMode::unicast || mp_.weight_mode == NocMode::horizontal,
           "vertical weights");
    expect(mp_.weight_mode == NocMode::unicast || ca.n * ca.e > 1, "weight group of one");
  }

  const nn::ConvLayer& layer_;
  const ConvGeometry& geo_;
  const Mapping& mp_;
  const ChipSizes& sz_;
  int s0_ = 1, f0_ = 1, useg_ = 1, k_ = 1, q_ = 1, m_tiles_ = 1, passes_ = 1;
  int together_ = 1;  ///< M tiles whose psums stand in the GLB
  std::int64_t row_words_ = 0, psum_words_ = 0;
  std::string fault_;
};

}  // namespace

std::string overrun(const nn::ConvLayer& layer, const Mapping& mapping, const ChipSizes& sizes) {
  if (!mapping.turned) return Checker(layer, mapping, sizes).run();
  // The same layer with rows and columns exchanged, value by value.
  nn::ConvLayer other = layer;
  ConvGeometry& g = other.geo;
  g.in_h = layer.geo.in_w;
  g.in_w = layer.geo.in_h;
  g.out_h = layer.geo.out_w;
  g.out_w = layer.geo.out_h;
  g.kernel_h = layer.geo.kernel_w;
  g.kernel_w = layer.geo.kernel_h;
  g.stride_h = layer.geo.stride_w;
  g.stride_w = layer.geo.stride_h;
  g.dilation_h = layer.geo.dilation_w;
  g.dilation_w = layer.geo.dilation_h;
  g.pad_top = layer.geo.pad_left;
  g.pad_left = layer.geo.pad_top;
  std::size_t at = 0;
  for (int m = 0; m < g.out_c; ++m)
    for (int r = 0; r < g.kernel_h; ++r)
      for (int s = 0; s < g.kernel_w; ++s)
        for (int c = 0; c < g.in_c_per_group(); ++c)
          other.weights[at++] = layer.weights[layer.weight_index(m, s, r, c)];
  return Checker(other, mapping, sizes).run();
}

nn::ConvLayer make_layer(const LayerShape& s, double weight_density, std::uint32_t seed) {
  nn::ConvLayer layer;
  ConvGeometry& g = layer.geo;
  g.batch = s.batch;
  g.groups = s.groups;
  g.in_h = s.in_h;
  g.in_w = s.in_w;
  g.in_c = s.in_c;
  g.out_c = s.out_c;
  g.kernel_h = s.kernel_h;
  g.kernel_w = s.kernel_w;
  g.stride_h = s.stride_h;
  g.stride_w = s.stride_w;
  g.pad_top = s.pad_top;
  g.pad_left = s.pad_left;
  g.dilation_h = s.dilation_h;
  g.dilation_w = s.dilation_w;
  const int reach_h = (s.kernel_h - 1) * s.dilation_h + 1;
  const int reach_w = (s.kernel_w - 1) * s.dilation_w + 1;
  g.out_h = (s.in_h + s.pad_top + s.pad_bottom - reach_h) / s.stride_h + 1;
  g.out_w = (s.in_w + s.pad_left + s.pad_right - reach_w) / s.stride_w + 1;
  if (s.groups > 1 && s.groups == s.in_c) layer.kind = nn::ConvKind::depthwise;
  const std::size_t count = static_cast<std::size_t>(s.out_c) *
                            static_cast<std::size_t>(s.kernel_h * s.kernel_w) *
                            static_cast<std::size_t>(s.in_c / s.groups);
  layer.weights.resize(count);
  std::mt19937 rng(seed);
  const auto bound = static_cast<std::uint32_t>(weight_density * 65536.0);
  for (auto& w : layer.weights) {
    const std::uint32_t bits = static_cast<std::uint32_t>(rng());
    if ((bits & 0xffffU) < bound) w = static_cast<std::int16_t>((bits >> 16) % 127 + 1);
  }
  return layer;
}

std::string print(const ConvGeometry& g) {
  std::ostringstream out;
  out << "n" << g.batch << " g" << g.groups << " in " << g.in_h << "x" << g.in_w << "x" << g.in_c
      << " out " << g.out_h << "x" << g.out_w << "x" << g.out_c << " kernel " << g.kernel_h << "x"
      << g.kernel_w << " stride " << g.stride_h << "x" << g.stride_w << " dilation " << g.dilation_h
      << "x" << g.dilation_w << " pad " << g.pad_top << "," << g.pad_left;
  return out.str();
}

std::string print(const ChipSizes& s) {
  std::ostringstream out;
  out << "mesh " << s.mesh_rows << "x" << s.mesh_cols << " pe " << s.pe_rows << "x" << s.pe_cols
      << " iact " << s.iact_addr_entries << "/" << s.iact_data_entries << " weight "
      << s.weight_addr_entries << "/" << s.weight_data_words << " psum " << s.psum_entries
      << " banks " << s.iact_banks << "x" << s.iact_bank_words << " psum bank " << s.psum_bank_words
      << " fifo " << s.io_fifo_words << (s.sparse ? "" : " dense") << " link " << s.io_link_bits
      << (s.serial_io ? " serial" : "") << " count_bits " << s.count_bits;
  return out.str();
}

}  // namespace uvea::tb
