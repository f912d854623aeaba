"""Recorded values as storage hands them out, made by hand, and a station on the dummy backbone with tiny photos."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from station.station import Station
from storage.records import (
    Actor,
    BlobRef,
    Disposition,
    InspectionSummary,
    NewReference,
    NewRegion,
    ProductVersion,
    RecordedInspection,
    ReferenceRow,
)

ADA = Actor("Ada Lovelace")
PHOTO = BlobRef("ab" * 32, 1000)
REGION = NewRegion(10, 20, 30, 40, 900, 3.5, 1.8, "top left")


@pytest.fixture
def make_record() -> Callable[..., RecordedInspection]:
    """Return a function that makes a rejected inspection, with whatever is given changed."""

    def make(**changes: Any) -> RecordedInspection:
        values: dict[str, Any] = {
            "id": 12,
            "photo": PHOTO,
            "file_name": "part.png",
            "width": 640,
            "height": 480,
            "references": (NewReference(BlobRef("cd" * 32, 900), "good.png"),),
            "verdict": "reject",
            "score": 71.4,
            "limit": 50.0,
            "p_value": 0.001,
            "calibration": {"rule": "t", "parts": 1, "alpha": 0.05, "promise": "at most 5 %"},
            "regions": (REGION,),
            "model_packs": ({"name": "dinov2-vits14", "version": "1", "sha256": "ef" * 32},),
            "device": "cpu (OpenVINO, bfloat16)",
            "seconds": {"decode": 0.01, "features": 0.1, "score": 0.02, "total": 0.15},
            "record_hash": "12" * 32,
            "event_seq": 34,
            "recorded_at": "2026-03-01T14:03:07.123456Z",
            "local_offset": "+01:00",
            "recorded_by": ADA,
            "application": "0.1.0",
        }
        return RecordedInspection(**(values | changes))

    return make


@pytest.fixture
def disposition() -> Disposition:
    """Return a person's decision."""
    return Disposition(5, 12, "rework", "D7", "the stain can be wiped off", ADA, "2026-03-01T15:00:00.000000Z")


@pytest.fixture
def summary() -> InspectionSummary:
    """Return one line of the history."""
    return InspectionSummary(
        id=12,
        recorded_at="2026-03-01T14:03:07.123456Z",
        recorded_by="Ada Lovelace",
        product="gear",
        product_version=3,
        file_name="part.png",
        serial="S-1",
        verdict="reject",
        score=71.4,
        regions=2,
        photo=PHOTO,
        overlay_sha256=None,
        disposition="rework",
        record_hash="12" * 32,
    )


@pytest.fixture
def version() -> ProductVersion:
    """Return a product version with an approved and a proposed reference."""
    references = (
        ReferenceRow(1, PHOTO, "good.png", "approved"),
        ReferenceRow(2, BlobRef("cd" * 32, 900), "maybe.png", "proposed"),
    )
    return ProductVersion(7, 3, "gear", 2, {"profile": "fast"}, references, "2026-03-01T14:00:00Z", ADA, "new tool")


@pytest.fixture
def station(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Station]:
    """Return an open station that judges without model packs."""
    monkeypatch.setenv("ANOMALYGPT_BACKBONE", "dummy")
    with Station.open(own_home, user="Ada Lovelace") as opened:
        yield opened


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    """Return a folder with photos of a grey surface: `good.png`, `other.png`, and `spot.png` with a dark spot."""
    for seed, name in enumerate(("good", "other", "spot")):
        noise = np.random.default_rng(seed).normal(128.0, 6.0, (168, 168, 1))
        pixels = np.clip(noise + np.zeros(3), 0, 255).astype(np.uint8)
        if name == "spot":
            pixels[20:62, 25:67] = (90, 10, 10)
        Image.fromarray(pixels).save(tmp_path / f"{name}.png")
    return tmp_path
