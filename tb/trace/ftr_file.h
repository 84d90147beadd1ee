#pragma once
// A file of transactions in FTR (Fast Transaction Recording), which Surfer and SCViewer read. It is
// there whole or not at all, and the same calls write the same bytes.
//
// Source     the README of github.com/Minres/LWTR4SC, its writer (src/ftr/ftr_writer.h), and the
//            readers of SCViewer (FtrDbLoader.java) and Surfer (the crate ftr_parser). Where they
//            differ this is what the writer writes and both readers take:
//            - The chunks are the items of one array without length under tag 55799, of which the
//              README says nothing.
//            - The info chunk's content is a byte string, as that of the others (README: an array).
//            - A dictionary is a map of known length (README: without): the readers find nothing in
//              the other. Its numbers go on from 0, the empty text, without a gap: SCViewer counts.
//            - A text is of type 10, as the README says; older versions of its dump_ftr.py say 12.
// Time       in 10^kTimescale s. Surfer's reader (ftr_parser up to 0.3) takes -12 for ns and -16 for
//            ps: it shows the right numbers with the wrong unit. SCViewer shows ps.
// Epoch      when the file was made: always 0, so that two runs write the same.
// Blocks     a stream's transactions since the last flush() are one: Surfer counts rows anew in each.
//            Not compressed: ftr_parser cannot read compressed blocks from memory.

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "tb/trace/cbor.h"
#include "tb/trace/transaction_sink.h"
#include "tb/trace/whole_file.h"

namespace uvea::trace {

class FtrFile {
 public:
  /// Of streams and generators from 1, no two alike; of transactions from 1.
  using Id = std::uint64_t;

  static constexpr int kTimescale = -12;  ///< ps

  /// Throws UserError when it cannot be made.
  explicit FtrFile(const std::string& path);

  Id add_stream(const std::string& name, const std::string& kind);
  Id add_generator(Id stream, const std::string& name);
  /// During [from, to]. Those of a generator come in the order of their begins.
  Id transaction(Id generator, std::uint64_t from, std::uint64_t to,
                 const std::vector<TransactionAttribute>& attributes);
  /// Between transactions since the last flush().
  void relation(const std::string& name, Id from, Id to);
  /// Writes all that was told so far. What follows begins later.
  void flush();
  /// The end. Throws UserError when it cannot be written.
  void close();

 private:
  struct Stream {
    Cbor transactions;
    std::uint64_t from = 0, to = 0;
  };

  Id text(const std::string& text);
  void attribute(Cbor& to, const TransactionAttribute& attribute);
  void write_chunk(std::uint64_t tag, const std::vector<std::uint64_t>& parameters,
                   const std::string& content);
  /// An array without length of the items; then they are gone.
  void write_items(std::uint64_t tag, const std::vector<std::uint64_t>& parameters, Cbor& items);

  WholeFile file_;
  std::unordered_map<std::string, Id> texts_;
  Cbor dictionary_, directory_, relations_;  ///< entries since the last flush()
  std::uint64_t fresh_texts_ = 0;            ///< in dictionary_
  Id ids_ = 0;                               ///< of streams and generators
  std::map<Id, Stream> streams_;
  std::unordered_map<Id, Id> stream_of_;  ///< by generator
  Id first_ = 1;                          ///< transaction since the last flush()
  std::vector<Id> streams_since_;         ///< of those
};

}  // namespace uvea::trace
