"""What was read of a reference comes back, and a damaged or foreign file is read anew without a word."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from inference import reference_memory
from inference.backbones import DummyBackbone
from inference.detector import Detector
from inference.images import Photo
from inference.profiles import Profile, WholeView
from inference.reference_memory import ReferenceMemory

VIEW = WholeView("dummy", (1,), smallest=112, largest=168, contrast=1.0)
READINGS = {"as it lies, 0": np.ones((3, 4, 2), np.float16)}


class CountingBackbone(DummyBackbone):
    def __init__(self):
        super().__init__()
        self.views = 0

    def extract(self, pixels):
        self.views += len(pixels)
        return super().extract(pixels)


def make_detector():
    backbone = CountingBackbone()
    return Detector([backbone], Profile("default", (VIEW,), 0, 400, "float32", alignment=True, within=True)), backbone


def draw_photo(seed):
    pixels = np.random.default_rng(seed).integers(0, 255, (100, 140, 3), np.uint8)
    return Photo(pixels, f"{seed}.png", hashlib.sha256(pixels.tobytes()).hexdigest(), 8)


def test_readings_come_back(tmp_path):
    ReferenceMemory(tmp_path, {"method": 1}).save("a", "scales", READINGS)
    loaded = ReferenceMemory(tmp_path, {"method": 1}).load("a", "scales")
    assert np.array_equal(loaded["as it lies, 0"], READINGS["as it lies, 0"])


@pytest.mark.parametrize(
    ("method", "photo", "scales"), [({"method": 2}, "a", "s"), ({"method": 1}, "b", "s"), ({"method": 1}, "a", "t")]
)
def test_another_method_photo_or_scale_remembers_nothing(tmp_path, method, photo, scales):
    ReferenceMemory(tmp_path, {"method": 1}).save("a", "s", READINGS)
    assert ReferenceMemory(tmp_path, method).load(photo, scales) == {}


def test_a_damaged_file_is_forgotten(tmp_path):
    ReferenceMemory(tmp_path, {}).save("a", "s", READINGS)
    [path] = tmp_path.glob("*.safetensors")
    path.write_bytes(path.read_bytes()[:40])
    assert ReferenceMemory(tmp_path, {}).load("a", "s") == {}


def test_a_folder_that_cannot_be_made_is_no_trouble(tmp_path):
    (tmp_path / "file").write_text("in the way")
    memory = ReferenceMemory(tmp_path / "file" / "folder", {})
    memory.save("a", "s", READINGS)
    assert memory.load("a", "s") == {}


def test_the_files_used_longest_ago_are_thrown_away(tmp_path, monkeypatch):
    memory = ReferenceMemory(tmp_path, {})
    memory.save("a", "s", READINGS)
    [oldest] = tmp_path.glob("*.safetensors")
    monkeypatch.setattr(reference_memory, "MOST_BYTES", oldest.stat().st_size)
    import os

    os.utime(oldest, (0, 0))
    memory.save("b", "s", READINGS)
    assert memory.load("a", "s") == {}
    assert memory.load("b", "s")


def test_adding_a_reference_reads_only_the_new_one(tmp_path):
    photos = [draw_photo(seed) for seed in range(3)]
    detector, backbone = make_detector()
    detector.learn(photos[:2], memory=tmp_path)
    first = backbone.views
    detector.learn(photos, memory=tmp_path)
    assert backbone.views - first == first / 2


def test_what_is_learned_from_memory_is_the_same_to_the_last_bit(tmp_path):
    photos = [draw_photo(seed) for seed in range(3)]
    fresh, _ = make_detector()
    without = fresh.learn(photos)
    remembering, backbone = make_detector()
    remembering.learn(photos, memory=tmp_path)
    seen = backbone.views
    again = remembering.learn(photos, memory=tmp_path)
    assert backbone.views == seen
    without.save(tmp_path / "one")
    again.save(tmp_path / "other")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()
