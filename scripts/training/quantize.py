"""Post-training quantisation to int8 by the rules of the TensorFlow Lite quantisation
specification, and an integer simulation of the result."""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from .model import pad_same

INPUT_SCALE = np.float32(1.0 / 255.0)
INPUT_ZERO_POINT = -128
SOFTMAX_SCALE = np.float32(1.0 / 256.0)


@dataclass
class Layer:
    """A layer in integers. weight is in the file's layout: conv [out,kh,kw,in], depthwise
    [1,kh,kw,out], fc [out,in]. All scales are float32, as the file stores them."""
    name: str
    kind: str
    weight: np.ndarray
    weight_scale: np.ndarray
    bias: np.ndarray
    stride: int
    relu: bool
    in_scale: np.float32
    in_zero_point: int
    out_scale: np.float32
    out_zero_point: int

    @property
    def kernel(self):
        return 1 if self.kind == "fc" else self.weight.shape[1]

    @property
    def density(self):
        return np.count_nonzero(self.weight) / self.weight.size


@torch.no_grad()
def _float_layer(layer, x):
    weight, bias = torch.from_numpy(layer.weight), torch.from_numpy(layer.bias)
    if layer.kind == "fc":
        return F.linear(x.mean((2, 3)), weight, bias)
    groups = len(weight) if layer.kind == "depthwise" else 1
    x = pad_same(x, weight.shape[2], layer.stride)
    return F.relu(F.conv2d(x, weight, bias, layer.stride, groups=groups))


def _ranges(folded, images):
    """(lowest, highest) value of every layer's output over the calibration images. After ReLU the
    highest is the 99.99th percentile: a rare outlier would cost resolution everywhere else."""
    found, x = [], images
    for layer in folded:
        x = _float_layer(layer, x)
        values = x.numpy().ravel()
        if layer.kind == "fc":
            found.append((min(0.0, float(values.min())), max(0.0, float(values.max()))))
        else:
            found.append((0.0, float(np.quantile(values, 0.9999))))
    return found


def quantize(folded, calibration):
    """Integer layers of a folded network. calibration: float images [n,1,28,28] in [0,1]."""
    layers = []
    in_scale, in_zero = INPUT_SCALE, INPUT_ZERO_POINT
    for layer, (low, high) in zip(folded, _ranges(folded, calibration)):
        out_scale = np.float32((high - low) / 255.0)
        out_zero = int(np.clip(np.round(-128.0 - low / out_scale), -128, 127))
        flat = np.abs(layer.weight.reshape(len(layer.weight), -1))
        # A fully connected layer has one scale for all weights, a convolution one per channel.
        peak = flat.max() if layer.kind == "fc" else flat.max(1)
        peak = np.maximum(np.atleast_1d(peak), 1e-6)
        weight_scale = (peak / 127.0).astype(np.float32)
        per_channel = weight_scale.astype(np.float64).reshape((-1,) + (1,) * (layer.weight.ndim - 1))
        codes = np.clip(np.round(layer.weight / per_channel), -127, 127).astype(np.int8)
        bias_scale = weight_scale.astype(np.float64) * float(in_scale)
        bias = np.round(layer.bias / bias_scale).astype(np.int32)
        if layer.kind == "conv":
            codes = codes.transpose(0, 2, 3, 1)
        elif layer.kind == "depthwise":
            codes = codes.transpose(1, 2, 3, 0)  # [out,1,kh,kw] -> [1,kh,kw,out]
        layers.append(Layer(layer.name, layer.kind, np.ascontiguousarray(codes), weight_scale, bias,
                            layer.stride, layer.kind != "fc", in_scale, in_zero, out_scale,
                            out_zero))
        in_scale, in_zero = out_scale, out_zero
    return layers


def _multiplier(real):
    """(Q31 mantissa, shift) of a real factor, real = mantissa * 2^(shift - 31)."""
    fraction, shift = np.frexp(real)
    mantissa = np.floor(fraction * (1 << 31) + 0.5).astype(np.int64)
    overflow = mantissa == 1 << 31
    return np.where(overflow, mantissa // 2, mantissa), shift + overflow


def _requantize(acc, multiplier, shift):
    """acc * multiplier * 2^(shift-31), with a rounding to nearest (ties up) of the high product and
    one (ties away from zero) of the right shift."""
    acc = acc << np.maximum(shift, 0)
    product = acc * multiplier
    nudge = np.where(product >= 0, 1 << 30, 1 - (1 << 30))
    total = product + nudge
    high = np.where(total >= 0, total >> 31, -((-total) >> 31))  # the division truncates
    right = np.maximum(-shift, 0)
    mask = (np.int64(1) << right) - 1
    threshold = (mask >> 1) + (high < 0)
    return (high >> right) + ((high & mask) > threshold)


def _average(x):
    total = x.astype(np.int64).sum((2, 3))
    count = x.shape[2] * x.shape[3]
    half = count // 2
    rounded = np.where(total > 0, (total + half) // count, -((-total + half) // count))
    return np.clip(rounded, -128, 127)


def simulate(layers, pixels):
    """Logit codes [n,10] of uint8 images [n,28,28], in integers."""
    x = pixels.astype(np.int64)[:, None] + INPUT_ZERO_POINT
    for layer in layers:
        if layer.kind == "fc":
            acc = (_average(x) - layer.in_zero_point) @ layer.weight.astype(np.int64).T + layer.bias
            axes = (1, -1)
            # The interpreter multiplies these two scales in single precision.
            real = np.float64(layer.in_scale * layer.weight_scale) / np.float64(layer.out_scale)
        else:
            weight = layer.weight.transpose((3, 0, 1, 2) if layer.kind == "depthwise"
                                            else (0, 3, 1, 2)).astype(np.float64)
            groups = len(weight) if layer.kind == "depthwise" else 1
            # Sums stay far below 2^53, so double precision is exact.
            values = torch.from_numpy((x - layer.in_zero_point).astype(np.float64))
            values = pad_same(values, layer.kernel, layer.stride)
            acc = F.conv2d(values, torch.from_numpy(np.ascontiguousarray(weight)), None,
                           layer.stride, groups=groups).numpy().astype(np.int64)
            acc += layer.bias.reshape(1, -1, 1, 1)
            axes = (1, -1, 1, 1)
            real = (np.float64(layer.in_scale) * layer.weight_scale.astype(np.float64)
                    / np.float64(layer.out_scale))
        multiplier, shift = _multiplier(np.atleast_1d(real))
        out = _requantize(acc, multiplier.reshape(axes), shift.astype(np.int64).reshape(axes))
        low = layer.out_zero_point if layer.relu else -128
        x = np.clip(out + layer.out_zero_point, low, 127)
    return x


def top1(layers, pixels, labels, batch=500):
    hits = 0
    for i in range(0, len(pixels), batch):
        hits += int((simulate(layers, pixels[i:i + batch]).argmax(1) == labels[i:i + batch]).sum())
    return hits / len(pixels)
