"""Runs OpenSTA on the flattened netlist."""

import re
import subprocess

from flow import LIBERTY, SRAM, WORD_BITS, Problem

# No macro of this size exists for the library: what a small SRAM may take. Assumed.
SRAM_ACCESS_NS, SRAM_SETUP_NS = 2.0, 0.3


def sram_liberty(pe):
    def arc(kind, tables, value):
        inside = " ".join(f'{table} (scalar) {{ values ("{value}"); }}' for table in tables)
        return f'timing () {{ related_pin : "clk_i"; timing_type : {kind}; {inside} '

    setup = arc("setup_rising", ("rise_constraint", "fall_constraint"), SRAM_SETUP_NS) + "}"
    access = (arc("rising_edge", ("cell_rise", "cell_fall"), SRAM_ACCESS_NS) +
              'rise_transition (scalar) { values ("0.2"); } '
              'fall_transition (scalar) { values ("0.2"); } }')
    lines = [f"library ({SRAM}) {{", '  delay_model : table_lookup; time_unit : "1ns";',
             '  voltage_unit : "1V"; current_unit : "1uA"; pulling_resistance_unit : "1kohm";',
             '  leakage_power_unit : "1nW"; capacitive_load_unit (1,pf);',
             "  nom_process : 1; nom_voltage : 1.8; nom_temperature : 25;"]
    for edge in ("rise", "fall"):  # as in the library of the cells
        lines.append(f"  slew_lower_threshold_pct_{edge} : 20; slew_upper_threshold_pct_{edge} : 80; "
                     f"input_threshold_pct_{edge} : 50; output_threshold_pct_{edge} : 50;")
    for name, bits in (("word", WORD_BITS), ("addr", pe.addr_bits)):
        lines.append(f"  type ({name}) {{ base_type : array; data_type : bit; bit_width : {bits}; "
                     f"bit_from : {bits - 1}; bit_to : 0; }}")
    lines.append(f"  cell ({SRAM}) {{ area : 0;")
    lines.append("    pin (clk_i) { direction : input; clock : true; capacitance : 0.02; }")
    for pin in ("write_i", "read_i"):
        lines.append(f"    pin ({pin}) {{ direction : input; capacitance : 0.01; {setup} }}")
    for bus, kind in (("write_addr_i", "addr"), ("read_addr_i", "addr"), ("write_data_i", "word")):
        lines.append(f"    bus ({bus}) {{ bus_type : {kind}; direction : input; capacitance : 0.01; "
                     f"{setup} }}")
    lines.append(f"    bus (read_data_o) {{ bus_type : word; direction : output; {access} }}")
    return "\n".join(lines + ["  }", "}", ""])


def run(work, name, pe, flop_names):
    """Slowest path of all, and the slowest between clocked cells: (ns, from, to) each."""
    (work / f"{SRAM}.lib").write_text(sram_liberty(pe))
    (work / f"{name}.tcl").write_text(f"""read_liberty {LIBERTY}
read_liberty {SRAM}.lib
read_verilog {name}.v
link_design {pe.top}
create_clock -name clk -period 10 [get_ports clk_i]
set_false_path -from [get_ports rst_ni]
foreach port [all_inputs] {{
  if {{[get_property $port full_name] != "clk_i"}} {{ set_input_delay 0 -clock clk $port }}
}}
set_output_delay 0 -clock clk [all_outputs]
report_checks -path_delay max -digits 3
puts "---- clocked"
report_checks -path_delay max -from [all_registers -clock_pins] -to [all_registers -data_pins] \\
  -digits 3
""")
    done = subprocess.run(["sta", "-no_init", "-no_splash", "-exit", f"{name}.tcl"],
                          cwd=work, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0 or re.search(r"^(Warning|Error)", done.stdout, re.M):
        raise Problem(f"OpenSTA fails on {name}:\n{done.stdout[-2000:]}")
    return [path(report, pe, flop_names) for report in done.stdout.split("---- clocked")]


def path(report, pe, flop_names):
    ends = re.findall(r"^(?:Startpoint|Endpoint): (\S+)", report, re.M)
    arrival = re.search(r"^\s*(\d+\.\d+)\s+data arrival time", report, re.M)
    if len(ends) != 2 or not arrival:
        raise Problem(f"no path in what OpenSTA says:\n{report[-2000:]}")

    def named(point):
        if point.endswith(pe.sram):
            return "weight SRAM"
        return flop_names.get(point, point)

    return float(arrival.group(1)), named(ends[0]), named(ends[1])
