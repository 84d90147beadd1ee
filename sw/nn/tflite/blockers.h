#pragma once
// What keeps a .tflite file from being imported: kinds of models that are refused as a whole, and
// the operators that stand in the way, all of them told at once.

#include <string>
#include <vector>

#include "sw/nn/tflite/model.h"

namespace uvea::nn::tflite {

/// Throws UserError in one sentence, what the file is and what to do, when it is compiled for
/// another accelerator, or none of its activations is of 8 bits: a float model, one whose weights
/// alone are quantised, 16-bit activations.
void refuse_other_kinds(const RawModel& model, const std::string& name);

/// What a stored type other than INT8 and UINT8 means and what to do, beginning with "; "; empty
/// for a type that needs no words.
std::string type_advice(int type);

/// Collects what single operators are refused for.
class Blockers {
 public:
  explicit Blockers(const std::string& name) : name_(name) {}

  /// An operator that is not supported at all.
  void add_unsupported(std::size_t index, const RawOperator& op);
  /// An operator that is refused for a reason; `error` is its whole message.
  void add_refused(const std::string& error) { refused_.push_back(error); }

  bool empty() const { return unsupported_.empty() && refused_.empty(); }
  /// Throws UserError in one line: each kind of unsupported operator once, with its count and its
  /// first place, and each refusal.
  [[noreturn]] void tell() const;

 private:
  struct Kind {
    std::string operator_name;
    std::size_t first = 0;
    int count = 0;
  };
  const std::string name_;
  std::vector<Kind> unsupported_;
  std::vector<std::string> refused_;
};

}  // namespace uvea::nn::tflite
