#!/usr/bin/env python3
"""`uvea run --transactions FILE.ftr`, read back: it is of the format and says what the trace events say.

ftr_test.py PROGRAM
"""

import json
import subprocess
import sys
import tempfile
import unittest
from collections import Counter
from dataclasses import replace
from pathlib import Path

import ftr_reading
from cbor2 import CBORTag
from ftr_reading import BLOCK, DICTIONARY, DIRECTORY, INFO, RELATIONS, Chunk

PROGRAM = Path(sys.argv[1])
PERIOD = 5000  # ps at 200 MHz
# Two layers, each on a chip of its own; a cluster, the DMA and the DRAM.
RUN = ["run", "--batch", "1", "--quiet", "--layers", "1-2", "--trace-scope", "*.cluster_0_0", "--trace-scope",
       "chip.dma", "--trace-scope", "dram*"]
KINDS = ["--trace-signals", "chip,stall,links,banks,dma,dram,control,window"]


def written(name, more):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        done = subprocess.run([PROGRAM, *RUN, *more, "--transactions", file], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, check=False)
        assert done.returncode == 0 and not done.stderr, done.stderr
        return file.read_bytes()


def told_by(events):
    """Slices and arrows of trace events, counted."""
    slices, arrows = ftr_reading.slices_of_json(events)
    return Counter(slices), Counter(arrows)


def differences(ftr, told):
    """Slices and arrows that only one of them has."""
    slices = ftr_reading.slices_of_ftr(ftr, PERIOD)
    joined = Counter((name, slices[source], slices[sink]) for name, source, sink in ftr.relations)
    mine = Counter(slices.values())
    return [*(mine - told[0]), *(told[0] - mine), *(joined - told[1]), *(told[1] - joined)]


