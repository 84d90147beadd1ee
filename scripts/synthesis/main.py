"""Synthesises the PE and writes docs/synthesis.md; scripts/synth calls it from the project's root."""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

import cells
import flow
import report
import sta

RTL = "rtl"  # copy of rtl/pe in the work folder
VARIANTS = (flow.sparse(), flow.sparse(SIMD=1), flow.DENSE)  # columns of the tables in cells.py
NAMES = ("sparse", "single_lane", "dense")

# Cuts of the self-test: variant, file, text, what takes its place, what the complaint must say.
CUTS = (
    (0, "sparse_pe.v", ".word_i(read_word)", ".word_i({WORD_BITS{1'b0}})", "i_macs has"),
    (0, "sparse_pe.v", ".signed_i(signed_q)", ".signed_i(1'b0)", "top has"),
    (0, "sparse_pe.v", ".psum_in_data_i(psum_in_data_i)",
     ".psum_in_data_i({psum_in_data_i[2*PSUM_BITS-1:1], 1'b0})", "on input psum_in_data_i[0]"),
    (0, "mac_pair.v", "assign forward_o = (active0 && (hit00 || hit01)) || (active1 && (hit10 || hit11));",
     "assign forward_o = 1'b0;", "output forward_o depends on no input"),
    (2, "dense_pe.v", ".word_i(read_word)", ".word_i({WORD_BITS{1'b0}})", "i_mac has"),
    (2, "dense_pe.v", ".data_i(data)", ".data_i(1'b0)", "i_scan has"),
)


def check_gates(work, name, variant):
    pe = VARIANTS[variant]
    cells.check_parts(cells.parts(flow.load(work, f"{name}.gates"), pe), variant)
    cells.check_cones(flow.load(work, f"{name}.flat_gates")[pe.top], variant)


def synthesise(work, name, variant, area):
    """One variant: areas by part, area of the whole mapped at once, slowest paths."""
    pe = VARIANTS[variant]
    print(f"{name}: gates", flush=True)
    flow.to_gates(RTL, pe, work, name)
    check_gates(work, name, variant)
    print(f"{name}: cells and timing", flush=True)
    flow.map_cells(work, name)
    parts = cells.parts(flow.load(work, f"{name}.parts"), pe, area)
    cells.check_parts(parts, variant)
    top = flow.load(work, f"{name}.flat")[pe.top]
    cells.check_cones(top, variant)
    paths = sta.run(work, name, pe, cells.net_names(top))
    print(f"{name}: FPGA", flush=True)
    fpga = flow.map_fpga(RTL, pe, work, name)
    if not fpga[1]:
        raise flow.Problem(f"{name}: on the FPGA the weight data SRAM is no RAM")
    return report.Variant(parts, cells.Part(top, area).nand2, paths, fpga)


def with_flops(work, area):
    """The sparse PE with flip-flops for the weight data SRAM: areas by part."""
    print("sparse, weight data in flip-flops: gates and cells", flush=True)
    flow.to_gates(RTL, VARIANTS[0], work, "flops", macro=False)
    flow.map_cells(work, "flops", flat=False)
    return cells.parts(flow.load(work, "flops.parts"), VARIANTS[0], area)


def self_test(work):
    """Every cut must be found, in the netlist of generic gates at the latest."""
    for number, (variant, file, text, cut, complaint) in enumerate(CUTS):
        copy = work / f"cut{number}"
        shutil.copytree(work / RTL, copy)
        source = (copy / file).read_text()
        if source.count(text) != 1:
            raise flow.Problem(f"self-test: '{text}' is not once in {file}; mend the test")
        (copy / file).write_text(source.replace(text, cut))
        flow.to_gates(copy.name, VARIANTS[variant], work, f"cut{number}")
        try:
            check_gates(work, f"cut{number}", variant)
        except flow.Problem as problem:
            if complaint not in str(problem):
                raise flow.Problem(f"self-test: with {cut} the complaint is: {problem}") from None
            print(f"found: {problem}", flush=True)
            continue
        raise flow.Problem(f"self-test: nobody noticed {cut}")


def main():
    parser = argparse.ArgumentParser(prog="scripts/synth", description=__doc__)
    parser.add_argument("--self-test", action="store_true",
                        help="cut connections in copies of the RTL; each must be found")
    parser.add_argument("--out", type=Path, default=Path("docs/synthesis.md"))
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        shutil.copytree("rtl/pe", work / RTL)
        if args.self_test:
            self_test(work)
            return
        area = cells.areas()
        variants = [synthesise(work, name, i, area) for i, name in enumerate(NAMES)]
        text = report.write(variants, with_flops(work, area))
        args.out.write_text(text)
        print(f"wrote {args.out}")


if __name__ == "__main__":
    try:
        main()
    except flow.Problem as problem:
        sys.exit(f"synth: {problem}")
