"""A GPU that fails while it computes is the world's fault, and said in a sentence; a mistake in a network is ours."""

from __future__ import annotations

import pytest
import torch

from inference.backbones.torch_runtime import _explaining_gpu_failures
from inference.errors import DeviceError

GPU = torch.device("cuda")
MEMORY = "CUDA out of memory. Tried to allocate 2.00 GiB."


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("CUDA error: no CUDA-capable device is detected\nCUDA kernel errors might be reported later"),
        RuntimeError("cuDNN error: CUDNN_STATUS_INTERNAL_ERROR"),
        RuntimeError("No CUDA GPUs are available"),
        RuntimeError("Found no NVIDIA driver on your system."),
        torch.cuda.OutOfMemoryError(MEMORY),
    ],
    ids=["gone", "library", "none", "no driver", "memory"],
)
def test_a_gpu_that_fails_is_said_in_one_sentence(error):
    sentence = r"The device cuda failed \(.*\); start the program again"
    with pytest.raises(DeviceError, match=sentence) as said, _explaining_gpu_failures(GPU):
        raise error
    assert "\n" not in str(said.value)
    assert said.value.__cause__ is error


@pytest.mark.parametrize(
    ("device", "sentence"), [(GPU, "mat1 and mat2 shapes cannot be multiplied"), (torch.device("cpu"), MEMORY)]
)
def test_what_is_no_failure_of_a_gpu_passes_through(device, sentence):
    with pytest.raises(RuntimeError, match=sentence[:10]), _explaining_gpu_failures(device):
        raise RuntimeError(sentence)
