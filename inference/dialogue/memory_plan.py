"""Whether a model fits into memory, and in how many bits: estimated before a byte of it is loaded."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from inference.errors import DeviceError

Bits = Literal[16, 8, 4]
_MEMORY_INFO = Path("/proc/meminfo")
_RESERVE = 1.1
"""What is needed besides the weights, as a share of them: keys, values, what layers compute."""
_SCALES = 1 / 32
"""Scales beside reduced weights: 16 bits for 64 weights, in bytes a weight."""


@dataclass(frozen=True)
class MemoryPlan:
    """Where a model is put, and in how many bits its language model is kept."""

    device: str
    bits: Bits
    need: int
    """Bytes."""
    message: str = ""
    """Why it is not put there whole; "" when it is."""


def plan_memory(language: int, rest: int, device: str, free: dict[str, int | None]) -> MemoryPlan:
    """Find the place with the most bits for `language` parameters that may be reduced and `rest` that may not.

    `free` says the free bytes of each device that may be used; None is unknown, and is tried. Raises `DeviceError`.
    """
    places = [place for place in dict.fromkeys((device, "cpu")) if place in free]
    for place in places:
        for bits in _BITS:
            need = estimate(language, rest, bits)
            room = free[place]
            if room is None or need <= room:
                return MemoryPlan(place, bits, need, _explain(place, bits, device))
    least = estimate(language, rest, 4)
    most = max(room or 0 for room in free.values())
    sizes = f"needs at least {least / 1e9:.1f} GB of memory, and {most / 1e9:.1f} GB are free"
    raise DeviceError(f"The model {sizes}; close other programs or choose a smaller model.")


_BITS: tuple[Bits, ...] = (16, 8, 4)


def estimate(language: int, rest: int, bits: Bits) -> int:
    """Bytes that a model needs while it answers."""
    a_weight = bits / 8 + (0 if bits == 16 else _SCALES)
    return round(_RESERVE * (language * a_weight + rest * 2))


def estimate_speed(weight_bytes: int, device: str) -> float:
    """Tokens a second at most: for each, every weight is read once from memory of the usual speed."""
    return (900e9 if device == "cuda" else 20e9) / weight_bytes


def find_free_memory(device: str) -> int | None:
    """Return the free bytes of a device, None where the system does not tell."""
    if device == "cuda":
        import torch  # noqa: PLC0415 - heavy

        return int(torch.cuda.mem_get_info()[0])
    if _MEMORY_INFO.is_file():
        for line in _MEMORY_INFO.read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    names = getattr(os, "sysconf_names", {})
    if "SC_AVPHYS_PAGES" in names:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return None


def _explain(place: str, bits: Bits, wanted: str) -> str:
    said = []
    if place != wanted:
        said.append(f"The memory of {wanted} is too small for the model, so the processor computes it, which is slow.")
    if bits != 16:
        said.append(f"Memory is short, so the language model is kept in {bits} bits; its words may differ a little.")
    return " ".join(said)
