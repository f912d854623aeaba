"""What a judgement was computed with besides the model: versions of the libraries, the system, the GPU's driver.

Recorded with every inspection, so that years later it can be told what would have to be installed to repeat it.
"""

from __future__ import annotations

import platform
import shutil
import subprocess
from functools import lru_cache
from importlib import metadata

COMPUTING = ("torch", "openvino", "numpy", "scipy", "opencv-python-headless", "Pillow", "tifffile", "imagecodecs")
"""Distributions that decode a photo or compute on it."""


@lru_cache(8)
def describe_libraries(device: str) -> dict[str, str]:
    """Return versions by name as plain JSON; "gpu" names card and driver where `device` is one."""
    found = {name: version for name in COMPUTING if (version := find_version(name))}
    found |= {"python": platform.python_version(), "system": platform.platform()}
    return found | ({"gpu": find_gpus()} if device.startswith("cuda") else {})


def find_version(name: str) -> str:
    """Return the version of an installed distribution; "" where it is not installed."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def find_gpus() -> str:
    """Return the names of the GPUs with their driver, from the driver's own tool; "" when there is none.

    Importing torch for this would take seconds.
    """
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return ""
    command = [tool, "--query-gpu=name,driver_version,memory.total", "--format=csv,noheader"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return "; ".join(found.stdout.strip().splitlines()) if found.returncode == 0 else ""
