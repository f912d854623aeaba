"""Weights that everybody can make: a hash of the position, so that two programs can compare numbers without a file."""

import numpy as np
import torch

MASK = np.uint64(2**32 - 1)


def fill(shape, seed, scale):
    """H(shape, seed, scale): float32 values in [-scale, scale), in C order."""
    x = (np.arange(1, int(np.prod(shape)) + 1, dtype=np.uint64) + np.uint64(1000003 * seed)) & MASK
    x ^= x >> np.uint64(16)
    x = (x * np.uint64(0x7FEB352D)) & MASK
    x ^= x >> np.uint64(15)
    x = (x * np.uint64(0x846CA68B)) & MASK
    x ^= x >> np.uint64(16)
    return torch.from_numpy(((2 * x.astype(np.float64) / 2**32 - 1) * scale).astype(np.float32).reshape(shape))


@torch.no_grad()
def fill_by_name(module, first_seed, scale, values=None):
    """Fill parameters in the order of their names; layer norms lie around one; `values` are set, and counted, too."""
    for index, (name, parameter) in enumerate(sorted(module.named_parameters())):
        if name in (values or {}):
            parameter.fill_(values[name])
        elif is_norm(name) and name.endswith("weight"):
            parameter.copy_(1 + fill(tuple(parameter.shape), first_seed + index, 0.1))
        else:
            parameter.copy_(fill(tuple(parameter.shape), first_seed + index, scale))


def is_norm(name):
    return "norm" in name or "pre_transformer_layer" in name or name.startswith(("head.0.", "head.proj.0."))
