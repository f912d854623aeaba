"""OpenVINO without its telemetry. Import it from here, nowhere else.

Importing `openvino` itself starts a thread that forks a process that reports to Google Analytics and writes into the
user's home. An inspection station does not do that unasked. What is more, a fork in a thread stops OpenBLAS's threads,
and a matrix product that numpy is just computing then waits for them forever (seen in one start of six). OpenVINO
carries a stand-in for installations without the telemetry package, so the package is declared absent beforehand.
"""

from __future__ import annotations

import sys

sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]

import openvino  # noqa: E402
from openvino import opset13 as ops  # noqa: E402

__all__ = ["openvino", "ops"]
