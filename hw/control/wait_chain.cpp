#include "hw/control/wait_chain.h"

#include <algorithm>
#include <map>

namespace uvea::hw {
namespace {

constexpr std::size_t kShownEnds = 3;
constexpr std::size_t kShownBlocks = 10;  // of a chain

/// Blocks as numbers in the order given.
using Way = std::vector<std::size_t>;

/// An end and the longest way to it; of a circle the way is once round it.
struct End {
  bool circle = false;
  Way way;
  std::size_t blocks = 0;  ///< that arrive here
};

/// From `start` on, until nobody is waited for or a block comes again, which is then the last too.
Way follow(std::size_t start, const std::vector<std::size_t>& next) {
  Way way = {start};
  while (next[way.back()] < next.size()) {
    const std::size_t block = next[way.back()];
    const bool again = std::find(way.begin(), way.end(), block) != way.end();
    way.push_back(block);
    if (again) break;
  }
  return way;
}

std::string step(const Waiting& one, bool first) {
  return one.block + (first ? " waits for " : " for ") + in_words(one.wait);
}

std::string line(const End& end, const std::vector<Waiting>& all) {
  std::string text = end.circle ? "deadlock: " : "starvation: ";
  // The last blocks tell more than the first.
  const std::size_t skipped = end.way.size() > kShownBlocks ? end.way.size() - kShownBlocks : 0;
  for (std::size_t i = skipped; i < end.way.size(); ++i)
    text += (i > skipped ? ", " : "") + step(all[end.way[i]], i == skipped);
  const Wait& last = all[end.way.back()].wait;
  if (!end.circle && !last.peer.empty()) text += ", which waits for nothing";
  const std::size_t more = end.blocks - (end.way.size() - skipped);
  if (more > 0)
    text += "; " + std::to_string(more) + (more == 1 ? " more waits" : " more wait") + " behind";
  return text;
}

/// Circles first, then where most blocks arrive.
std::vector<End> ends_of(const std::vector<Waiting>& all) {
  std::map<std::string, std::size_t> number;
  for (std::size_t i = 0; i < all.size(); ++i) number.emplace(all[i].block, i);
  std::vector<std::size_t> next(all.size(), all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto peer = number.find(all[i].wait.peer);
    if (peer != number.end()) next[i] = peer->second;
  }
  // Ends by the block that stands for them: the last, or the first of a circle in the order given.
  std::map<std::size_t, End> ends;
  for (std::size_t i = 0; i < all.size(); ++i) {
    Way way = follow(i, next);
    std::size_t at = way.back();
    const auto begin = std::find(way.begin(), way.end() - 1, at);
    const bool circle = begin != way.end() - 1;
    if (circle) {
      way.assign(begin, way.end() - 1);
      std::rotate(way.begin(), std::min_element(way.begin(), way.end()), way.end());
      at = way.front();
    }
    End& end = ends[at];
    end.circle = circle;
    ++end.blocks;
    if (way.size() > end.way.size()) end.way = way;
  }
  std::vector<End> sorted;
  for (const auto& [at, end] : ends) sorted.push_back(end);
  std::stable_sort(sorted.begin(), sorted.end(), [](const End& a, const End& b) {
    return a.circle != b.circle ? a.circle : a.blocks > b.blocks;
  });
  return sorted;
}

}  // namespace

std::vector<std::string> wait_chains(const std::vector<Waiting>& all) {
  std::vector<End> sorted = ends_of(all);
  // Beside a circle a block that has nothing may have nothing because of the circle: not all that goes
  // to it can be followed.
  std::size_t elsewhere = 0;
  while (!sorted.empty() && sorted.front().circle && !sorted.back().circle) {
    elsewhere += sorted.back().blocks;
    sorted.pop_back();
  }
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < std::min(sorted.size(), kShownEnds); ++i)
    lines.push_back(line(sorted[i], all));
  if (sorted.size() > kShownEnds)
    lines.push_back("and " + std::to_string(sorted.size() - kShownEnds) + " more such ends");
  if (elsewhere > 0)
    lines.push_back("and " + std::to_string(elsewhere) + (elsewhere == 1 ? " waits" : " wait") +
                    " elsewhere for what has not come, perhaps because of that");
  return lines;
}

std::string first_end(const std::vector<Waiting>& all) {
  const std::vector<End> sorted = ends_of(all);
  return sorted.empty() ? std::string() : all[sorted.front().way.back()].block;
}

}  // namespace uvea::hw
