#include <algorithm>
#include <string>

#include "sw/mapper/footprint.h"
#include "sw/mapper/limits.h"
#include "sw/mapper/mapping.h"
#include "sw/nn/turned.h"

namespace uvea::mapper {
namespace {

std::string loop(const char* name, long long count) {
  return std::string(name) + std::to_string(count);
}

std::string split(const AxisSplit& a) {
  return loop("g", a.g) + " " + loop("n", a.n) + " " + loop("e", a.e) + " " + loop("m", a.m);
}

const char* name(NocMode mode) {
  switch (mode) {
    case NocMode::unicast:
      return "unicast";
    case NocMode::horizontal:
      return "horizontal multicast";
    case NocMode::vertical:
      return "vertical multicast";
    case NocMode::broadcast:
      return "broadcast";
  }
  return "?";
}

const char* name(IactUnit unit, IactSource source) {
  if (source == IactSource::through) return "iacts pass the GLB by";
  switch (unit) {
    case IactUnit::block:
      return "iacts of a block stay in the GLB";
    case IactUnit::round:
      return "iacts of a reduction pass stay in the GLB for the m of a block";
    case IactUnit::step:
      return "iacts go through the GLB step by step";
  }
  return "?";
}

}  // namespace

std::string describe(const nn::ConvGeometry& geo, const Mapping& mp, const ChipSizes& sizes) {
  if (mp.turned) {
    const std::string text = describe(nn::turned(geo), unturned(mp), sizes);
    return text.rfind("illegal", 0) == 0 ? text : "turned  rows are the image's columns\n" + text;
  }
  nn::ConvLayer shape;
  shape.geo = geo;
  if (const std::string bad = why_bad_layer(shape, sizes.limits); !bad.empty())
    return "illegal " + bad + "\n";
  const Violation violation = first_violation(geo, mp, sizes, true);
  if (violation.rank != kLegal) return "illegal: " + violation.text + "\n";
  const Derived d = derive(geo, mp, sizes);
  std::string out;
  out += "DRAM    for " + loop("g", d.tg) + " " + loop(d.images > 1 ? "n and e" : "e", d.te2) +
         ", weights per pass, " + name(unit_of(d, mp, sizes), mp.iact_source) + "\n";
  const bool together = d.m_block > 1;
  out += "GLB     for " + loop(together ? "m block " : "m", d.tm2) + ", " +
         loop("reduction pass ", d.p) + ", " + (together ? loop("m", d.m_block) + ", " : "") +
         loop(d.images > 1 ? "n and e" : "e", std::min(mp.e_block, d.te)) +
         (d.p > 1 ? "; psums in the GLB\n" : "; psums stay out of the GLB\n");
  out += "NoC     iacts " + std::string(name(mp.iact_mode)) + ", weights " + name(mp.weight_mode) +
         "\n";
  out += "PEs     mesh rows " + split(mp.mesh_rows) + ", mesh columns " + split(mp.mesh_cols) +
         ", PE columns " + split(mp.pe_cols) + "; reduction over " + std::to_string(d.v) + " of " +
         std::to_string(d.q) + " (" + std::to_string(sizes.pe_rows) + " PE rows x chain " +
         std::to_string(mp.chain) + ")\n";
  std::string row;
  if (d.ft > 1)
    row = "row tiles of " + std::to_string(d.f0) + " windows, " + std::to_string(d.ft) + " a row: ";
  out += "SPad    " + row + "for " + std::to_string(d.chunks) + " chunks of " +
         std::to_string(mp.windows) + " windows; tile of c0 " + std::to_string(mp.c0) + " x s " +
         std::to_string(d.s0) + " x m0 " + std::to_string(mp.m0) + ", " + (mp.csc ? "csc" : "raw") +
         (mp.weight_double_buffer ? ", weights double-buffered" : "") + "\n";
  return out;
}

}  // namespace uvea::mapper
