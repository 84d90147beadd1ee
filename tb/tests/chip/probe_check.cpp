#include "tb/tests/chip/probe_check.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <vector>

namespace uvea::test {

using hw::Counter;
using link::Cycle;
using link::Probe;
using Track = ProbeRecord::Track;

namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string order_fault(const Track& track) {
  Cycle last = 0;
  for (const ProbeRecord::State& s : track.told_states) {
    if (s.state >= track.states.size()) return "a state without a name";
    if (s.from < last) return "a state begins before the end of the last one";
    if (s.to <= s.from) return "a state ends before it begins";
    last = s.to == Probe::kOpen ? s.from : s.to;
  }
  for (const ProbeRecord::Value& v : track.told_values) {
    if (v.at < last) return "a value of an earlier cycle";
    last = v.at;
  }
  for (const ProbeRecord::Passed& p : track.told_items) {
    if (p.from < last) return "an item that begins before the last one";
    if (p.to < p.from) return "an item that ends before it begins";
    last = p.from;
  }
  return "";
}

/// Sum of a value over the cycles of the layer.
std::uint64_t integral(const Track& track, Cycle end) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < track.told_values.size(); ++i) {
    const ProbeRecord::Value& v = track.told_values[i];
    const Cycle until = i + 1 < track.told_values.size() ? track.told_values[i + 1].at : end;
    sum += static_cast<std::uint64_t>(v.value) * (until - v.at);
  }
  return sum;
}

std::uint64_t words(const Track& track) {
  std::uint64_t sum = 0;
  for (const ProbeRecord::Passed& p : track.told_items) sum += p.words;
  return sum;
}

class Sums {
 public:
  void same(const std::string& what, std::uint64_t told, std::uint64_t counted) {
    if (told != counted)
      wrong +=
          what + ": " + std::to_string(told) + " told, " + std::to_string(counted) + " counted\n";
  }
  std::string wrong;
};

}  // namespace

std::string order_faults(const ProbeRecord& told) {
  std::string wrong;
  for (const std::string& misuse : told.misused) wrong += misuse + "\n";
  std::set<std::string> names;
  for (const Track& track : told.tracks) {
    if (!names.insert(track.full_name()).second) wrong += track.full_name() + ": twice\n";
    const std::string fault = order_fault(track);
    if (!fault.empty()) wrong += track.full_name() + ": " + fault + "\n";
  }
  return wrong;
}

std::string relation_faults(const ProbeRecord& told) {
  std::set<Probe::Item> known;
  for (const Track& track : told.tracks)
    for (const ProbeRecord::Passed& p : track.told_items) known.insert(p.item);
  std::string wrong;
  const auto text = [](const Probe::Item& item) {
    return std::to_string(item.source) + ":" + std::to_string(item.serial);
  };
  for (const Probe::Item& item : known)
    if (told.sources.count(item.source) == 0)
      return "item " + text(item) + " is of a source without a name\n";
  for (const auto& [carrier, cargo] : told.relations) {
    if (carrier == cargo) return "item " + text(carrier) + " carries itself\n";
    for (const Probe::Item& item : {carrier, cargo})
      if (known.count(item) == 0)
        return "a relation of " + text(carrier) + " to " + text(cargo) + ": " + text(item) +
               " passed nowhere\n";
  }
  return wrong;
}

std::string pe_faults(const ProbeRecord& told, const hw::LayerRecord& layer) {
  Sums sums;
  std::array<std::uint64_t, hw::kStalls> spent{};
  std::uint64_t macs = 0, iacts = 0, weights = 0, psums = 0, windows = 0, chunk_windows = 0;
  int pes = 0;
  for (const Track& track : told.tracks) {
    if (!has(track.path, ".pe_")) continue;
    if (track.name == "stall") {
      ++pes;
      Cycle until = layer.begin;
      for (const ProbeRecord::State& s : track.told_states) {
        if (s.from != until) sums.wrong += track.full_name() + ": a gap\n";
        until = s.to;
        spent.at(s.state) += s.to - s.from;
      }
      if (until != layer.end) sums.wrong += track.full_name() + ": ends before the layer\n";
    } else if (track.name == "mac_lanes") {
      macs += integral(track, layer.end);
    } else if (track.name == "iact") {
      iacts += words(track);
    } else if (track.name == "weight") {
      weights += words(track);
    } else if (track.name == "psum_out") {
      psums += words(track);
    } else if (track.name == "window") {
      if (!track.told_values.empty())
        windows += static_cast<std::uint64_t>(track.told_values.back().value);
    } else if (track.name == "chunks") {
      chunk_windows += words(track);
    } else if (track.name == "iact_entries" || track.name == "weight_words") {
      for (const ProbeRecord::Value& v : track.told_values)
        if (v.value < 0) sums.wrong += track.full_name() + ": less than nothing\n";
      if (!track.told_values.empty() && track.told_values.back().value != 0)
        sums.wrong += track.full_name() + ": not empty at the end\n";
    }
  }
  if (pes == 0) sums.wrong += "no PE told anything\n";
  for (std::size_t i = 0; i < hw::kStalls; ++i)
    sums.same(std::string("PE cycles of class ") + hw::kStallTable[i].name, spent[i],
              layer.stalls.of(static_cast<hw::Stall>(i)));
  const hw::CounterSink& c = layer.counters;
  sums.same("lanes fed", macs, c[Counter::pe_effectual_macs] + c[Counter::pe_gated_macs]);
  sums.same("iact words of PEs", iacts, c[Counter::pe_iact_words]);
  sums.same("weight words of PEs", weights, c[Counter::pe_weight_words]);
  sums.same("psum words of PEs", psums, c[Counter::pe_psum_words]);
  sums.same("windows, by chunk", windows, chunk_windows);
  return sums.wrong;
}

