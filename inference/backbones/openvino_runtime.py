"""Runs a network on the processor with OpenVINO: the default where there is no GPU, and faster there than torch.

The graph is written straight from the weights; its batch, height and width stay open, so that one compiled model serves
photos of every size. Neither torch nor a converter is needed, which keeps a cold start short.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.backbones.base import Network, Value, Weights
from inference.backbones.openvino_quietly import openvino, ops

_OPEN_DIMENSION = -1


class OpenVinoRuntime:
    """A network compiled for this machine's processor. Not to be shared between threads."""

    def __init__(self, network: Network, weights: Weights, precision: str) -> None:
        self._core = openvino.Core()
        bfloat16 = precision == "bfloat16" and supports_bfloat16(self._core)
        self.device = f"cpu (OpenVINO, {'bfloat16' if bfloat16 else 'float32'})"
        hints = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "bf16" if bfloat16 else "f32"}
        self._compiled = self._core.compile_model(build_graph(network, weights), "CPU", hints)

    def run(self, inputs: Sequence[NDArray[Any]]) -> list[NDArray[np.float32]]:
        """Compute the tapped layers; the arrays are the caller's own."""
        outputs = self._compiled(list(inputs), share_inputs=True, share_outputs=False)
        return [outputs[port] for port in range(len(self._compiled.outputs))]


def supports_bfloat16(core: openvino.Core) -> bool:
    """Whether this processor computes in bfloat16 natively."""
    return "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def build_graph(network: Network, weights: Weights) -> openvino.Model:
    """The network as an OpenVINO model; inputs as its feeder gives them, with open batch and grid."""
    examples = network.make_feeder(weights)(np.zeros((1, network.stride, network.stride, 3), np.uint8))
    parameters = [ops.parameter(_open_shape(example), openvino.Type(example.dtype)) for example in examples]
    outputs = network.forward(OpenVinoOperations(weights), parameters)
    return openvino.Model([ops.result(output) for output in outputs], parameters, type(network).__name__)


def _open_shape(example: NDArray[Any]) -> list[int]:
    return [_OPEN_DIMENSION] * (example.ndim - 1) + [example.shape[-1]]


class OpenVinoOperations:
    """`Operations` as nodes of an OpenVINO graph."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights

    def standardise(self, pixels: Value, mean: Sequence[float], std: Sequence[float]) -> Value:
        """See `Operations`."""
        x = ops.convert(pixels, "f32")
        x = (x - _constant(np.asarray(mean, np.float32))) / _constant(np.asarray(std, np.float32))
        return ops.transpose(x, _integers(0, 3, 1, 2))

    def convolve(
        self, x: Value, name: str, *, stride: int, padding: tuple[int, int] = (0, 0), groups: int = 1
    ) -> Value:
        """See `Operations`."""
        weight = self._weights[f"{name}.weight"]
        before, after = ([pad, pad] for pad in padding)
        strides, dilations = [stride, stride], [1, 1]
        if groups == 1:
            x = ops.convolution(x, _constant(weight), strides, before, after, dilations)
        else:
            grouped = weight.reshape(groups, -1, *weight.shape[1:])
            x = ops.group_convolution(x, _constant(grouped), strides, before, after, dilations)
        return x + _constant(self._weights[f"{name}.bias"].reshape(1, -1, 1, 1))

    def linear(self, x: Value, name: str) -> Value:
        """See `Operations`."""
        return ops.matmul(x, self._weight(f"{name}.weight"), False, True) + self._weight(f"{name}.bias")

    def layer_norm(self, x: Value, name: str) -> Value:
        """See `Operations`."""
        normed = ops.mvn(x, _integers(-1), normalize_variance=True, eps=1e-6, eps_mode="inside_sqrt")
        return normed * self._weight(f"{name}.weight") + self._weight(f"{name}.bias")

    def attend(self, query: Value, key: Value, value: Value, heads: int) -> Value:
        """See `Operations`."""
        query, key, value = (_split_heads(x, heads) for x in (query, key, value))
        attended = ops.scaled_dot_product_attention(query, key, value)  # (B, heads, N, C / heads)
        channels = query.get_output_partial_shape(0)[3].get_length() * heads
        return ops.reshape(ops.transpose(attended, _integers(0, 2, 1, 3)), _integers(0, 0, channels), special_zero=True)

    def multiply(self, x: Value, name: str) -> Value:
        """See `Operations`."""
        return x * self._weight(name)

    def gelu(self, x: Value) -> Value:
        """See `Operations`."""
        return ops.gelu(x, "erf")

    def relu6(self, x: Value) -> Value:
        """See `Operations`."""
        return ops.clamp(x, 0.0, 6.0)

    def prepend(self, x: Value, name: str) -> Value:
        """See `Operations`."""
        batch = ops.gather(ops.shape_of(x), _integers(0), _integers(0))
        token = self._weight(name)  # (1, 1, C)
        tokens = ops.broadcast(token, ops.concat([batch, _integers(1, token.shape[2])], 0))
        return ops.concat([tokens, x], 1)

    def to_tokens(self, x: Value) -> Value:
        """See `Operations`."""
        return ops.transpose(ops.reshape(x, _integers(0, 0, -1), special_zero=True), _integers(0, 2, 1))

    def to_channels_last(self, x: Value) -> Value:
        """See `Operations`."""
        return ops.transpose(x, _integers(0, 2, 3, 1))

    def _weight(self, name: str) -> Value:
        return _constant(self._weights[name])


def _split_heads(x: Value, heads: int) -> Value:
    size = x.get_output_partial_shape(0)[2].get_length() // heads
    return ops.transpose(ops.reshape(x, _integers(0, 0, heads, size), special_zero=True), _integers(0, 2, 1, 3))


def _constant(values: NDArray[np.float32]) -> Value:
    return ops.constant(values, shared_memory=True)


def _integers(*values: int) -> Value:
    return ops.constant(np.array(values, np.int64))
