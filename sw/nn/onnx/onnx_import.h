#pragma once
// Reads quantised ONNX models: in QDQ form (DequantizeLinear, operator, QuantizeLinear) or with
// QLinear operators; int8 and uint8, weights per tensor or per output channel.
//
// Arithmetic   real-valued, as ONNX defines it: what stands between dequantising and quantising is
//              computed on exact integers (chip: Rounding::half_even) or in double precision (host:
//              host_real.h) and rounded once, halves to even. A float bias is first rounded to the
//              accumulator's step, iact scale * weight scale.
// Layout       ONNX's tensors are NCHW, the chip's NHWC: host layers transpose between the two
//              where it is needed. Input and output of the network stay in the file's layout.
// Ends         the network's input and output are codes, also where the file has QuantizeLinear at
//              the start and DequantizeLinear at the end; told in a notice. Results that the file
//              does not quantise are float32, on the host only.
// Dynamic      a first dimension that is not fixed is taken as 1, with a notice.
//
// Throws UserError: what was wrong with the file, or all nodes that stand in the way. No content of
// a file can make it crash or allocate more than a small multiple of the file's size.

#include <cstddef>
#include <cstdint>
#include <string>

#include "sw/nn/import/import_options.h"
#include "sw/nn/network.h"

namespace uvea::nn {

Network load_onnx(const std::string& path, const ImportOptions& options = {});

/// The same from memory; `name` stands for the path in messages and in Network::source.
Network load_onnx_bytes(const std::uint8_t* data, std::size_t size, const std::string& name,
                        const ImportOptions& options = {});

/// The table of supported operators as docs/formats.md has it.
std::string onnx_operator_table();

}  // namespace uvea::nn
