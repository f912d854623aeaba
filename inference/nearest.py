"""Nearest neighbours among unit vectors: exact, deterministic, and quick on a processor. Knows nothing of photos."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

QUERIES_AT_ONCE = 4096
"""Keeps the table of similarities below 100 MB for the largest bank."""


def nearest_distances(queries: Vectors, bank: Vectors) -> NDArray[np.float32]:
    """Cosine distance, 0 to 2, from each query (N, C) to its nearest vector of the bank (M, C); float32 (N,).

    AnomalyDINO, equation 1, with k = 1. Raises ValueError for an empty bank.
    """
    if len(bank) == 0:
        raise ValueError("an empty memory bank has no nearest neighbour")
    # A request of its own: two threads that search at once must not share one.
    search = _compile_search(queries.shape[1]).create_infer_request()
    chunks = [queries[start : start + QUERIES_AT_ONCE] for start in range(0, len(queries), QUERIES_AT_ONCE)]
    found = [search.infer([np.ascontiguousarray(chunk), bank], share_inputs=True)[0] for chunk in chunks]
    best = np.concatenate(found)  # (N,)
    return np.asarray(np.maximum(1.0 - best, 0.0), np.float32)


@cache
def _compile_search(channels: int) -> Any:
    """Compile max over M of Q B^T; two to three times as fast here as NumPy's product, and as exact."""
    from inference.backbones.openvino_quietly import openvino, ops  # noqa: PLC0415 - takes part of a second to load

    queries = ops.parameter([-1, channels], openvino.Type.f32)
    bank = ops.parameter([-1, channels], openvino.Type.f32)
    similarities = ops.matmul(queries, bank, False, True)  # (N, M)
    best = ops.reduce_max(similarities, ops.constant(np.array([1])), False)  # (N,)
    model = openvino.Model([ops.result(best)], [queries, bank], "nearest")
    hints = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
    return openvino.Core().compile_model(model, "CPU", hints)
