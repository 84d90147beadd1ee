#include "sw/mapper/search.h"

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <queue>
#include <tuple>
#include <utility>

#include "sw/mapper/cost.h"
#include "sw/mapper/limits.h"
#include "sw/mapper/space.h"
#include "sw/mapper/survey.h"
#include "sw/mapper/weight_capacity.h"
#include "sw/user_error.h"

namespace uvea::mapper {
namespace {

/// Up to this many weights a tile size is checked completely before its mappings are looked at;
/// beyond, the first part decides for now and the rest is checked when one of them is the best.
constexpr std::int64_t kFirstLook = std::int64_t{1} << 16;

/// What lies open: a tile, a split or a leaf of the space, with a bound of all scores below it.
struct Node {
  enum class Level { tile, split, rough_leaf, leaf };
  Score bound;
  double cycles = 0;         ///< no mapping below takes fewer
  std::uint64_t number = 0;  ///< in the order of their making, which decides between equals
  Level level = Level::tile;
  Mapping mapping;

  bool operator<(const Node& o) const {  // the queue's top is the largest
    if (bound < o.bound || o.bound < bound) return o.bound < bound;
    return number > o.number;
  }
};

}  // namespace

class LayerSearch::Search {
 public:
  Search(const nn::ConvLayer& layer, const ChipSizes& sizes, const IactForecast& iacts,
         const MapOptions& options)
      : layer_(layer),
        sizes_(sizes),
        options_(options),
        cost_(layer, sizes, iacts, options.energy),
        space_(layer, sizes) {}

  const std::vector<Candidate>& run(const Score& better_than) {
    better_than_ = better_than;
    const double least_off_chip = cost_.off_chip_cycles(cost_.least_bytes());
    for (const Mapping& tile : space_.tiles()) {
      const Derived d = derive(layer_.geo, tile, sizes_);
      if (cost_.tile_words(d, tile) > tile_word_limit(tile, sizes_)) continue;
      open(Node::Level::tile, tile, std::max(cost_.tile_bound(d, tile), least_off_chip),
           cost_.least_bytes(), cost_.least_energy());
    }
    while (!open_.empty() && open_.top().bound < limit()) {
      const Node node = open_.top();
      open_.pop();
      expand(node);
    }
    if (best_.empty() && !saw_legal_) survey();
    return best_;
  }

  Certificate certificate() const {
    Certificate so_far;
    so_far.lower_bound = lower_bound_;
    so_far.visited = visited_;
    so_far.pruned = pruned_ + static_cast<std::int64_t>(open_.size());
    return so_far;
  }

  std::optional<Candidate> least_traffic(const Score& most) {
    // The least traffic first, so the first one that is legal and fast enough is it.
    std::vector<Candidate> known = worked_out_, open;
    while (!open_.empty() && open_.top().bound.first <= most.first) {
      const Node node = open_.top();
      open_.pop();
      if (node.level == Node::Level::leaf)
        open.push_back({node.mapping, node.cycles, cost_.traffic(node.mapping).dram_bytes, 0});
      else
        expand(node);
    }
    const auto by_traffic = [](const Candidate& a, const Candidate& b) {
      return Score{a.dram_bytes, a.cycles} < Score{b.dram_bytes, b.cycles};
    };
    std::optional<Candidate> least;
    const auto take = [&](const Candidate& one) {
      if (one.cycles <= most.first && one.dram_bytes < most.second &&
          (!least || by_traffic(one, *least)) && legal(one.mapping))
        least = one;
    };
    std::stable_sort(known.begin(), known.end(), by_traffic);
    for (const Candidate& one : known) take(one);
    std::stable_sort(open.begin(), open.end(), by_traffic);
    for (std::size_t i = 0; i < open.size(); ++i) {
      if (open[i].dram_bytes >= (least ? least->dram_bytes : most.second)) {
        pruned_ += static_cast<std::int64_t>(open.size() - i);
        break;
      }
      take(work_out(open[i].mapping));
    }
    return least;
  }

 private:
  /// What a mapping has to be below.
  Score limit() const {
    if (best_.size() < static_cast<std::size_t>(options_.best)) return better_than_;
    return std::min(score(best_.back()), better_than_);
  }

  /// What is worth keeping open: what least_traffic() may ask for, too.
  Score reach() const {
    const Score least = limit();
    if (!options_.weighs_traffic()) return least;
    return {least.first * (1 + options_.slack), std::numeric_limits<double>::infinity()};
  }

  Score score(const Candidate& candidate) const { return score_of(candidate, options_.objective); }

  void open(Node::Level level, const Mapping& mapping, double cycles, double bytes, double energy) {
    open({score({mapping, cycles, bytes, energy}), cycles, next_number_++, level, mapping});
  }

  void open(const Node& node) {
    if (node.bound < reach())
      open_.push(node);
    else
      ++pruned_;
  }

  /// By cycles a leaf opens with a rough bound and is looked at again when that is the least one. Its
  /// number stays, so leaves are visited in the order of their whole bounds.
  void open_leaf(const Node& split, const Mapping& leaf) {
    if (options_.objective == Objective::cycles)
      open(Node::Level::rough_leaf, leaf, std::max(split.cycles, cost_.rough_bound(leaf)), 0, 0);
    else
      open_whole(leaf, split.cycles, next_number_++);
  }