std::string word_faults(const ProbeRecord& told, const hw::LayerRecord& layer) {
  Sums sums;
  const auto sum = [&told](const std::string& path, const std::string& name) {
    std::uint64_t all = 0;
    for (const Track& track : told.tracks)
      if (track.name == name && has(track.path, path)) all += words(track);
    return all;
  };
  const hw::CounterSink& c = layer.counters;
  sums.same("iact word hops", sum(".iact_router_", "bursts"), c[Counter::noc_iact_word_hops]);
  sums.same("weight word hops", sum(".weight_router_", "bursts"), c[Counter::noc_weight_word_hops]);
  sums.same("psum word hops", sum(".psum_router_", "bursts"), c[Counter::noc_psum_word_hops]);
  sums.same("words read from iact banks", sum(".iact_glb.bank", "read"),
            c[Counter::glb_iact_reads] + c[Counter::fifo_iact_words]);
  sums.same("words written to iact banks", sum(".iact_glb.bank", "write"),
            c[Counter::glb_iact_writes]);
  sums.same("words read from psum banks", sum(".psum_glb.bank", "read"),
            c[Counter::glb_psum_reads]);
  sums.same("words written to psum banks", sum(".psum_glb.bank", "write"),
            c[Counter::glb_psum_writes]);
  sums.same("words of weight ports", sum(".weight_port.port", "bursts"),
            c[Counter::port_weight_words]);
  sums.same("words to output stages", sum(".psum_glb.bank", "final"),
            c[Counter::output_psum_words]);
  sums.same("words of output stages", sum(".output.lane", "psums"), c[Counter::output_psum_words]);
  sums.same("bytes read by the DMA", sum(".dma", "reads"), c[Counter::dram_read_bytes]);
  sums.same("bytes written by the DMA", sum(".dma", "writes"), c[Counter::dram_write_bytes]);
  sums.same("bytes of answers", sum(".dma", "data"),
            c[Counter::dram_read_bytes] + c[Counter::dram_write_bytes]);
  sums.same("bytes of requests", sum(".dma", "requests"), c[Counter::dma_request_bytes]);
  for (const Track& track : told.tracks) {
    const bool value = track.kind == ProbeRecord::Kind::values;
    if (!value || (track.name != "fill" && track.name != "outstanding" && track.name != "writes"))
      continue;
    for (const ProbeRecord::Value& v : track.told_values)
      if (v.value < 0) sums.wrong += track.full_name() + ": less than nothing\n";
    if (!track.told_values.empty() && track.told_values.back().value != 0)
      sums.wrong += track.full_name() + ": not empty at the end\n";
  }
  return sums.wrong;
}

