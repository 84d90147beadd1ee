#pragma once
// Transactions in FTR.
//
// Streams    a block, by its SystemC path: its generators are its item tracks, whose transactions may
//            overlap. A block's states are streams of their own, by the path and the track's name;
//            their generators are the states. The chip's own generators are its layers and passes.
// Time       ps: a cycle of the run is `period_ps`, as in the waveform.
// Curves     none: FTR has no place for them. Nor has it for what is true of the whole file, as where
//            it was cut: the layer's attribute says it.

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tb/trace/ftr_file.h"

namespace uvea::trace {

class FtrSink : public TransactionSink {
 public:
  /// Throws UserError when the file cannot be made.
  FtrSink(const std::string& path, std::uint64_t period_ps) : file_(path), period_(period_ps) {}

  Row row(RowKind kind, const std::string& path, const std::string& name) override;
  Slice slice(const SliceInfo& slice) override;
  void arrow(const char* name, Slice from, Slice to) override;
  Curve curve(const std::string&, const std::string&, const std::string&) override { return 0; }
  void value(Curve, link::Cycle, double) override {}
  void end_piece() override { file_.flush(); }
  void close(std::optional<link::Cycle>) override { file_.close(); }

 private:
  struct Place {
    std::string stream, kind;
    std::string generator;  ///< empty: the slice's name
  };

  FtrFile::Id generator(const Place& place, const std::string& name);

  FtrFile file_;
  const std::uint64_t period_;
  std::map<std::pair<std::string, std::string>, Row> rows_;                ///< by path and name
  std::vector<Place> places_;                                              ///< by Row
  std::map<std::string, FtrFile::Id> streams_;                             ///< by name
  std::map<std::pair<FtrFile::Id, std::string>, FtrFile::Id> generators_;  ///< by stream and name
};

}  // namespace uvea::trace
