"""Writes integer layers as an int8 .tflite (schema version 3), slot by slot with the flatbuffers
builder, so that no generated schema is needed."""

import flatbuffers
import numpy as np

from .quantize import INPUT_SCALE, INPUT_ZERO_POINT, SOFTMAX_SCALE

TYPE_INT32, TYPE_INT8 = 2, 9
PADDING_SAME, PADDING_VALID = 0, 1
NO_ACTIVATION, RELU = 0, 1
# Operator: (builtin code, version, kind of the options table). int8 came with these versions.
CONV_2D, DEPTHWISE, POOL, DENSE, SOFTMAX = ((3, 3, 1), (4, 3, 2), (1, 2, 5), (9, 4, 8), (25, 2, 9))


class Writer:
    def __init__(self):
        self.b = flatbuffers.Builder(1 << 16)
        self.buffers = [None]  # buffer 0 is the empty one by convention
        self.tensors = []
        self.codes = []
        self.operators = []

    # Flatbuffers are built children first; every method below returns an offset.
    def table(self, fields):
        """fields: {slot: (kind, value)}; kind is one of byte, int, uint, float, ref."""
        b = self.b
        b.StartObject(max(fields) + 1 if fields else 0)
        for slot, (kind, value) in fields.items():
            if kind == "ref":
                b.PrependUOffsetTRelativeSlot(slot, value, 0)
            elif kind == "byte":
                b.PrependInt8Slot(slot, value, 0)
            elif kind == "int":
                b.PrependInt32Slot(slot, value, 0)
            elif kind == "uint":
                b.PrependUint32Slot(slot, value, 0)
            elif kind == "float":
                b.PrependFloat32Slot(slot, value, 0.0)
        return b.EndObject()

    def array(self, values, dtype):
        return self.b.CreateNumpyVector(np.asarray(values, dtype=dtype))

    def refs(self, offsets):
        self.b.StartVector(4, len(offsets), 4)
        for offset in reversed(offsets):
            self.b.PrependUOffsetTRelative(offset)
        return self.b.EndVector()

    def data(self, raw):
        """Adds a buffer and gives its index. Weights are aligned to 16 bytes in the file."""
        self.b.Prep(16, len(raw))
        self.buffers.append(self.table({0: ("ref", self.b.CreateByteVector(raw))}))
        return len(self.buffers) - 1

    def tensor(self, name, shape, kind, scales, zero_point, values=None, dimension=0):
        """Adds a tensor and gives its index."""
        buffer = 0 if values is None else self.data(values.tobytes())
        scales = np.atleast_1d(np.asarray(scales, np.float32))
        quantization = self.table({
            2: ("ref", self.array(scales, np.float32)),
            3: ("ref", self.array([zero_point] * len(scales), np.int64)),
            6: ("int", dimension)})
        self.tensors.append(self.table({
            0: ("ref", self.array(shape, np.int32)),
            1: ("byte", kind),
            2: ("uint", buffer),
            3: ("ref", self.b.CreateString(name)),
            4: ("ref", quantization)}))
        return len(self.tensors) - 1

    def operator(self, op, inputs, output, options):
        if op not in self.codes:
            self.codes.append(op)
        self.operators.append(self.table({
            0: ("uint", self.codes.index(op)),
            1: ("ref", self.array(inputs, np.int32)),
            2: ("ref", self.array([output], np.int32)),
            3: ("byte", op[2]),
            4: ("ref", self.table(options))}))

    def finish(self, name, first, last, description):
        empty = self.table({})
        self.buffers[0] = empty
        subgraph = self.table({
            0: ("ref", self.refs(self.tensors)),
            1: ("ref", self.array([first], np.int32)),
            2: ("ref", self.array([last], np.int32)),
            3: ("ref", self.refs(self.operators)),
            4: ("ref", self.b.CreateString(name))})
        codes = [self.table({0: ("byte", code), 2: ("int", version)})
                 for code, version, _ in self.codes]
        model = self.table({
            0: ("uint", 3),
            1: ("ref", self.refs(codes)),
            2: ("ref", self.refs([subgraph])),
            3: ("ref", self.b.CreateString(description)),
            4: ("ref", self.refs(self.buffers))})
        self.b.Finish(model, file_identifier=b"TFL3")
        return bytes(self.b.Output())


def build(layers, size, description):
    """Bytes of the .tflite. size: height and width of the grey input image."""
    w = Writer()
    x = first = w.tensor("image", [1, size, size, 1], TYPE_INT8, INPUT_SCALE, INPUT_ZERO_POINT)
    for layer in layers:
        out_c = len(layer.bias)
        if layer.kind == "fc":  # the global average pool stands before the classifier
            channels = layer.weight.shape[1]
            pooled = w.tensor("pool", [1, 1, 1, channels], TYPE_INT8, layer.in_scale,
                              layer.in_zero_point)
            w.operator(POOL, [x], pooled, {
                0: ("byte", PADDING_VALID), 1: ("int", 1), 2: ("int", 1),
                3: ("int", size), 4: ("int", size), 5: ("byte", NO_ACTIVATION)})
            x = pooled
            shape = [1, out_c]
        else:
            size = -(-size // layer.stride)
            shape = [1, size, size, out_c]
        weight = w.tensor(layer.name + "/weight", layer.weight.shape, TYPE_INT8, layer.weight_scale,
                          0, layer.weight, 3 if layer.kind == "depthwise" else 0)
        # The interpreter checks bias scales against input times weight in single precision.
        bias = w.tensor(layer.name + "/bias", [out_c], TYPE_INT32,
                        layer.in_scale * layer.weight_scale, 0, layer.bias)
        y = w.tensor(layer.name, shape, TYPE_INT8, layer.out_scale, layer.out_zero_point)
        activation = RELU if layer.relu else NO_ACTIVATION
        stride = {1: ("int", layer.stride), 2: ("int", layer.stride)}
        if layer.kind == "fc":
            op, options = DENSE, {0: ("byte", activation)}
        elif layer.kind == "conv":
            op = CONV_2D
            options = {0: ("byte", PADDING_SAME), **stride, 3: ("byte", activation),
                       4: ("int", 1), 5: ("int", 1)}
        else:
            op = DEPTHWISE
            options = {0: ("byte", PADDING_SAME), **stride, 3: ("int", 1), 4: ("byte", activation),
                       5: ("int", 1), 6: ("int", 1)}
        w.operator(op, [x, weight, bias], y, options)
        x = y
    out = w.tensor("classes", [1, len(layers[-1].bias)], TYPE_INT8, SOFTMAX_SCALE, -128)
    w.operator(SOFTMAX, [x], out, {0: ("float", 1.0)})
    return w.finish("fashion_mnist", first, out, description)
