"""Writes docs/synthesis.md."""

import subprocess
from collections import namedtuple

from flow import DELAY_TARGET_PS, DENSE, WORD_BITS, sparse
from sta import SRAM_ACCESS_NS, SRAM_SETUP_NS

# parts: by name, see cells.py; flat: NAND2 equivalents when mapped as one; paths: slowest of all,
# slowest between registers; fpga: cells by type, and those with the weight data.
Variant = namedtuple("Variant", "parts flat paths fpga")

ROWS = (
    ("iact receive", ("i_receive",)),
    ("iact SPads, stages 1 and 2; dense: and its loops", ("i_iact_spads", "i_scan")),
    ("weight SPads, stage 3 (without the data SRAM)", ("i_weight_spads",)),
    ("psum SPad, output adders", ("i_psums",)),
    ("MACs", ("i_macs", "i_mac")),
    ("control: epochs", ("i_epochs",)),
    ("control: examine and issue", ("i_issue",)),
    ("top: configuration, stage 3 registers", ("top",)),
)
SPADS = ("i_receive", "i_iact_spads", "i_weight_spads", "i_psums")
PES = 192


def sum_of(parts, names=None):
    return sum(part.nand2 for name, part in parts.items() if names is None or name in names)


def percent(part, whole):
    return f"{100 * part / whole:.1f} %"


def more(bigger, smaller):
    return f"{100 * (bigger / smaller - 1):+.0f} %"


def versions():
    def of(package):
        return subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], check=True,
                              stdout=subprocess.PIPE, text=True).stdout
    return ", ".join(f"{package} {of(package)}"
                     for package in ("yosys", "opensta", "qflow-tech-osu018"))


def area_table(variants):
    lines = ["| part | sparse, SIMD 2 | share | flip-flops | sparse, SIMD 1 | dense, SIMD 1 |",
             "|---|---|---|---|---|---|"]
    whole = sum_of(variants[0].parts)
    for title, names in ROWS + (("**all**", None),):
        areas = [sum_of(variant.parts, names) for variant in variants]
        flops = sum(part.flops for name, part in variants[0].parts.items()
                    if names is None or name in names)
        lines.append(f"| {title} | {areas[0]:.0f} | {percent(areas[0], whole)} | {flops} | "
                     f"{areas[1]:.0f} | {areas[2]:.0f} |")
    flat = [f"{variant.flat:.0f}" for variant in variants]
    lines.append(f"| mapped as one, parts dissolved | {flat[0]} | | | {flat[1]} | {flat[2]} |")
    return "\n".join(lines)


def published_table(variants, flops):
    sparse, single, dense = (sum_of(variant.parts) for variant in variants)
    parts = variants[0].parts
    in_flops = sum_of(flops)
    rows = (
        ("SPads (with iact receive), share of the PE", "72 %",
         f"{percent(sum_of(parts, SPADS), sparse)}; weight data in flip-flops: "
         f"{percent(sum_of(flops, SPADS), in_flops)}"),
        ("MACs, share of the PE", "5 %", f"{percent(parts['i_macs'].nand2, sparse)}; "
         f"weight data in flip-flops: {percent(flops['i_macs'].nand2, in_flops)}"),
        ("compressed mode: sparse over dense, SIMD 1", "+50 %", more(single, dense)),
        ("second lane: SIMD 2 over SIMD 1", "+15 %", more(sparse, single)),
        ("sparse SIMD 2 over dense", "+73 %", more(sparse, dense)),
        (f"logic, k NAND2, SRAM excluded", "2695, the whole chip",
         f"{PES * sparse / 1000:.0f}, {PES} PEs alone"),
    )
    return "\n".join(["| figure | paper | here |", "|---|---|---|"] +
                     [f"| {what} | {paper} | {here} |" for what, paper, here in rows])


def timing_table(variants):
    lines = ["| PE | slowest path | from | to | between registers | from | to |",
             "|---|---|---|---|---|---|---|"]
    for title, variant in zip(("sparse, SIMD 2", "sparse, SIMD 1", "dense, SIMD 1"), variants):
        cells = [f"{ns:.2f} ns, {1000 / ns:.0f} MHz | `{start}` | `{end}`"
                 for ns, start, end in variant.paths]
        lines.append(f"| {title} | {' | '.join(cells)} |")
    return "\n".join(lines)


def fpga_table(variants):
    lines = ["| PE | LUTs | carry cells | wide muxes | flip-flops | block RAMs | LUT RAMs | of these "
             "weight data | DSPs |", "|---|---|---|---|---|---|---|---|---|"]
    for title, variant in zip(("sparse, SIMD 2", "sparse, SIMD 1", "dense, SIMD 1"), variants):
        counts, weights = variant.fpga

        def of(*prefixes):
            return sum(n for kind, n in counts.items() if kind.startswith(prefixes))
        held = ", ".join(f"{n} {kind}" for kind, n in sorted(weights.items()))
        block = of("RAMB")
        lines.append(f"| {title} | {of('LUT')} | {of('CARRY')} | {of('MUXF')} | {of('FD')} | "
                     f"{block} | {of('RAM') - block} | {held} | {of('DSP')} |")
    return "\n".join(lines)


def write(variants, flops):
    words, dense_words = sparse().words, DENSE.words
    bits = words * WORD_BITS
    macro = flops["i_weight_spads"].nand2 - variants[0].parts["i_weight_spads"].nand2
    text = f"""# The PE synthesised

Made by `scripts/synth`, which gives the same page again with the same tools, here
{versions()}.

`rtl/pe` is mapped to the OSU 0.18 um standard cells (typical corner, 1.8 V, 25 C) at the default sizes, with a delay target of
{DELAY_TARGET_PS / 1000:.0f} ns. Areas are cell areas in NAND2 equivalents (area / area of NAND2X1), before layout. The weight data SRAM,
{words} x {WORD_BITS} = {bits} bits, is a black box and in no figure unless said; built from flip-flops it would take {macro:.0f} NAND2, and the
PE {sum_of(flops):.0f}. *Dense* is `dense_pe`, the PE of Eyeriss v1.5, with {dense_words} x {WORD_BITS} bits of weights.

## Area

{area_table(variants)}

Each part is mapped by itself, after constants were carried through the whole PE.

## Beside the published chip

{published_table(variants, flops)}

Why they differ:

- The paper names neither its flow nor what belongs to which share; ours are the modules of the RTL, with their control and ports.
- Our dense PE keeps all that is not compression: chunk and epoch headers, row tags, two weight places, two psum banks. They are the same
  modules in both, so compression adds less here.
- Our SPads are flip-flops with multiplexers, without clock gating cells; a register file or latches would be smaller. The psum SPad has
  two banks with two read ports each, so that a chunk can leave while the next is summed up, and four write ports in all.
- The library is small and old: one flip-flop with reset takes 7.3 NAND2, an enable is a multiplexer in front of it, there is no
  multi-bit cell, and the mapper uses no adder cells. Yosys shares and restructures less than a commercial tool.

## Timing

{timing_table(variants)}

OpenSTA on the netlist mapped as one: no wires, ideal clock, nothing added for inputs and outputs, the asynchronous reset not timed. The
SRAM is assumed to take {SRAM_ACCESS_NS} ns from the clock to the word and {SRAM_SETUP_NS} ns of setup. The published 200 MHz are in 65 nm; 0.18 um is some
three generations older; these figures neither show nor rule out that 200 MHz would be met there.

## FPGA

`synth_xilinx` of Yosys, 7 series. Block RAMs are not worth {bits} bits to it; the weight data are in LUT RAM.

{fpga_table(variants)}
"""
    return text