  void open_whole(const Mapping& leaf, double at_least, std::uint64_t number) {
    // By cycles, traffic decides only between equals, unless its way off the chip is the limit.
    Moved traffic;
    if (options_.objective != Objective::cycles || cost_.off_chip_limits())
      traffic = cost_.traffic(leaf);
    const double cycles =
        std::max({at_least, cost_.bound(leaf), cost_.off_chip_cycles(traffic.dram_bytes)});
    open({score({leaf, cycles, traffic.dram_bytes, traffic.energy}), cycles, number,
          Node::Level::leaf, leaf});
  }

  void expand(const Node& node) {
    switch (node.level) {
      case Node::Level::tile:
        if (!tile_fits(node.mapping, kFirstLook)) return;
        for (const Mapping& split : space_.splits(node.mapping)) {
          const Derived d = derive(layer_.geo, split, sizes_);
          open(Node::Level::split, split, std::max(node.cycles, cost_.split_bound(d, split)),
               cost_.least_bytes(), cost_.least_energy());
        }
        return;
      case Node::Level::split:
        for (const Mapping& leaf : space_.leaves(node.mapping)) {
          if (leaf.weight_double_buffer && !tile_fits(leaf, kFirstLook)) continue;
          open_leaf(node, leaf);
        }
        return;
      case Node::Level::rough_leaf:
        open_whole(node.mapping, node.cycles, node.number);
        return;
      case Node::Level::leaf:
        // By cycles the queue gives the least bound first.
        if (lower_bound_ == 0 || node.cycles < lower_bound_) lower_bound_ = node.cycles;
        visit(node.mapping);
    }
  }

  Estimate estimate(const Mapping& mapping) {
    ++visited_;
    return cost_.estimate(mapping);
  }

  static Candidate candidate(const Mapping& mapping, const Estimate& cost) {
    return {mapping, cost.cycles, cost.dram_bytes, cost.energy};
  }

  Candidate work_out(const Mapping& mapping) { return candidate(mapping, estimate(mapping)); }

  bool legal(const Mapping& mapping) {
    return tile_fits(mapping, std::numeric_limits<std::int64_t>::max()) &&
           first_violation(layer_.geo, mapping, sizes_, false).rank == kLegal;
  }

  void visit(const Mapping& mapping) {
    const Candidate one = work_out(mapping);
    if (options_.weighs_traffic() && score(one) < reach()) worked_out_.push_back(one);
    if (!(score(one) < limit()) || !legal(mapping)) return;
    saw_legal_ = true;
    keep(one);
  }

  void keep(const Candidate& candidate) {
    const auto at =
        std::upper_bound(best_.begin(), best_.end(), candidate,
                         [this](const auto& a, const auto& b) { return score(a) < score(b); });
    best_.insert(at, candidate);
    if (best_.size() > static_cast<std::size_t>(options_.best)) best_.pop_back();
  }

  /// Nothing of the space is legal: whatever is.
  void survey() {
    const Mapping any = any_legal_mapping(layer_, sizes_);
    const Estimate cost = estimate(any);
    lower_bound_ = cost.bound;
    const Candidate only = candidate(any, cost);
    if (score(only) < better_than_) keep(only);
  }

  /// Whether the weights of every tile fit the SPad, as far as `budget` weights show.
  bool tile_fits(const Mapping& mp, std::int64_t budget) {
    const int limit = tile_word_limit(mp, sizes_);
    if (!mp.csc) return raw_tile_words(derive(layer_.geo, mp, sizes_).columns, mp.m0) <= limit;
    const TileShape shape{mp.c0, mp.s0, mp.m0, sizes_.count_bits};
    if (most_csc_tile_words(layer_.geo, shape) <= limit) return true;
    const auto [at, fresh] = facts_.try_emplace({mp.c0, mp.s0, mp.m0});
    CapacityFacts& facts = at->second;
    Mapping single = mp;
    single.weight_double_buffer = false;
    // Stop above the largest limit anybody will ask for.
    const int stop = tile_word_limit(single, sizes_);
    const bool more = !facts.complete && facts.words <= stop && budget > kFirstLook;
    if (fresh || more) facts = csc_tile_words(layer_, shape, stop, budget);
    return facts.words <= limit;
  }

  const nn::ConvLayer& layer_;
  ChipSizes sizes_;
  MapOptions options_;
  Score better_than_;
  CostModel cost_;
  MappingSpace space_;
  std::priority_queue<Node> open_;
  std::uint64_t next_number_ = 0;
  bool saw_legal_ = false;
  double lower_bound_ = 0;
  std::map<std::tuple<int, int, int>, CapacityFacts> facts_;
  std::vector<Candidate> worked_out_;  ///< that least_traffic() may take
  std::vector<Candidate> best_;        ///< the best first
  std::int64_t visited_ = 0, pruned_ = 0;
};

Score score_of(const Candidate& candidate, Objective objective) {
  switch (objective) {
    case Objective::cycles:
      return {candidate.cycles, candidate.dram_bytes};
    case Objective::traffic:
      return {candidate.dram_bytes, candidate.cycles};
    case Objective::energy_delay:
      return {candidate.energy * candidate.cycles, candidate.cycles};
  }
  return {};
}

LayerSearch::LayerSearch(const nn::ConvLayer& layer, const ChipSizes& sizes,
                         const IactForecast& iacts, const MapOptions& options)
    : search_(std::make_unique<Search>(layer, sizes, iacts, options)) {}

LayerSearch::~LayerSearch() = default;

const std::vector<Candidate>& LayerSearch::run(const Score& better_than) {
  return search_->run(better_than);
}

std::optional<Candidate> LayerSearch::least_traffic(const Score& most) {
  return search_->least_traffic(most);
}

Certificate LayerSearch::certificate() const { return search_->certificate(); }

}  // namespace uvea::mapper
