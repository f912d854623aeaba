"""Painted defects cover what their mask says, look more obvious with severity, and come out the same for a seed."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.highlighter.concepts import Concept
from inference.simulation.backgrounds import RELIEFS, draw_surface, draw_texture
from inference.simulation.defects import PAINTERS, paint

SIDE = 160
KINDS = sorted(PAINTERS)


def make_plain(tone: int = 140) -> np.ndarray:
    return np.full((SIDE, SIDE, 3), tone, np.uint8)


def change(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    return np.abs(after.astype(int) - before.astype(int)).max(axis=2)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), severity=st.floats(0.4, 1.0))
def test_most_of_what_changes_clearly_is_in_the_mask_or_beside_it(kind: Concept, seed: int, severity: float):
    photo = make_plain()
    painted = paint(photo, kind, severity, np.random.default_rng(seed))

    clear = change(photo, painted.pixels) > 25
    near = cv2.dilate(painted.mask, np.ones((11, 11), np.uint8)) > 0

    assert painted.pixels.shape == photo.shape
    assert painted.pixels.dtype == np.uint8
    assert set(np.unique(painted.mask)) <= {0, 255}
    assert (clear & ~near).sum() <= 0.1 * clear.sum() + 4


@pytest.mark.parametrize("kind", KINDS)
def test_a_defect_is_nearly_always_there_and_never_everywhere(kind: Concept):
    masks = [paint(make_plain(), kind, 0.6, np.random.default_rng(seed)).mask for seed in range(30)]

    assert sum(mask.any() for mask in masks) >= 28
    assert max(float((mask > 0).mean()) for mask in masks) < 0.5


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_paints_the_same(kind: Concept):
    painted = [paint(make_plain(), kind, 0.5, np.random.default_rng(seed)) for seed in (3, 3, 4)]

    assert (painted[0].pixels == painted[1].pixels).all()
    assert (painted[0].pixels != painted[2].pixels).any()


@pytest.mark.parametrize("kind", KINDS)
def test_severe_defects_change_the_photo_more(kind: Concept):
    def change_by(severity: float) -> float:
        changes = [
            change(make_plain(), paint(make_plain(), kind, severity, np.random.default_rng(seed)).pixels).sum()
            for seed in range(12)
        ]
        return float(np.mean(changes))

    assert change_by(0.9) > 1.3 * change_by(0.1)


def test_a_crack_is_dark_thin_and_in_one_piece_of_paint():
    photo = make_plain()
    painted = paint(photo, Concept.CRACK, 0.7, np.random.default_rng(1))

    inside = painted.mask > 0
    widest = cv2.distanceTransform((inside).astype(np.uint8), cv2.DIST_L2, 5).max()

    assert painted.pixels[inside].mean() < 0.75 * photo.mean()
    assert widest < 6


@pytest.mark.parametrize("kind", sorted(RELIEFS))
def test_every_relief_is_a_field_of_about_unit_spread(kind: str):
    relief = RELIEFS[kind]((SIDE, SIDE + 20), np.random.default_rng(0))

    assert relief.shape == (SIDE, SIDE + 20)
    assert relief.dtype == np.float32
    assert 0.1 < relief.std() < 3


def test_surfaces_are_photos_that_differ_from_seed_to_seed():
    surfaces = [draw_surface((SIDE, 200), np.random.default_rng(seed)) for seed in range(20)]

    assert all(surface.shape == (SIDE, 200, 3) and surface.dtype == np.uint8 for surface in surfaces)
    assert len({surface.tobytes() for surface in surfaces}) == 20
    assert (draw_texture((50, 50), np.random.default_rng(7)) == draw_texture((50, 50), np.random.default_rng(7))).all()
