"""What a netlist is made of: areas, and whether anything was optimised away."""

import re
from pathlib import Path

from flow import LIBERTY, SRAM, Problem

# What each part must have at least, for the variants sparse with two lanes and one, and dense (None: it
# has no such part): flip-flops, all that the RTL declares (dense: but two address bits that 64 words do
# not need), and three quarters of the area in NAND2
# equivalents.
FLOPS = {
    "i_receive": (43, 43, 43),
    "i_iact_spads": (378, 378, None),
    "i_weight_spads": (128, 128, None),
    "i_scan": (None, None, 261),
    "i_psums": (702, 702, 702),
    "i_macs": (73, 37, None),
    "i_mac": (None, None, 30),
    "i_epochs": (158, 158, 158),
    "i_issue": (149, 145, None),
    "top": (65, 64, 20),
}
NAND2 = {
    "i_receive": (1100, 1100, 1000),
    "i_iact_spads": (4600, 4600, None),
    "i_weight_spads": (1550, 1550, None),
    "i_scan": (None, None, 2900),
    "i_psums": (7300, 6500, 6500),
    "i_macs": (2200, 1100, None),
    "i_mac": (None, None, 900),
    "i_epochs": (2000, 2000, 2000),
    "i_issue": (1250, 1200, None),
    "top": (540, 530, 180),
}
# Configuration bits without meaning: the mode when there is one, single lane when there is one. And
# the counts of psums that wrap and of MACs have their upper bits for the second lane.
IDLE_INPUTS = (set(), {"config_data_i[2]"}, {"config_data_i[0]", "config_data_i[2]"})
IDLE_OUTPUTS = (set(), {"overflows_o[2]", "macs_o[1]"}, {"overflows_o[2]", "macs_o[1]"})


def areas():
    """Area of every cell of the library."""
    text = Path(LIBERTY).read_text()
    found = re.findall(r"\bcell \((\w+)\)\s*\{.*?\barea : ([\d.]+);", text, re.S)
    if not found:
        raise Problem(f"{LIBERTY} has no cell with an area where they are looked for")
    return {name: float(area) for name, area in found}


def is_flop(kind):
    return kind.startswith("DFF") or "DFF" in kind and kind.startswith("$_")


class Part:
    def __init__(self, module, area):
        kinds = [cell["type"] for cell in module["cells"].values()
                 if cell["type"] != SRAM and not cell["type"].startswith("part_")]
        self.cells = len(kinds)
        self.flops = sum(is_flop(kind) for kind in kinds)
        self.nand2 = sum(area[kind] for kind in kinds) / area["NAND2X1"] if area else 0.0


def parts(modules, pe, area=None):
    """By part; area only of netlists of the library's cells."""
    found = {}
    for part in pe.parts:
        if f"part_{part}" not in modules:
            raise Problem(f"nothing is left of {part}")
        found[part] = Part(modules[f"part_{part}"], area)
    found["top"] = Part(modules[pe.top], area)
    return found


def check_parts(found, variant):
    """`variant`: column of the tables above. The area only when it is known."""
    for part, content in found.items():
        if content.flops < FLOPS[part][variant]:
            raise Problem(f"{part} has {content.flops} flip-flops, expected are at least "
                          f"{FLOPS[part][variant]}: was something optimised away?")
        if content.nand2 and content.nand2 < NAND2[part][variant]:
            raise Problem(f"{part} has {content.nand2:.0f} gates, expected are at least "
                          f"{NAND2[part][variant]}: was something optimised away?")


def is_output(cell, port):
    if "port_directions" in cell:
        return cell["port_directions"][port] == "output"
    return port in ("Y", "Q", "YC", "YS", "read_data_o")


def check_cones(top, variant):
    """Every output bit must depend on an input, and something on every input and every weight bit."""
    drivers, used = {}, set()
    for name, cell in top["cells"].items():
        inputs = [bit for port, bits in cell["connections"].items() if not is_output(cell, port)
                  for bit in bits]
        used.update(inputs)
        for port, bits in cell["connections"].items():
            if is_output(cell, port):
                for bit in bits:
                    drivers[bit] = (name, inputs)
    ports = {}
    for direction in ("input", "output"):
        ports[direction] = [(f"{name}[{i}]" if len(port["bits"]) > 1 else name, bit)
                            for name, port in sorted(top["ports"].items())
                            if port["direction"] == direction for i, bit in enumerate(port["bits"])]
    data = {bit for name, bit in ports["input"] if name not in ("clk_i", "rst_ni")}

    for name, bit in ports["output"]:
        seen, todo = {bit}, [bit]
        while todo and not data & seen:
            for source in drivers.get(todo.pop(), (None, ()))[1]:
                if source not in seen:
                    seen.add(source)
                    todo.append(source)
        if not data & seen and name not in IDLE_OUTPUTS[variant]:
            raise Problem(f"output {name} depends on no input")
        used.add(bit)
    for name, bit in ports["input"]:
        if bit not in used and name not in IDLE_INPUTS[variant]:
            raise Problem(f"nothing depends on input {name}")
    for name, cell in top["cells"].items():
        if cell["type"] == SRAM:
            for i, bit in enumerate(cell["connections"]["read_data_o"]):
                if bit not in used:
                    raise Problem(f"nothing depends on bit {i} of the weight words")


def net_names(top):
    """Readable name of the net that each flip-flop drives, by cell."""
    names = {}
    for name, net in top["netnames"].items():
        name = re.sub(r"^part_\w+?\.(?=i_)", "", name)
        for i, bit in enumerate(net["bits"]):
            full = f"{name}[{i}]" if len(net["bits"]) > 1 else name
            rank = (net.get("hide_name", 0), full.count("."), len(full), full)
            if bit not in names or rank < names[bit]:
                names[bit] = rank
    found = {}
    for cell, content in top["cells"].items():
        bits = content["connections"].get("Q")
        if bits and bits[0] in names:
            found[cell] = names[bits[0]][3]
    return found
