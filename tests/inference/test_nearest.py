"""Distances are those of a brute-force search."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference import nearest
from inference.nearest import nearest_distances


def draw_vectors(count, channels=16, seed=0):
    vectors = np.random.default_rng(seed).normal(size=(count, channels))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def search_by_hand(queries, bank):
    return 1.0 - (queries.astype(np.float64) @ bank.astype(np.float64).T).max(axis=1)


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 60), st.integers(1, 60), st.sampled_from([1, 3, 8, 33]), st.integers(0, 99))
def test_distances_are_those_of_a_search_by_hand(queries, bank, channels, seed):
    asked, known = draw_vectors(queries, channels, seed), draw_vectors(bank, channels, seed + 1)
    found = nearest_distances(asked, known)
    assert found.dtype == np.float32
    assert found == pytest.approx(np.maximum(search_by_hand(asked, known), 0), abs=1e-6)


def test_more_queries_than_are_compared_at_once_give_the_same_distances(monkeypatch):
    asked, known = draw_vectors(1000, 32), draw_vectors(300, 32, seed=1)
    at_once = nearest_distances(asked, known)
    monkeypatch.setattr(nearest, "QUERIES_AT_ONCE", 64)
    assert nearest_distances(asked, known) == pytest.approx(at_once, abs=1e-6)


def test_vectors_that_do_not_lie_side_by_side_in_memory_give_the_same_distances():
    asked, known = draw_vectors(200), draw_vectors(200, seed=1)
    assert nearest_distances(asked[::2], known[1::2]) == pytest.approx(
        search_by_hand(asked[::2], known[1::2]), abs=1e-6
    )


def test_distances_are_the_same_every_time():
    asked, known = draw_vectors(500, 64), draw_vectors(700, 64, seed=1)
    first = nearest_distances(asked, known)
    assert all(np.array_equal(nearest_distances(asked, known), first) for _ in range(5))


def test_a_vector_of_the_bank_is_at_distance_zero_and_never_below():
    bank = draw_vectors(400, 64)
    distances = nearest_distances(bank, bank)
    assert distances.min() >= 0
    assert distances.max() < 1e-6


def test_opposite_vectors_are_at_distance_two():
    bank = draw_vectors(1)
    assert nearest_distances(-bank, bank) == pytest.approx([2.0], abs=1e-6)


def test_an_empty_bank_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="empty memory bank"):
        nearest_distances(draw_vectors(3), draw_vectors(0))


def test_several_threads_may_search_at_once():
    asked, known = draw_vectors(300, 64), draw_vectors(2000, 64, seed=1)
    expected = nearest_distances(asked, known)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: nearest_distances(asked, known), range(24)))
    assert all(np.array_equal(distances, expected) for distances in found)
