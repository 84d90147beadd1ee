#include "tb/tests/trace/handshake_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace uvea::test {
namespace {

void add(std::string& wrong, const std::string& line) {
  if (std::count(wrong.begin(), wrong.end(), '\n') < 5) wrong += line + "\n";
}

std::string wrong_bursts(const std::vector<ShownBurst>& bursts, const std::vector<bool>& moves,
                         const std::string& name) {
  std::string wrong;
  std::size_t inside = 0;
  for (const ShownBurst& burst : bursts) {
    const auto from = moves.begin() + static_cast<std::ptrdiff_t>(burst.from);
    const auto to = moves.begin() + static_cast<std::ptrdiff_t>(burst.to);
    const auto moved = std::count(from, to, true);
    inside += static_cast<std::size_t>(moved);
    if (moved != burst.words || !moves[burst.from] || !moves[burst.to - 1])
      add(wrong,
          fmt::format("{}: a burst of {} words in cycles {} to {}, RTL moves {}, first {}, last {}",
                      name, burst.words, burst.from, burst.to - 1, moved, moves[burst.from],
                      moves[burst.to - 1]));
  }
  const auto all = static_cast<std::size_t>(std::count(moves.begin(), moves.end(), true));
  if (inside != all)
    add(wrong, fmt::format("{}: {} words of RTL outside of bursts", name, all - inside));
  return wrong;
}

/// Values of both sides where words of the RTL move.
std::string wrong_psums(const ReadWaveform& waveform, const std::string& tlm,
                        const std::string& rtl, const std::vector<bool>& moves) {
  std::string wrong;
  const auto expected = by_cycle(waveform, tlm), got = by_cycle(waveform, rtl);
  for (std::size_t c = 0; c < moves.size(); ++c)
    if (moves[c] && expected[c] != got[c])
      add(wrong, fmt::format("cycle {}: {} is {}, {} is {}", c, tlm, expected[c], rtl, got[c]));
  return wrong;
}

}  // namespace

std::uint64_t period_of(const ReadWaveform& waveform) {
  for (const char* root : {"chip", "replay"}) {
    const auto clk = waveform.signals.find(std::string(root) + ".clk");
    if (clk != waveform.signals.end() && clk->second.changes.size() > 2)
      return clk->second.changes[2].first - clk->second.changes[0].first;
  }
  throw std::runtime_error("there is no clock");
}

std::vector<std::int64_t> by_cycle(const ReadWaveform& waveform, const std::string& signal) {
  const ReadSignal& read = waveform[signal];
  const std::uint64_t period = period_of(waveform);
  const auto cycle = [&](std::uint64_t time) {
    return static_cast<std::ptrdiff_t>((time - waveform.begin) / period);
  };
  const std::ptrdiff_t end = cycle(waveform.end);
  std::vector<std::int64_t> values(static_cast<std::size_t>(end), -1);
  for (std::size_t i = 0; i < read.changes.size(); ++i) {
    const std::ptrdiff_t from = cycle(read.changes[i].first);
    const std::ptrdiff_t to = i + 1 < read.changes.size() ? cycle(read.changes[i + 1].first) : end;
    if (from >= end || read.changes[i].second.find('x') != std::string::npos) continue;
    std::fill(values.begin() + from, values.begin() + to, read.number_at(read.changes[i].first));
  }
  return values;
}

std::vector<ShownBurst> bursts_of(const ReadWaveform& waveform, const std::string& port) {
  const auto busy = by_cycle(waveform, port + ".busy"), words = by_cycle(waveform, port + ".words"),
             who = by_cycle(waveform, port + ".who"), serial = by_cycle(waveform, port + ".serial");
  std::vector<ShownBurst> bursts;
  for (std::size_t c = 0; c < busy.size(); ++c) {
    if (busy[c] != 1) continue;
    const bool goes_on = c > 0 && busy[c - 1] == 1 && who[c] == who[c - 1] &&
                         serial[c] == serial[c - 1] && words[c] == words[c - 1];
    if (!goes_on) bursts.push_back({c, c, words[c]});
    bursts.back().to = c + 1;
  }
  return bursts;
}

std::vector<PinStream> pin_streams(const ReadWaveform& waveform, const std::string& path) {
  const std::string rtl = path + ".rtl.";
  const auto pin = [&](const std::string& name) { return by_cycle(waveform, rtl + name); };
  std::vector<PinStream> streams;
  for (int port = 0; waveform.signals.count(fmt::format("{}iact_valid_i_{}", rtl, port)) > 0;
       ++port)
    streams.push_back({fmt::format("iact {}", port),
                       pin(fmt::format("iact_valid_i_{}", port)),
                       pin(fmt::format("iact_ready_o_{}", port)),
                       {pin(fmt::format("iact_data_i_{}", port))}});
  streams.push_back(
      {"weight", pin("weight_valid_i"), pin("weight_ready_o"), {pin("weight_data_i")}});
  streams.push_back({"psum_in",
                     pin("psum_in_valid_i"),
                     pin("psum_in_ready_o"),
                     {pin("psum_in_data_i_0"), pin("psum_in_data_i_1"), pin("psum_in_last_i")}});
  streams.push_back({"psum_out",
                     pin("psum_out_valid_o"),
                     pin("psum_out_ready_i"),
                     {pin("psum_out_data_o_0"), pin("psum_out_data_o_1"), pin("psum_out_last_o")}});
  return streams;
}

