"""What mini sees: the whole photo, the place where it differs, and the map's largest values."""

from __future__ import annotations

import numpy as np
import pytest

from inference.backbones.dummy import DummyBackbone
from inference.mini.looking import MAP_SIDE, MOST_ANOMALY, look, shrink_map


@pytest.mark.parametrize("shape", [(96, 96), (480, 960), (101, 4000), (50, 70), (1, 1)])
def test_one_bright_pixel_of_any_map_is_seen(shape: tuple[int, int]):
    anomaly = np.zeros(shape, np.float32)
    anomaly[shape[0] // 2, shape[1] // 2] = MOST_ANOMALY

    shrunk = shrink_map(anomaly)

    assert shrunk.shape == (MAP_SIDE, MAP_SIDE)
    assert shrunk.max() == pytest.approx(1.0)


def test_values_beyond_the_scale_are_cut_off():
    assert shrink_map(np.full((200, 200), 99.0, np.float32)).max() == 1.0
    assert shrink_map(np.full((200, 200), -1.0, np.float32)).min() == 0.0


def test_the_second_view_is_of_the_place_that_differs():
    rng = np.random.default_rng(0)
    photo = rng.integers(0, 255, (300, 400, 3), np.uint8).astype(np.uint8)
    other = photo.copy()
    other[:100, :100] = 255 - other[:100, :100]
    there = np.zeros((300, 400), np.float32)
    there[20:80, 20:80] = 3.0
    elsewhere = np.zeros((300, 400), np.float32)
    elsewhere[220:280, 320:380] = 3.0
    backbone = DummyBackbone()

    def change(anomaly: np.ndarray) -> float:
        return float(np.abs(look(backbone, photo, anomaly).views[1] - look(backbone, other, anomaly).views[1]).mean())

    assert change(there) > 3 * change(elsewhere)


def test_without_a_map_both_views_are_of_the_whole_photo():
    photo = np.random.default_rng(0).integers(0, 255, (300, 400, 3)).astype(np.uint8)

    glimpse = look(DummyBackbone(), photo, None)

    assert (glimpse.views[0] == glimpse.views[1]).all()
    assert not glimpse.anomaly.any()
