"""Runs Yosys: from the Verilog to generic gates, to the standard cells, to an FPGA."""

import json
import subprocess
from collections import namedtuple

LIBERTY = "/usr/share/qflow/tech/osu018/osu018_stdcells.lib"
DELAY_TARGET_PS = 5000  # 200 MHz

SRAM = "weight_sram"
WORD_BITS = 24


class Pe(namedtuple("Pe", "top parameters parts sram words")):
    """What is synthesised: the top module with its parameters; its parts by instance (what belongs to none
    of them is the top's own); instance and words of the weight data SRAM."""

    @property
    def addr_bits(self):
        return (self.words - 1).bit_length()


def sparse(**parameters):
    return Pe("sparse_pe", parameters,
              ("i_receive", "i_iact_spads", "i_weight_spads", "i_psums", "i_macs", "i_epochs", "i_issue"),
              "i_weight_spads.i_data", 96)


DENSE = Pe("dense_pe", {}, ("i_receive", "i_scan", "i_psums", "i_mac", "i_epochs"), "i_weights", 64)


class Problem(Exception):
    """Something that the reader of the message can look into."""


def yosys(script, work, name):
    """Runs a script in the work folder. Warnings are errors; small arrays with a reset are meant to
    be registers. No path may depend on where that folder lies: what Yosys makes depends on the
    length of file names a little."""
    (work / f"{name}.ys").write_text(script)
    done = subprocess.run(
        ["yosys", "-q", "-e", ".", "-w", "Replacing memory .* with list of registers", f"{name}.ys"],
        cwd=work, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise Problem(f"yosys fails on {name}:\n{done.stdout[-2000:]}")


def read(rtl, pe):
    """`rtl`: name of a folder in the work folder."""
    chparam = "".join(f" -chparam {key} {value}" for key, value in pe.parameters.items())
    return f"read_verilog {rtl}/*.v\nhierarchy -check -top {pe.top}{chparam}\n"


def sram_macro(pe):
    return f"""(* blackbox *)
module {SRAM}(input clk_i, input write_i, input [{pe.addr_bits - 1}:0] write_addr_i,
  input [{WORD_BITS - 1}:0] write_data_i, input read_i, input [{pe.addr_bits - 1}:0] read_addr_i,
  output [{WORD_BITS - 1}:0] read_data_o);
endmodule
"""


def to_gates(rtl, pe, work, name, macro=True):
    """To generic gates and flip-flops of the library, cut into the parts.

    With `macro` the weight data SRAM is a black box, else flip-flops.
    Constants are carried through the whole PE first, so that a PE without a feature does not keep
    what only that feature needs. Nets are split into bits, since a part may drive a part of one.
    """
    (work / f"{SRAM}.v").write_text(sram_macro(pe))
    sram = f"blackbox *sram_1r1w*\nchtype -set {SRAM} t:*sram_1r1w*\n" if macro else ""
    parts = "".join(f"submod -name part_{part} {pe.top}/c:*{part}.*\n" for part in pe.parts)
    yosys(f"""read_verilog {SRAM}.v
{read(rtl, pe)}proc
opt_expr
opt_clean
{sram}memory -nomap
flatten
opt_expr
opt_dff -nodffe -nosdff
opt -nodffe -nosdff
opt_clean
splitnets
{parts}synth -top {pe.top} -noabc -run coarse:check
dfflibmap -liberty {LIBERTY}
opt_clean
write_rtlil {name}.il
write_json {name}.gates.json
flatten
opt_clean
write_json {name}.flat_gates.json
""", work, name)


def map_cells(work, name, flat=True):
    """To the library's cells: the parts by themselves, and (flat) the PE as one, for timing."""
    (work / "abc.constr").write_text("set_driving_cell INVX4\nset_load 50.0 [all_outputs]\n")
    abc = f"abc -liberty {LIBERTY} -constr abc.constr -D {DELAY_TARGET_PS}\nopt_clean\n"
    yosys(f"""read_rtlil {name}.il
{abc}write_json {name}.parts.json
""", work, f"{name}_parts")
    if not flat:
        return
    yosys(f"""read_rtlil {name}.il
flatten
opt_clean
{abc}rename -enumerate -pattern cell_%
write_json {name}.flat.json
delete =A:blackbox
write_verilog -noattr -noexpr -nohex -nodec {name}.v
""", work, f"{name}_flat")


def map_fpga(rtl, pe, work, name):
    """To Xilinx 7 series. Returns cells by type, and those that hold the weight data."""
    yosys(f"""{read(rtl, pe)}synth_xilinx -family xc7 -flatten -top {pe.top}
write_json {name}.fpga.json
""", work, f"{name}_fpga")
    cells = load(work, f"{name}.fpga")[pe.top]["cells"]
    counts, weights = {}, {}
    for cell, content in cells.items():
        kind = content["type"]
        counts[kind] = counts.get(kind, 0) + 1
        if f"{pe.sram}.mem" in cell and kind.startswith("RAM"):
            weights[kind] = weights.get(kind, 0) + 1
    return counts, weights


def load(work, name):
    return json.loads((work / f"{name}.json").read_text())["modules"]
