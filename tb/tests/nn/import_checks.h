#pragma once
// What the tests of the importer share.

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "sw/nn/tflite/tflite_import.h"
#include "sw/user_error.h"
#include "tb/tests/nn/model_spec.h"

namespace uvea::nn {

inline Network load(const tb::ModelSpec& spec, const ImportOptions& options = {}) {
  const auto bytes = spec.bytes();
  return load_tflite_bytes(bytes.data(), bytes.size(), "model.tflite", options);
}

/// Loading throws one line that begins with the file and holds `part`.
inline void expect_refused(const std::vector<std::uint8_t>& bytes, const std::string& part) {
  try {
    load_tflite_bytes(bytes.data(), bytes.size(), "model.tflite");
    ADD_FAILURE() << "accepted, expected an error with: " << part;
  } catch (const UserError& error) {
    const std::string text = error.what();
    EXPECT_EQ(text.rfind("model.tflite: ", 0), 0U) << text;
    EXPECT_NE(text.find(part), std::string::npos) << text;
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
  }
}
inline void expect_refused(const tb::ModelSpec& spec, const std::string& part) {
  expect_refused(spec.bytes(), part);
}

/// A model of one operator with one int8 input and output.
inline tb::ModelSpec unary(int code, std::vector<std::int32_t> in, std::vector<std::int32_t> out) {
  tb::ModelSpec spec;
  spec.tensors = {{"in", std::move(in), tb::spec_int8, {0.5F}, {3}},
                  {"out", std::move(out), tb::spec_int8, {0.5F}, {3}}};
  spec.operators = {{code, {0}, {1}}};
  spec.outputs = {1};
  return spec;
}

}  // namespace uvea::nn
