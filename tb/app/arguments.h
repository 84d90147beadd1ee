#pragma once
// The command line of `uvea`, checked.
//
// A command is a row of command_table(), an option a row of option_table(): what the program takes,
// what it refuses and its help all come from these two.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sw/mapper/certificate.h"

namespace uvea::tb {

constexpr int largest_batch = 1024;

enum class Command {
  help,
  version,
  run,
  map,
  networks,
  convert,
  config,
  replay,
  compare,
  explain,
  report,
  reproduce
};

struct Arguments {
  Command command = Command::help;
  std::string program = "uvea";               ///< as it was called, for commands that it prints
  std::string help_on;                        ///< help: of this command only; empty: of the program
  std::vector<std::string> words;             ///< all behind the program's name, as given
  std::string network;                        ///< empty: the embedded one
  std::vector<std::string> chip_files;        ///< later ones win
  std::vector<std::string> settings;          ///< section.key=value
  std::vector<std::string> inputs;            ///< FILE or NAME=FILE; a file or a folder
  std::vector<double> input_mean, input_std;  ///< of pixels; per channel or one for all
  std::optional<std::string> labels;          ///< a file
  std::string layers;                         ///< "A-B", empty: all
  std::optional<int> batch;                   ///< 1..1024
  std::string mapping_file;
  mapper::MapOptions map_options;  ///< run, map
  bool map_slack = false;          ///< given, as is its value in map_options
  bool energy = false;             ///< the same
  bool map_cache = true;           ///< run, map: mappings found before are kept and looked up
  int map_effort = 0;              ///< candidates of each layer to be simulated, 0: none
  std::uint64_t seed = 1;
  int jobs = 1;                       ///< 1..1024
  std::optional<std::string> out;     ///< run: a folder
  std::optional<std::string> output;  ///< map, convert: a file
  std::optional<std::string> dump_output;
  std::optional<double> weight_density;     ///< 0..1, of every layer of a table
  std::optional<std::string> prune;         ///< trained networks: 0..1, or a layer table
  std::optional<std::string> rtl, rtl_pes;  ///< run: shadow or drive; all or C.R.K[,...]
  bool keep_going = false;                  ///< run: past the first divergence
  std::string replay_file;                  ///< replay
  std::string convert_file;                 ///< convert: a file or a folder
  std::optional<std::string> trace;         ///< run, replay: a waveform
  std::optional<std::string> transactions;  ///< run: as trace events or in FTR
  std::vector<std::string> trace_scopes;    ///< run: patterns of instance paths
  std::optional<std::string> trace_signals, trace_from, trace_to;
  std::optional<std::uint64_t> trace_last;  ///< cycles, 1 at least
  /// compare, report: runs; explain: a run, and a layer of it; reproduce: topics.
  std::vector<std::string> runs;
  std::optional<std::string> csv;  ///< compare: a file
  bool chained = false;            ///< run: layers from linked descriptors
  bool report = false;             ///< run: a page beside the results
  bool strict = false;
  bool quiet = false;
  bool ini = false;  ///< config: as a chip file
};

/// Throws UserError for an unknown command or option (naming the nearest), an option of another
/// command, a missing, repeated or illegal value.
Arguments parse_arguments(int argc, const char* const* argv);

}  // namespace uvea::tb
