"""Runs a network with torch: the way onto a GPU, and the reference that OpenVINO is compared with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from numpy.typing import NDArray

from inference.backbones.base import Network, Value, Weights
from inference.errors import DeviceError

_GPU_FAILURE = re.compile(
    r"(CUDA|cuDNN|CUBLAS|MPS|NVML)\b.*(error|failed|out of memory)|No CUDA GPUs are available|Found no NVIDIA driver",
    re.IGNORECASE,
)
"""How torch begins what it says of a GPU."""


class TorchRuntime:
    """A network on one torch device: "cpu", "cuda" or "mps". Not to be shared between threads."""

    def __init__(self, network: Network, weights: Weights, device: str, precision: str) -> None:
        self._network = network
        self._device = torch.device(device)
        self._bfloat16 = precision == "bfloat16"
        with _explaining_gpu_failures(self._device):
            self._operations = TorchOperations(weights, self._device)
            self.device = f"{_name_device(self._device)} (torch, {precision})"

    def run(self, inputs: Sequence[NDArray[Any]]) -> list[NDArray[np.float32]]:
        """Compute the tapped layers; the arrays are the caller's own. Raises DeviceError when a GPU fails."""
        with _explaining_gpu_failures(self._device):
            return self._compute(inputs)

    def _compute(self, inputs: Sequence[NDArray[Any]]) -> list[NDArray[np.float32]]:
        placed = [torch.tensor(values, device=self._device) for values in inputs]
        autocast = torch.autocast(self._device.type, torch.bfloat16, enabled=self._bfloat16)
        # A GPU would else round convolutions to TF32 and could choose another algorithm each time.
        exact = torch.backends.cudnn.flags(enabled=True, deterministic=True, allow_tf32=False)
        with torch.inference_mode(), autocast, exact:
            outputs = self._network.forward(self._operations, placed)
        return [output.float().contiguous().cpu().numpy() for output in outputs]


def _name_device(device: torch.device) -> str:
    if device.type == "cuda":
        return f"cuda {torch.cuda.get_device_name(device)}"
    return str(device.type)


@contextmanager
def _explaining_gpu_failures(device: torch.device) -> Iterator[None]:
    """Raise DeviceError where the GPU or its driver fails; a mistake of ours in a network passes through."""
    try:
        yield
    except RuntimeError as error:
        if device.type == "cpu" or not _comes_from_gpu(error):
            raise
        reason = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
        sentence = f"The device {device.type} failed ({reason}); start the program again, or choose --device cpu."
        raise DeviceError(sentence) from error


def _comes_from_gpu(error: RuntimeError) -> bool:
    return type(error).__name__ in ("AcceleratorError", "OutOfMemoryError") or bool(_GPU_FAILURE.match(str(error)))


class TorchOperations:
    """`Operations` on torch tensors."""

    def __init__(self, weights: Weights, device: torch.device) -> None:
        self._device = device
        self._weights = {name: torch.from_numpy(values.copy()).to(device) for name, values in weights.items()}

    def standardise(self, pixels: Value, mean: Sequence[float], std: Sequence[float]) -> Value:
        """See `Operations`."""
        shift, scale = (torch.tensor(values, dtype=torch.float32, device=self._device) for values in (mean, std))
        return ((pixels.float() - shift) / scale).permute(0, 3, 1, 2)

    def convolve(
        self, x: Value, name: str, *, stride: int, padding: tuple[int, int] = (0, 0), groups: int = 1
    ) -> Value:
        """See `Operations`."""
        weight, bias = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        return F.conv2d(F.pad(x, padding * 2), weight, bias, stride=stride, groups=groups)

    def linear(self, x: Value, name: str) -> Value:
        """See `Operations`."""
        return F.linear(x, self._weights[f"{name}.weight"], self._weights[f"{name}.bias"])

    def layer_norm(self, x: Value, name: str) -> Value:
        """See `Operations`."""
        weight, bias = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        return F.layer_norm(x, weight.shape, weight, bias, 1e-6)

    def attend(self, query: Value, key: Value, value: Value, heads: int) -> Value:
        """See `Operations`."""
        split = [x.unflatten(2, (heads, -1)).transpose(1, 2) for x in (query, key, value)]  # (B, heads, N, C / heads)
        return F.scaled_dot_product_attention(*split).transpose(1, 2).flatten(2)

    def multiply(self, x: Value, name: str) -> Value:
        """See `Operations`."""
        return x * self._weights[name]

    def gelu(self, x: Value) -> Value:
        """See `Operations`."""
        return F.gelu(x)

    def relu6(self, x: Value) -> Value:
        """See `Operations`."""
        return F.relu6(x)

    def prepend(self, x: Value, name: str) -> Value:
        """See `Operations`."""
        return torch.cat([self._weights[name].expand(len(x), -1, -1), x], dim=1)

    def to_tokens(self, x: Value) -> Value:
        """See `Operations`."""
        return x.flatten(2).transpose(1, 2)

    def to_channels_last(self, x: Value) -> Value:
        """See `Operations`."""
        return x.permute(0, 2, 3, 1)
