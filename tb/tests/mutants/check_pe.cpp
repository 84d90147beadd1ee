// uvea-check-pe: does the TLM PE that is linked in do what the RTL does? Stimulus files, then
// random work until so many windows were compared; the PE is called early with odd seeds, late with
// even ones. For run_tlm_mutants.py, which links other PEs in, and run_screen_mutants.py, which has
// other RTL in a library (tb/cosim/rtl/rtl_shim.cpp, with the key "mutant").
//
// usage: uvea-check-pe [--rtl LIBRARY] WINDOWS FIRST_SEED [STIMULUS_FILE...]
//        uvea-check-pe --sizes      iact ports, bits of an iact word and of a psum, for such a library
// Ends with status 0 and one line of counts, or at the first difference with the screen of
// `uvea replay` and status 1. A library is of 8-bit weights: so is all work then.

#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string>
#include <systemc>
#include <utility>

#include "hw/config/chip_limits.h"
#include "sw/user_error.h"
#include "tb/cosim/pe/mac_screen.h"
#include "tb/cosim/pe/pair_run.h"
#include "tb/cosim/pe/random_stimulus.h"
#include "tb/cosim/pe/stimulus_file.h"
#include "tb/cosim/rtl/rtl_library.h"
#include "tb/cosim/rtl/rtl_sizes.h"
#include "tb/tools/whole_number.h"

namespace {

using namespace uvea;
using Calls = cosim::TlmPeBench::Calls;

hw::PeConfig sparse(int weight_bits) {
  hw::PeConfig pe;
  pe.weight_bits = weight_bits;
  return pe;
}

/// Both PEs of a kind.
struct Pair {
  Pair(const std::string& name, const hw::PeConfig& pe, cosim::RtlFactory factory)
      : limits(limits_of(pe)),
        make_rtl(std::move(factory)),
        rtl(make_rtl(limits.config, limits.iact_ports)),
        tlm(name, limits.config, limits.iact_ports) {}

  static cosim::RandomLimits limits_of(const hw::PeConfig& pe) {
    cosim::RandomLimits limits;
    limits.config = pe;
    return limits;
  }

  const cosim::RandomLimits limits;
  const cosim::RtlFactory make_rtl;
  const std::unique_ptr<cosim::RtlPe> rtl;
  cosim::TlmPeBench tlm;
  std::uint64_t windows = 0, events = 0;  ///< compared

  /// False, with the report printed, when the two differ.
  bool same(const std::string& title, const cosim::PeStimulus& stimulus, Calls calls) {
    const cosim::PairRun run = cosim::run_pair(tlm, *rtl, stimulus, title, calls);
    if (!run.agree) {
      fmt::print("{}", run.report);
      if (run.first)
        fmt::print("{}", cosim::mac_screen(tlm, *make_rtl(limits.config, limits.iact_ports),
                                           stimulus, *run.first, 0));
    }
    windows += run.windows;
    events += run.events;
    return run.agree;
  }
};

int check(const std::string& library, std::uint64_t windows, std::uint64_t first_seed, int files,
          char** file) {
  cosim::RtlFactory factory = cosim::make_rtl_pe;
  if (!library.empty()) {
    const auto rtl = cosim::RtlLibrary::known(library, "mutant");
    if (rtl == nullptr) throw UserError(library + ": not a library of an RTL PE");
    factory = [rtl](const hw::PeConfig&, unsigned) { return rtl->make(); };
  }
  // The MACs overflow with 9-bit weights only.
  Pair eight("pe8", sparse(8), factory), nine("pe9", sparse(9), cosim::make_rtl_pe),
      no_csc("dense_pe", cosim::default_dense_pe(), cosim::make_rtl_pe);
  const auto compared = [&] { return eight.windows + nine.windows + no_csc.windows; };
  for (int i = 0; i < files; ++i) {
    const cosim::PeStimulus stimulus = cosim::load_stimulus(file[i]);
    for (const Calls calls : {Calls::early, Calls::late})
      if (!eight.same(file[i], stimulus, calls)) return 1;
  }
  std::uint64_t seed = first_seed;
  for (; compared() < windows; ++seed) {
    Pair& pair = seed % 8 < 4 || !library.empty() ? eight : seed % 8 < 6 ? no_csc : nine;
    const cosim::RandomWork work = cosim::random_work(seed, pair.limits);
    const Calls calls = seed % 2 == 0 ? Calls::late : Calls::early;
    const std::string title = fmt::format("seed {}: {}", seed, work.description);
    if (!pair.same(title, work.stimulus, calls)) return 1;
  }
  fmt::print(
      "{} files, seeds {}..{}: {} windows, {} of them with 9-bit weights, {} of the dense PE, {} "
      "events equal in value and cycle\n",
      files, first_seed, seed - 1, compared(), nine.windows, no_csc.windows,
      eight.events + nine.events + no_csc.events);
  return 0;
}

}  // namespace

int sc_main(int argc, char* argv[]) {
  try {
    if (argc == 2 && std::string(argv[1]) == "--sizes") {
      const cosim::RandomLimits limits = Pair::limits_of(sparse(8));
      fmt::print("{} {} {}\n", limits.iact_ports, hw::weight_word_bits(limits.config),
                 limits.config.psum_bits);
      return 0;
    }
    std::string library;
    if (argc > 2 && std::string(argv[1]) == "--rtl") {
      library = argv[2];
      argc -= 2;
      argv += 2;
    }
    if (argc < 3)
      throw UserError("usage: uvea-check-pe [--rtl LIBRARY] WINDOWS FIRST_SEED [STIMULUS_FILE...]");
    return check(library, tb::whole_number(argv[1], "WINDOWS"),
                 tb::whole_number(argv[2], "FIRST_SEED"), argc - 3, argv + 3);
  } catch (const UserError& e) {
    fmt::print(stderr, "uvea-check-pe: error: {}\n", e.what());
    return 2;
  }
}