std::string use_faults(const ProbeRecord& told, const hw::LayerRecord& layer) {
  // By the end of a resource's path before its number: the block of its tracks, and their names.
  struct Use {
    const char *port, *block;
    std::vector<const char*> tracks;
  };
  static const std::vector<Use> uses{
      {".iact_glb.out", ".iact_glb.bank", {"read", "nulls", "write"}},
      {".psum_glb.to_router", ".psum_glb.bank", {"read"}},
      {".psum_glb.from_router", ".psum_glb.bank", {"write", "final", "dropped"}},
  };
  std::map<std::string, std::uint64_t> told_words;  // by full name
  for (const Track& track : told.tracks)
    if (track.kind == ProbeRecord::Kind::items) told_words[track.full_name()] = words(track);
  Sums sums;
  std::set<std::string> seen;
  for (const hw::Resource& resource : layer.resources) {
    for (const Use& use : uses) {
      const std::size_t at = resource.path.find(use.port);
      if (at == std::string::npos) continue;
      const std::string block = resource.path.substr(0, at) + use.block +
                                resource.path.substr(at + std::string(use.port).size());
      std::uint64_t busy = 0;
      for (const char* track : use.tracks) {
        const auto found = told_words.find(block + "." + track);
        if (found == told_words.end()) return block + "." + track + ": no such track\n";
        busy += found->second;
      }
      sums.same("cycles of " + resource.path, busy, resource.busy);
      seen.insert(use.port);
    }
  }
  if (seen.size() != uses.size()) sums.wrong += "resources without banks\n";
  return sums.wrong;
}

std::string dram_faults(const ProbeRecord& told, const hw::LayerRecord& layer) {
  std::map<std::string, std::uint64_t> accesses;
  std::uint64_t bytes = 0, refreshes = 0;
  bool banks = false, transactions = false;
  for (const Track& track : told.tracks) {
    const bool bank = has(track.path, ".bank_") && has(track.path, "dram.channel");
    banks = banks || bank;
    // What the host wrote came before, what it reads comes after.
    for (const ProbeRecord::Passed& p : track.told_items) {
      if (p.from < layer.begin || p.from >= layer.end) continue;
      if (bank) ++accesses[track.name];
      if (track.name == "transactions") bytes += p.words;
    }
    transactions = transactions || track.name == "transactions";
    if (bank && track.name == "state" && has(track.path, ".bank_0_0")) {
      for (const ProbeRecord::State& s : track.told_states)
        if (s.from >= layer.begin && s.from < layer.end && track.states[s.state] == "refresh")
          ++refreshes;
    }
  }
  Sums sums;
  const hw::CounterSink& c = layer.counters;
  if (transactions)
    sums.same("bytes of DRAM transactions", bytes,
              c[Counter::dram_read_bytes] + c[Counter::dram_write_bytes]);
  if (!banks) return sums.wrong;
  sums.same("row hits", accesses["hit"], c[Counter::dram_row_hits]);
  sums.same("row misses", accesses["miss"], c[Counter::dram_row_misses]);
  sums.same("row conflicts", accesses["conflict"], c[Counter::dram_row_conflicts]);
  sums.same("refreshes", refreshes, c[Counter::dram_refreshes]);
  return sums.wrong;
}

std::string origin_faults(const ProbeRecord& told, bool all_iacts) {
  using Item = Probe::Item;
  std::multimap<Item, Item> made_from(told.relations.begin(), told.relations.end());
  std::set<Item> reads;
  for (const Track& track : told.tracks) {
    if (track.name != "reads") continue;
    for (const ProbeRecord::Passed& p : track.told_items) reads.insert(p.item);
  }
  const auto from_dram = [&](const Item& item) {
    std::set<Item> seen;
    std::vector<Item> open{item};
    while (!open.empty()) {
      const Item next = open.back();
      open.pop_back();
      if (reads.count(next) != 0) return true;
      if (!seen.insert(next).second) continue;
      const auto [from, to] = made_from.equal_range(next);
      for (auto at = from; at != to; ++at) open.push_back(at->second);
    }
    return false;
  };
  std::map<std::string, std::pair<int, int>> found;  // with an origin, without
  for (const Track& track : told.tracks) {
    if (!has(track.path, ".pe_") || (track.name != "iact" && track.name != "weight")) continue;
    // Nulls are made on the chip: they are one word of iacts, two of weights.
    for (const ProbeRecord::Passed& p : track.told_items) {
      if (p.words <= (track.name == "iact" ? 1U : 2U)) continue;
      auto& [with, without] = found[track.name];
      ++(from_dram(p.item) ? with : without);
    }
  }
  std::string wrong;
  for (const auto& [name, counts] : found) {
    const bool all = name == "weight" || all_iacts;
    if (all ? counts.second > 0 : counts.first == 0)
      wrong += std::to_string(counts.second) + " bursts of " + name +
               "s that a PE took come from no DRAM read\n";
  }
  return wrong;
}

std::string probe_faults(const ProbeRecord& told, const hw::LayerRecord& layer) {
  std::string wrong = order_faults(told) + relation_faults(told) + pe_faults(told, layer) +
                      word_faults(told, layer) + use_faults(told, layer) + dram_faults(told, layer);
  if (told.completed != std::vector<Cycle>{layer.end}) wrong += "the layer's end was not told\n";
  return wrong;
}

}  // namespace uvea::test