std::string wrong_clock(const ReadWaveform& waveform, const std::string& path) {
  std::string wrong;
  const std::uint64_t period = period_of(waveform);
  for (const std::string& name : {path.substr(0, path.find('.')) + ".clk", path + ".rtl.clk_i"}) {
    const auto& changes = waveform[name].changes;
    if (changes.size() != 2 * (waveform.end - waveform.begin) / period + 1)
      add(wrong, fmt::format("{} has {} changes", name, changes.size()));
    for (std::size_t i = 0; i < changes.size(); ++i)
      if (changes[i].first != waveform.begin + i * period / 2 ||
          changes[i].second != (i % 2 == 0 ? "1" : "0"))
        add(wrong, fmt::format("{} at {} ps", name, changes[i].first));
  }
  // Everything changes where a cycle begins.
  for (const auto& [name, signal] : waveform.signals) {
    if (name.compare(0, path.size() + 5, path + ".rtl.") != 0) continue;
    if (name == path + ".rtl.clk_i" || name == path + ".rtl.rst_ni") continue;
    for (const auto& change : signal.changes)
      if (change.first % period != 0) add(wrong, fmt::format("{} at {} ps", name, change.first));
  }
  return wrong;
}

std::string wrong_handshake(const PinStream& stream) {
  std::string wrong;
  for (std::size_t c = 0; c + 1 < stream.valid.size(); ++c) {
    if (stream.valid[c] != 1 || stream.moves(c)) continue;
    if (stream.valid[c + 1] != 1)
      add(wrong,
          fmt::format("{}: valid falls behind cycle {}, the word was not taken", stream.name, c));
    for (const auto& data : stream.data)
      if (data[c + 1] != data[c])
        add(wrong,
            fmt::format("{}: data change behind cycle {}, the word was not taken", stream.name, c));
  }
  return wrong;
}

std::string wrong_alignment(const ReadWaveform& waveform, const std::string& path) {
  std::string wrong;
  std::vector<bool> iacts((waveform.end - waveform.begin) / period_of(waveform), false);
  for (const PinStream& stream : pin_streams(waveform, path)) {
    const bool is_iact = stream.name.rfind("iact", 0) == 0;
    std::vector<bool> moves(iacts.size(), false);
    for (std::size_t c = 0; c < moves.size(); ++c) {
      if (!stream.moves(c)) continue;
      if (is_iact && iacts[c]) add(wrong, fmt::format("two iact ports move in cycle {}", c));
      moves[c] = true;
      if (is_iact) iacts[c] = true;
    }
    if (is_iact) continue;
    wrong += wrong_bursts(bursts_of(waveform, path + "." + stream.name), moves, stream.name);
    if (stream.name == "weight") continue;
    const std::string pins = stream.name == "psum_in" ? "psum_in_data_i_" : "psum_out_data_o_";
    // An odd burst's last second psum is padding, which the TLM PE does not tell.
    wrong += wrong_psums(waveform, path + "." + stream.name + "_0_psum",
                         path + ".rtl." + pins + "0", moves);
  }
  return wrong + wrong_bursts(bursts_of(waveform, path + ".iact"), iacts, "iact");
}

std::string wrong_expectation(const ReadWaveform& waveform, const std::string& path) {
  std::string wrong;
  const std::string rtl = path + ".rtl.";
  const PinStream out = pin_streams(waveform, path).back();
  const auto beat = by_cycle(waveform, rtl + "expected_beat");
  std::vector<bool> moves(beat.size(), false);
  for (std::size_t c = 0; c < beat.size(); ++c) {
    moves[c] = out.moves(c);
    if (moves[c] != (beat[c] == 1))
      add(wrong, fmt::format("cycle {}: expected_beat is {}, RTL {}", c, beat[c], moves[c]));
  }
  for (const char* half : {"0", "1"})
    wrong += wrong_psums(waveform, rtl + "expected_psum_" + half, rtl + "psum_out_data_o_" + half,
                         moves);
  const auto differs = by_cycle(waveform, rtl + "differs");
  if (std::find(differs.begin(), differs.end(), 1) != differs.end()) add(wrong, "differs");
  return wrong;
}

}  // namespace uvea::test