class WholeRun(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.data = written("t.ftr", KINDS)
        cls.chunks, cls.faults = ftr_reading.read_chunks(cls.data)
        cls.ftr = ftr_reading.check(cls.chunks)
        cls.told = told_by(json.loads(written("t.json", KINDS))["traceEvents"])

    def test_it_is_of_the_format(self):
        self.assertEqual(self.faults, [])
        self.assertEqual(self.ftr.faults[:5], [])
        self.assertEqual(self.ftr.timescale, -12)
        self.assertEqual({kind for _, kind in self.ftr.streams.values()}, {"control", "item", "state"})
        self.assertGreater(len(self.ftr.transactions), 1000)
        self.assertEqual({name for name, _, _ in self.ftr.relations}, {"moved", "made"})

    def test_it_is_encoded_as_another_encoder_would(self):
        self.assertEqual(ftr_reading.write_chunks(self.chunks), self.data)

    def test_it_says_what_the_trace_events_say(self):
        self.assertEqual(differences(self.ftr, self.told)[:5], [])

    def test_the_same_run_writes_the_same(self):
        self.assertEqual(written("again.ftr", KINDS), self.data)

    def test_what_differs_from_the_trace_events_is_found(self):
        numbers = self.ftr.transactions
        joined = {end for _, *ends in self.ftr.relations for end in ends}
        one = next(number for number, t in numbers.items() if "words" in t.attributes)
        other = {**numbers[one].attributes, "words": numbers[one].attributes["words"] + 1}
        name, source, sink = self.ftr.relations[0]
        elsewhere = next(number for number in numbers if number not in (source, sink))
        alone = next(number for number in numbers if number not in joined)
        spoilt = {
            "a slice less": {"transactions": {n: t for n, t in numbers.items() if n != alone}},
            "other words": {"transactions": {**numbers, one: replace(numbers[one], attributes=other)}},
            "a cycle later": {"transactions": {**numbers, one: replace(numbers[one], end=numbers[one].end + PERIOD)}},
            "an arrow less": {"relations": self.ftr.relations[1:]},
            "an arrow elsewhere": {"relations": [(name, source, elsewhere), *self.ftr.relations[1:]]},
        }
        for what, changed in spoilt.items():
            with self.subTest(what):
                self.assertNotEqual(differences(replace(self.ftr, **changed), self.told), [])


class Faults(unittest.TestCase):
    """Each fault, planted in a file of some cycles, is found."""

    @classmethod
    def setUpClass(cls):
        cls.data = written("t.ftr", ["--trace-from", "300", "--trace-to", "360"])

    def check_found(self, expected, spoil):
        chunks, faults = ftr_reading.read_chunks(self.data)
        self.assertEqual(faults + ftr_reading.check(chunks).faults, [])
        spoil(chunks)
        again, _ = ftr_reading.read_chunks(ftr_reading.write_chunks(chunks))
        faults = ftr_reading.check(again).faults
        self.assertTrue(any(expected in fault for fault in faults), f"{expected}: {faults[:3]}")

    def test_what_is_not_of_the_format_is_found(self):
        def first(chunks, tag):
            return next(chunk for chunk in chunks if chunk.tag == tag)

        def event(chunks):
            return first(chunks, BLOCK).content[0][0].value

        def change(tag, spoil):
            return lambda chunks: spoil(first(chunks, tag))

        def attribute(chunks, kind):
            return next(part.value for chunk in chunks if chunk.tag == BLOCK for parts in chunk.content
                        for part in parts[1:] if part.value[1] == kind)

        def busy(chunks):
            """A block whose first two transactions are one generator's, one behind the other."""
            return next(chunk for chunk in chunks if chunk.tag == BLOCK and len(chunk.content) > 1
                        and chunk.content[0][0].value[1] == chunk.content[1][0].value[1]
                        and chunk.content[0][0].value[2] < chunk.content[1][0].value[2])
        cases = [
            ("ends before", lambda c: event(c).__setitem__(3, event(c)[2] - 1)),
            ("is there twice", lambda c: busy(c).content.append(busy(c).content[0])),
            ("is not of stream", lambda c: event(c).__setitem__(1, 999999)),
            ("begins before the one", lambda c: busy(c).content.reverse()),
            ("first begin", lambda c: first(c, BLOCK).parameters.__setitem__(2, 10**15)),
            ("a block of no stream", lambda c: first(c, BLOCK).parameters.__setitem__(0, 999999)),
            ("with 2 parameters", lambda c: first(c, BLOCK).parameters.pop()),
            ("not an event and attributes", lambda c: first(c, BLOCK).content[0].pop(0)),
            ("is of type 2", lambda c: attribute(c, 3).__setitem__(1, 2)),
            ("is of type 3", lambda c: attribute(c, 3).__setitem__(2, -1)),
            ("no text 999999", lambda c: attribute(c, 10).__setitem__(2, 999999)),
            ("an attribute's name: no text", lambda c: attribute(c, 10).__setitem__(0, 999999)),
            ("directory: 1: no text", lambda c: first(c, DIRECTORY).content[0].value.__setitem__(1, 999999)),
            ("no stream 999999", lambda c: first(c, DIRECTORY).content[1].value.__setitem__(2, 999999)),
            ("directory: 1 is there twice", lambda c: first(c, DIRECTORY).content.append(
                first(c, DIRECTORY).content[0])),
            ("two streams", lambda c: first(c, DIRECTORY).content.append(
                CBORTag(16, [999999, *first(c, DIRECTORY).content[0].value[1:]]))),
            ("unknown entry 18", change(DIRECTORY, lambda chunk: chunk.content.append(CBORTag(18, [9999, 1, 1])))),
            ("is not the next number", change(DICTIONARY, lambda chunk: chunk.content.pop(1))),
            ("a relation to no transaction", change(RELATIONS, lambda chunk: chunk.content[0].__setitem__(2, 10**9))),
            ("of stream 999999", change(RELATIONS, lambda chunk: chunk.content[0].__setitem__(3, 999999))),
            ("no text 999999", change(RELATIONS, lambda chunk: chunk.content[0].__setitem__(0, 999999))),
            ("back in time", lambda c: first(c, RELATIONS).content.append([0, *self.two_apart(c)])),
            ("unknown chunk 18", lambda c: c.append(Chunk(18, [], b""))),
            ("the one info chunk", lambda c: c.pop(0)),
            ("the one info chunk", lambda c: c.append(c[0])),
            ("not at a fixed moment", change(INFO, lambda chunk: setattr(chunk, "content", b"\x82\x2b\xc1\x01"))),
            ("not a timescale", change(INFO, lambda chunk: setattr(chunk, "content", b"\x81\x2b"))),
        ]
        for expected, spoil in cases:
            with self.subTest(expected):
                self.check_found(expected, spoil)

    @staticmethod
    def two_apart(chunks):
        """Transaction, earlier transaction, their streams."""
        told = [(parts[0].value, chunk.parameters[0]) for chunk in chunks if chunk.tag == BLOCK
                for parts in chunk.content]
        late, of_late = max(told, key=lambda t: t[0][2])
        early, of_early = min(told, key=lambda t: t[0][3])
        assert late[2] >= early[3]
        return [late[0], early[0], of_late, of_early]

    def test_what_readers_cannot_take_is_found(self):
        chunks, _ = ftr_reading.read_chunks(self.data)
        relations = next(chunk for chunk in chunks if chunk.tag == RELATIONS)
        content = ftr_reading.content_bytes(relations)
        texts = next(chunk for chunk in chunks if chunk.tag == DICTIONARY)
        pairs = b"".join(ftr_reading.cbor2.dumps(item) for pair in texts.content.items() for item in pair)
        cases = {
            "not an array without length": self.data[3:],
            "not CBOR": self.data[:-1],
            "its content is no byte string": self.data[:-1] + b"\xc8\x01\xff",
            "a chunk without a tag": self.data[:-1] + b"\x01\xff",
            "no array without length": ftr_reading.write_chunks(
                [Chunk(RELATIONS, [], ftr_reading.cbor2.dumps(relations.content))]),
            "a dictionary without length": ftr_reading.write_chunks([Chunk(DICTIONARY, [], b"\xbf" + pairs + b"\xff")]),
        }
        self.assertEqual(content[:1], b"\x9f")
        for expected, data in cases.items():
            with self.subTest(expected):
                _, faults = ftr_reading.read_chunks(data)
                self.assertTrue(any(expected in fault for fault in faults), faults)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
