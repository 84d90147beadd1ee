#include "sw/mapper/search.h"

#include <algorithm>
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
  enum class Level { tile, split, leaf };
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

  const Found& run(const Score& better_than) {
    better_than_ = better_than;
    for (const Mapping& tile : space_.tiles()) {
      const Derived d = derive(layer_.geo, tile, sizes_);
      if (cost_.tile_words(d, tile) > tile_word_limit(tile, sizes_)) continue;
      open(Node::Level::tile, tile, cost_.tile_bound(d, tile), cost_.least_bytes(),
           cost_.least_energy());
    }
    while (!open_.empty() && open_.top().bound < limit()) {
      const Node node = open_.top();
      open_.pop();
      expand(node);
    }
    if (found_.best.empty() && !saw_legal_) survey();
    if (!found_.best.empty())
      found_.certificate.predicted = found_.certificate.fewest = found_.best.front().cycles;
    found_.certificate.lower_bound = lower_bound_;
    found_.certificate.pruned += static_cast<std::int64_t>(open_.size());
    return found_;
  }

  std::optional<Candidate> least_traffic(const Score& most) {
    found_.certificate.pruned -= static_cast<std::int64_t>(open_.size());
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
    found_.certificate.pruned += static_cast<std::int64_t>(open_.size());
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
        found_.certificate.pruned += static_cast<std::int64_t>(open.size() - i);
        break;
      }
      take(work_out(open[i].mapping));
    }
    return least;
  }

 private:
  /// What a mapping has to be below.
  Score limit() const {
    if (found_.best.size() < static_cast<std::size_t>(options_.best)) return better_than_;
    return std::min(score(found_.best.back()), better_than_);
  }

  /// What is worth keeping open: what least_traffic() may ask for, too.
  Score reach() const {
    const Score least = limit();
    if (!looks_at_traffic()) return least;
    return {least.first * (1 + options_.slack), std::numeric_limits<double>::infinity()};
  }
  bool looks_at_traffic() const {
    return options_.objective == Objective::cycles && options_.best == 1 && options_.slack > 0;
  }

  Score score(const Candidate& candidate) const { return score_of(candidate, options_.objective); }

  void open(Node::Level level, const Mapping& mapping, double cycles, double bytes, double energy) {
    const Score bound = score({mapping, cycles, bytes, energy});
    if (!(bound < reach())) {
      ++found_.certificate.pruned;
      return;
    }
    open_.push({bound, cycles, next_number_++, level, mapping});
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
          // By cycles, traffic decides only between equals.
          Moved traffic;
          if (options_.objective != Objective::cycles) traffic = cost_.traffic(leaf);
          open(Node::Level::leaf, leaf, std::max(node.cycles, cost_.bound(leaf)),
               traffic.dram_bytes, traffic.energy);
        }
        return;
      case Node::Level::leaf:
        // By cycles the queue gives the least bound first.
        if (lower_bound_ == 0 || node.cycles < lower_bound_) lower_bound_ = node.cycles;
        visit(node.mapping);
    }
  }

  Candidate work_out(const Mapping& mapping) {
    const Estimate cost = cost_.estimate(mapping);
    ++found_.certificate.visited;
    return {mapping, cost.cycles, cost.dram_bytes, cost.energy};
  }

  bool legal(const Mapping& mapping) {
    return tile_fits(mapping, std::numeric_limits<std::int64_t>::max()) &&
           first_violation(layer_.geo, mapping, sizes_, false).rank == kLegal;
  }

  void visit(const Mapping& mapping) {
    const Candidate candidate = work_out(mapping);
    if (looks_at_traffic() && score(candidate) < reach()) worked_out_.push_back(candidate);
    if (!(score(candidate) < limit()) || !legal(mapping)) return;
    saw_legal_ = true;
    keep(candidate);
  }

  void keep(const Candidate& candidate) {
    const auto at =
        std::upper_bound(found_.best.begin(), found_.best.end(), candidate,
                         [this](const auto& a, const auto& b) { return score(a) < score(b); });
    found_.best.insert(at, candidate);
    if (found_.best.size() > static_cast<std::size_t>(options_.best)) found_.best.pop_back();
  }

  /// Nothing of the space is legal: whatever is.
  void survey() {
    const Mapping any = any_legal_mapping(layer_, sizes_);
    const Candidate candidate = work_out(any);
    lower_bound_ = cost_.bound(any);
    if (score(candidate) < better_than_) keep(candidate);
  }

  /// Whether the weights of every tile fit the SPad, as far as `budget` weights show.
  bool tile_fits(const Mapping& mp, std::int64_t budget) {
    const int limit = tile_word_limit(mp, sizes_);
    if (!mp.csc) return raw_tile_words(derive(layer_.geo, mp, sizes_).columns, mp.m0) <= limit;
    const auto [at, fresh] = facts_.try_emplace({mp.c0, mp.s0, mp.m0});
    CapacityFacts& facts = at->second;
    Mapping single = mp;
    single.weight_double_buffer = false;
    // Stop above the largest limit anybody will ask for.
    const int stop = tile_word_limit(single, sizes_);
    const bool more = !facts.complete && facts.words <= stop && budget > kFirstLook;
    if (fresh || more)
      facts = csc_tile_words(layer_, {mp.c0, mp.s0, mp.m0, sizes_.count_bits}, stop, budget);
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
  Found found_;
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

const Found& LayerSearch::run(const Score& better_than) { return search_->run(better_than); }

std::optional<Candidate> LayerSearch::least_traffic(const Score& most) {
  return search_->least_traffic(most);
}

}  // namespace uvea::mapper
