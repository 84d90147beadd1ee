"""Reads FTR (Fast Transaction Recording) with Debian's python3-cbor2 and holds it against the format.

read_chunks() and write_chunks() turn a file into its chunks and back; check() reads what they say. What
the readers of Surfer and SCViewer need is checked beside what the format says.
"""

import datetime
import re
from bisect import bisect_right
from dataclasses import dataclass, field

import cbor2
from cbor2 import CBORTag

# Tags: of chunks, of a directory's entries, of a transaction's parts.
INFO, DICTIONARY, DIRECTORY, BLOCK, RELATIONS = 6, 8, 10, 12, 14
STREAM, GENERATOR = 16, 17
EVENT, ATTRIBUTES = 6, (7, 8, 9)
# Types of attributes.
UNSIGNED, STRING = 3, 10
BEGIN, OPEN, END = b"\xd9\xd9\xf7\x9f", b"\x9f", b"\xff"
EPOCH = datetime.datetime.fromtimestamp(0, datetime.timezone.utc)


@dataclass
class Chunk:
    """Content: of a dictionary a dict, of the info chunk bytes, of others a list of entries."""
    tag: int
    parameters: list
    content: object


@dataclass
class Transaction:
    stream: int
    generator: int
    begin: int
    end: int
    attributes: dict


@dataclass
class Ftr:
    timescale: int = 0
    texts: dict = field(default_factory=dict)
    streams: dict = field(default_factory=dict)  # id: (name, kind)
    generators: dict = field(default_factory=dict)  # id: (name, stream)
    transactions: dict = field(default_factory=dict)
    relations: list = field(default_factory=list)  # (name, source, sink)
    faults: list = field(default_factory=list)


def read_chunks(data):
    """Chunks, and what is wrong with how the bytes are put together."""
    if not (data.startswith(BEGIN) and data.endswith(END)):
        return [], ["not an array without length under tag 55799"]
    try:
        items = cbor2.loads(data)
    except cbor2.CBORDecodeError as error:
        return [], [f"not CBOR: {error}"]
    chunks, faults = [], []
    for item in items:
        if not isinstance(item, CBORTag):
            faults.append("a chunk without a tag")
            continue
        parameters = list(item.value[:-1]) if isinstance(item.value, list) else []
        content = item.value[-1] if isinstance(item.value, list) else item.value
        if not isinstance(content, bytes):
            faults.append(f"chunk {item.tag}: its content is no byte string")
            continue
        if item.tag == DICTIONARY:
            if content[:1] == b"\xbf":
                faults.append("a dictionary without length")
            content = cbor2.loads(content)
        elif item.tag in (DIRECTORY, BLOCK, RELATIONS):
            if not (content.startswith(OPEN) and content.endswith(END)):
                faults.append(f"chunk {item.tag}: no array without length")
            content = cbor2.loads(content)
        chunks.append(Chunk(item.tag, parameters, content))
    return chunks, faults


def content_bytes(chunk):
    if isinstance(chunk.content, bytes):
        return chunk.content
    if isinstance(chunk.content, dict):
        return cbor2.dumps(chunk.content)
    return OPEN + b"".join(cbor2.dumps(entry) for entry in chunk.content) + END


def write_chunks(chunks):
    data = b""
    for chunk in chunks:
        content = content_bytes(chunk)
        data += cbor2.dumps(CBORTag(chunk.tag, [*chunk.parameters, content] if chunk.parameters else content))
    return BEGIN + data + END


