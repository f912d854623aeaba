"""Simulated inspections on the disk, one file a product, so that teaching can be stopped and gone on with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from inference.dialogue.facts import Facts, RegionFact
from inference.mini.looking import Glimpse
from inference.mini.subjects import Spot, Subject


def write_subjects(path: Path, subjects: Sequence[Subject]) -> None:
    """Write a product's inspections: beside, then swapped in, so that a file that is there is whole."""
    beside = path.with_suffix(".new")
    with beside.open("wb") as file:
        np.savez_compressed(
            file,
            views=np.stack([subject.glimpse.views for subject in subjects]).astype(np.float16),
            anomaly=np.stack([subject.glimpse.anomaly for subject in subjects]).astype(np.float16),
            told=np.frombuffer(json.dumps([_tell(subject) for subject in subjects]).encode(), np.uint8),
        )
    beside.replace(path)


def read_subjects(path: Path) -> tuple[Subject, ...]:
    """Read what `write_subjects` wrote."""
    with np.load(path, allow_pickle=False) as kept:
        views, anomaly = kept["views"].astype(np.float32), kept["anomaly"].astype(np.float32)
        told: list[dict[str, Any]] = json.loads(kept["told"].tobytes())
    return tuple(_understand(values, Glimpse(*seen)) for values, *seen in zip(told, views, anomaly, strict=True))


def _tell(subject: Subject) -> dict[str, object]:
    facts = subject.facts
    return {
        "spots": [asdict(spot) for spot in subject.spots],
        "regions": [asdict(region) for region in facts.regions],
        "verdict": facts.verdict,
        "score": facts.score,
        "limit": facts.limit,
        "parts": facts.parts,
        "mm_per_px": facts.mm_per_px,
    }


def _understand(told: dict[str, Any], glimpse: Glimpse) -> Subject:
    facts = Facts(
        verdict=told["verdict"],
        score=told["score"],
        limit=told["limit"],
        parts=told["parts"],
        mm_per_px=told["mm_per_px"],
        regions=tuple(RegionFact(**region) for region in told["regions"]),
        references=1,
    )
    return Subject(glimpse, tuple(Spot(**spot) for spot in told["spots"]), facts)
