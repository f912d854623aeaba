"""A mirrored inspection says of every place what a mirrored photo would show."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from inference.mini.looking import MAP_SIDE
from inference.mini.subject_files import read_subjects, write_subjects
from inference.mini.subjects import mirror
from inference.regions import name_place
from tests.inference.mini.conftest import make_subject


@given(seed=st.integers(0, 500), ways=st.tuples(st.booleans(), st.booleans(), st.booleans()))
def test_words_move_with_the_bright_place_of_the_map(seed: int, ways: tuple[bool, bool, bool]):
    left_right, up_down, across = ways
    subject = mirror(make_subject(seed, is_defective=True), left_right=left_right, up_down=up_down, across=across)

    rows, columns = np.nonzero(subject.glimpse.anomaly > 0.5)
    x, y = float(columns.mean()), float(rows.mean())
    assume((x + 0.5) % (MAP_SIDE / 3) and (y + 0.5) % (MAP_SIDE / 3))  # on a line of the grid either side is right
    seen = name_place(x, y, MAP_SIDE, MAP_SIDE)

    assert subject.spots[0].place == seen
    assert subject.facts.regions[0].place == seen


def test_sides_are_exchanged_where_the_photo_is_turned_over_its_diagonal():
    region = mirror(make_subject(1), left_right=False, up_down=False, across=True).facts.regions[0]

    assert (region.width_px, region.height_px) == (100, 120)


def test_mirroring_twice_changes_nothing():
    subject = make_subject(3)
    twice = mirror(
        mirror(subject, left_right=True, up_down=True, across=False), left_right=True, up_down=True, across=False
    )

    assert (twice.glimpse.anomaly == subject.glimpse.anomaly).all()
    assert (twice.spots, twice.facts) == (subject.spots, subject.facts)


def test_inspections_come_back_from_their_file(tmp_path):
    subjects = [make_subject(seed) for seed in range(4)]
    write_subjects(tmp_path / "product.npz", subjects)

    read = read_subjects(tmp_path / "product.npz")

    assert [each.spots for each in read] == [each.spots for each in subjects]
    assert [each.facts for each in read] == [each.facts for each in subjects]
    assert read[1].glimpse.anomaly == pytest.approx(subjects[1].glimpse.anomaly, abs=1e-3)
    assert [path.name for path in tmp_path.iterdir()] == ["product.npz"]