class Reader:
    def __init__(self):
        self.ftr = Ftr()
        self.last = {}  # begin by generator
        self.told = []  # relations with their streams

    def fault(self, what):
        self.ftr.faults.append(what)

    def text(self, number, what):
        if number not in self.ftr.texts:
            self.fault(f"{what}: no text {number}")
        return self.ftr.texts.get(number, "?")

    def read(self, chunks):
        if not chunks or chunks[0].tag != INFO or sum(chunk.tag == INFO for chunk in chunks) != 1:
            self.fault("it does not begin with the one info chunk")
        parts = {INFO: self.info, DICTIONARY: self.dictionary, DIRECTORY: self.directory, BLOCK: self.block,
                 RELATIONS: self.relations}
        for chunk in chunks:
            if chunk.tag not in parts:
                self.fault(f"unknown chunk {chunk.tag}")
            elif len(chunk.parameters) != (3 if chunk.tag == BLOCK else 0):
                self.fault(f"chunk {chunk.tag} with {len(chunk.parameters)} parameters")
            else:
                parts[chunk.tag](chunk)
        self.join()
        return self.ftr

    def info(self, chunk):
        info = cbor2.loads(chunk.content)
        if not isinstance(info, list) or len(info) != 2 or not isinstance(info[0], int):
            return self.fault("info: not a timescale and an epoch")
        self.ftr.timescale = info[0]
        if info[1] != EPOCH:
            self.fault(f"info: made at {info[1]}, not at a fixed moment")

    def dictionary(self, chunk):
        for number, text in chunk.content.items():
            if number != len(self.ftr.texts):
                self.fault(f"dictionary: {number} is not the next number")
            self.ftr.texts[number] = text

    def directory(self, chunk):
        for entry in chunk.content:
            number, name, of = entry.value
            if number in self.ftr.streams or number in self.ftr.generators:
                self.fault(f"directory: {number} is there twice")
            name = self.text(name, f"directory: {number}")
            if entry.tag == STREAM:
                if any(name == other for other, _ in self.ftr.streams.values()):
                    self.fault(f"directory: two streams {name}")
                self.ftr.streams[number] = (name, self.text(of, f"stream {name}"))
            elif entry.tag == GENERATOR:
                if of not in self.ftr.streams:
                    self.fault(f"generator {name}: no stream {of}")
                self.ftr.generators[number] = (name, of)
            else:
                self.fault(f"directory: unknown entry {entry.tag}")

    def block(self, chunk):
        stream, first, last = chunk.parameters
        if stream not in self.ftr.streams:
            self.fault(f"a block of no stream: {stream}")
        begins, ends = [], []
        for parts in chunk.content:
            if parts[0].tag != EVENT or any(part.tag not in ATTRIBUTES for part in parts[1:]):
                self.fault("a transaction that is not an event and attributes")
                continue
            self.transaction(stream, parts)
            begins.append(parts[0].value[2])
            ends.append(parts[0].value[3])
        if [first, last] != [min(begins, default=None), max(ends, default=None)]:
            self.fault(f"a block of {first} to {last} that is not from its first begin to its last end")

    def transaction(self, stream, parts):
        number, generator, begin, end = parts[0].value
        what = f"transaction {number}"
        if number in self.ftr.transactions:
            self.fault(f"{what} is there twice")
        if self.ftr.generators.get(generator, ("", None))[1] != stream:
            self.fault(f"{what}: generator {generator} is not of stream {stream}")
        if end <= begin:
            self.fault(f"{what} ends before or as it begins")
        # Surfer lays a generator's transactions in rows in this order.
        if begin < self.last.get(generator, 0):
            self.fault(f"{what} begins before the one that precedes it")
        self.last[generator] = begin
        attributes = {}
        for name, kind, value in (part.value for part in parts[1:]):
            name = self.text(name, f"{what}: an attribute's name")
            if kind == STRING:
                value = self.text(value, f"{what}: {name}")
            elif kind != UNSIGNED or not isinstance(value, int) or value < 0:
                self.fault(f"{what}: {name} is of type {kind}")
            attributes[name] = value
        self.ftr.transactions[number] = Transaction(stream, generator, begin, end, attributes)

    def relations(self, chunk):
        for name, source, sink, source_stream, sink_stream in chunk.content:
            name = self.text(name, f"relation {source} to {sink}")
            self.ftr.relations.append((name, source, sink))
            self.told.append(((source, source_stream), (sink, sink_stream)))

    def join(self):
        for ends in self.told:
            found = [self.ftr.transactions.get(number) for number, _ in ends]
            for (number, stream), transaction in zip(ends, found):
                if transaction is None:
                    self.fault(f"a relation to no transaction: {number}")
                elif transaction.stream != stream:
                    self.fault(f"a relation to {number} of stream {stream}: it is of {transaction.stream}")
            if None not in found and found[0].begin >= found[1].end:
                self.fault(f"a relation back in time: {ends[0][0]} to {ends[1][0]}")


def check(chunks):
    return Reader().read(chunks)


def slices_of_ftr(ftr, period):
    """(row, name, begin, end in cycles, attributes) by transaction, as trace events have them."""
    slices = {}
    for number, transaction in ftr.transactions.items():
        stream, kind = ftr.streams[transaction.stream]
        generator = ftr.generators[transaction.generator][0]
        # The states of a row are its generators.
        row = stream if kind == "state" else f"{stream}.{generator}"
        name = generator
        if kind == "control":
            of = transaction.attributes
            name = of["layer"] if generator == "layer" else f"pass {of['pass']}"
        slices[number] = (row, name, transaction.begin / period, transaction.end / period,
                          tuple(sorted(transaction.attributes.items())))
    return slices


def slices_of_json(events):
    """The same of trace events, and arrows: (name, slice, slice)."""
    def of(phase, name=None):
        return [e for e in events if e["ph"] == phase and name in (None, e["name"])]

    processes = {e["pid"]: e["args"]["name"] for e in of("M", "process_name")}
    # A row's second lane and so on are the same row.
    rows = {(e["pid"], e["tid"]): f"{processes[e['pid']]}." + re.sub(r" \(\d+\)$", "", e["args"]["name"])
            for e in of("M", "thread_name")}
    by_row, slices = {}, []
    for e in of("X"):
        slices.append((rows[e["pid"], e["tid"]], e["name"], e["ts"], e["ts"] + e["dur"],
                       tuple(sorted(e["args"].items()))))
        by_row.setdefault((e["pid"], e["tid"]), []).append(slices[-1])
    begins = {row: [s[2] for s in of_row] for row, of_row in by_row.items()}

    def around(e):
        row = e["pid"], e["tid"]
        return by_row[row][bisect_right(begins[row], e["ts"]) - 1]

    ends = {e["id"]: e for e in of("f")}
    return slices, [(e["name"], around(e), around(ends[e["id"]])) for e in of("s")]
