"""The network: a 3x3 stem, four depthwise-separable pairs, a global average pool and a classifier.

Each convolution is followed by batch normalisation and ReLU; `folded()` gives the convolutions with
the batch normalisation folded in, which is what is quantised."""

from collections import namedtuple

import torch
import torch.nn.functional as F
from torch import nn

INPUT_SIZE = 28
CLASS_COUNT = 10
STEM_CHANNELS = 16
PAIRS = [(32, 2), (64, 1), (64, 2), (128, 1)]  # (pointwise output channels, depthwise stride)

# One layer after folding. weight: [out,in/groups,kh,kw] or [out,in]; kind: conv, depthwise, fc.
Folded = namedtuple("Folded", "name kind weight bias stride")


def same_padding(size, kernel, stride):
    """(before, after) padding of one axis as TensorFlow's SAME rule gives it."""
    out = -(-size // stride)
    total = max((out - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def pad_same(x, kernel, stride, value=0.0):
    top, bottom = same_padding(x.shape[2], kernel, stride)
    left, right = same_padding(x.shape[3], kernel, stride)
    return F.pad(x, (left, right, top, bottom), value=value)


class ConvUnit(nn.Module):
    """Convolution with SAME padding, batch normalisation, ReLU."""

    def __init__(self, name, in_c, out_c, kernel, stride=1, groups=1):
        super().__init__()
        self.name, self.kernel, self.stride = name, kernel, stride
        self.conv = nn.Conv2d(in_c, out_c, kernel, stride, bias=False, groups=groups)
        self.norm = nn.BatchNorm2d(out_c)

    @property
    def kind(self):
        return "depthwise" if self.conv.groups > 1 else "conv"

    def forward(self, x):
        return F.relu(self.norm(self.conv(pad_same(x, self.kernel, self.stride))))

    def fold(self):
        gain = self.norm.weight / torch.sqrt(self.norm.running_var + self.norm.eps)
        weight = self.conv.weight * gain.reshape(-1, 1, 1, 1)
        bias = self.norm.bias - self.norm.running_mean * gain
        return Folded(self.name, self.kind, weight.detach().numpy(), bias.detach().numpy(),
                      self.stride)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        units = [ConvUnit("stem", 1, STEM_CHANNELS, 3)]
        channels = STEM_CHANNELS
        for i, (out_c, stride) in enumerate(PAIRS, 1):
            units.append(ConvUnit(f"dw{i}", channels, channels, 3, stride, channels))
            units.append(ConvUnit(f"pw{i}", channels, out_c, 1))
            channels = out_c
        self.units = nn.ModuleList(units)
        self.classifier = nn.Linear(channels, CLASS_COUNT)

    def forward(self, x):
        for unit in self.units:
            x = unit(x)
        return self.classifier(x.mean((2, 3)))

    def folded(self):
        """All layers with weights, in order. Call in eval mode."""
        layers = [unit.fold() for unit in self.units]
        layers.append(Folded("classifier", "fc", self.classifier.weight.detach().numpy(),
                             self.classifier.bias.detach().numpy(), 1))
        return layers

    def weights(self):
        """(name, kind, parameter) of every layer with weights, in order."""
        found = [(unit.name, unit.kind, unit.conv.weight) for unit in self.units]
        return found + [("classifier", "fc", self.classifier.weight)]
