"""What is learned from references is kept as a cache that may vanish, and only approved references count."""

import numpy as np
import pytest
from PIL import Image

from inference.errors import PhotoError
from station.errors import RequestError
from station.inspecting import inspect_photo
from station.product_settings import Area, change_product_settings
from station.products import (
    Addition,
    add_product,
    add_references,
    approve_references,
    learn_in_advance,
    prepare_product,
    prepare_references,
)


@pytest.fixture
def learned_count(station, monkeypatch):
    """Count how often a detector learns."""
    detector, calls = station.find_detector(), []
    learn = type(detector).learn

    def count(self, references, **options):
        calls.append(len(references))
        return learn(self, references, **options)

    monkeypatch.setattr(type(detector), "learn", count)
    return calls


def _cached(station):
    return sorted((station.home / "cache" / "products").iterdir())


def test_references_are_learned_once_and_found_again(station, parts, learned_count):
    first = prepare_references(station, [parts / "good.png"])
    second = prepare_references(station, [parts / "good.png"])

    assert learned_count == [1]
    assert first.learned.warnings == second.learned.warnings
    assert [reference.file_name for reference in second.references] == ["good.png"]


def test_other_references_are_learned_anew(station, parts, learned_count):
    prepare_references(station, [parts / "good.png"])
    prepare_references(station, [parts / "other.png"])

    assert learned_count == [1, 1]
    assert len(_cached(station)) == 2


@pytest.mark.parametrize("damage", [b"", b"garbage", b"\x08\0\0\0\0\0\0\0{}      "])
def test_a_damaged_cache_is_learned_again_without_a_word(station, parts, learned_count, damage):
    prepare_references(station, [parts / "good.png"])
    [cached] = _cached(station)
    cached.write_bytes(damage)

    prepare_references(station, [parts / "good.png"])

    assert learned_count == [1, 1]
    assert cached.stat().st_size > len(damage)


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(station, parts, learned_count):
    station.home.mkdir(parents=True)
    (station.home / "cache").write_text("in the way", encoding="utf-8")

    for _ in range(2):
        assert prepare_references(station, [parts / "good.png"]).learned is not None

    assert learned_count == [1, 1]


def test_the_same_photo_twice_is_no_second_part(station, parts):
    with pytest.raises(RequestError, match=r"good\.png is the same photo as good\.png"):
        prepare_references(station, [parts / "good.png", parts / "good.png"])


def test_a_product_is_learned_from_its_recorded_photos_not_from_the_files(station, parts):
    add_product(station, Addition("gear", (parts / "good.png",)))
    (parts / "good.png").unlink()

    prepared = prepare_product(station, "gear")

    assert prepared.version.name == "gear"
    assert prepared.references == ()


def test_proposed_references_are_not_learned_from(station, parts, learned_count):
    add_product(station, Addition("gear", (parts / "good.png",)))
    add_references(station, Addition("gear", (parts / "other.png",), proposed=True))

    prepare_product(station, "gear")
    approve_references(station, "gear", None)
    prepare_product(station, "gear")

    assert learned_count == [1, 2]


def test_a_product_of_proposed_references_only_cannot_be_used_yet(station, parts):
    version = add_product(station, Addition("gear", (parts / "good.png",), proposed=True))

    assert learn_in_advance(station, version) == ()
    with pytest.raises(RequestError, match="no approved reference"):
        prepare_product(station, "gear")


def test_a_retired_product_is_refused(station, parts):
    add_product(station, Addition("gear", (parts / "good.png",)))
    station.store.retire_product("gear", station.actor, "no longer produced")

    with pytest.raises(RequestError, match="retired"):
        prepare_product(station, "gear")


def test_one_bad_reference_keeps_the_others_out_too(station, parts):
    with pytest.raises(PhotoError):
        add_product(station, Addition("gear", (parts / "good.png", parts / "none.png")))

    assert station.store.list_products() == []


def test_the_profile_of_a_product_is_used_unless_another_is_asked_for(station, parts):
    add_product(station, Addition("gear", (parts / "good.png",), profile="fast"))

    assert prepare_product(station, "gear").detector is station.find_detector("fast")
    assert prepare_product(station, "gear", "default").detector is station.find_detector("default")


def test_what_cannot_be_looked_at_yet_is_a_warning_and_the_product_stays(station, parts, monkeypatch):
    from inference.errors import ModelPackError

    version = add_product(station, Addition("gear", (parts / "good.png",)))

    def fail(*_arguments):
        raise ModelPackError("No network.")

    monkeypatch.setattr(station, "find_detector", fail)

    assert learn_in_advance(station, version) == (
        "The product is recorded, but its references could not be looked at yet: No network.",
    )


def _change(station, **changes):
    return change_product_settings(station, "plate", "Changed for this test.", **changes)


def _draw_scratched_plate(folder):
    """A plate with its pattern, and the same with a scratch at x 100 to 130, y 60 to 64."""
    y, x = np.mgrid[:168, :224]
    pattern = 128 + 60 * np.sin(x / 9.0) * np.cos(y / 13.0) + 40 * ((x - 60) ** 2 + (y - 90) ** 2 < 900)
    pixels = np.repeat(pattern[..., None], 3, axis=2).astype(np.uint8)
    Image.fromarray(pixels).save(folder / "plate.png")
    pixels[60:64, 100:130] = (250, 10, 10)
    Image.fromarray(pixels).save(folder / "scratched.png")


def test_what_a_person_asked_to_ignore_is_neither_judged_nor_outlined(station, tmp_path):
    _draw_scratched_plate(tmp_path)
    add_product(station, Addition("plate", (tmp_path / "plate.png",)))
    before = inspect_photo(station, tmp_path / "scratched.png", prepare_product(station, "plate")).judgement
    _change(station, areas=(Area("ignore", "rectangle", ((70.0, 30.0), (160.0, 94.0))),))
    after = inspect_photo(station, tmp_path / "scratched.png", prepare_product(station, "plate")).judgement
    assert before.anomaly_map[60:64, 100:130].max() > 1.0
    assert after.anomaly_map[60:64, 100:130].max() == 0.0
    assert after.raw_score < before.raw_score
    assert after.configuration["areas"] != before.configuration["areas"]


def test_the_sensitivity_of_a_product_moves_its_limit_without_learning_again(station, parts, learned_count):
    add_product(station, Addition("plate", (parts / "good.png",)))
    before = inspect_photo(station, parts / "spot.png", prepare_product(station, "plate")).judgement
    _change(station, false_reject_rate=0.1)
    after = inspect_photo(station, parts / "spot.png", prepare_product(station, "plate")).judgement
    assert learned_count == [1]
    assert (before.calibration.alpha, after.calibration.alpha) == (0.02, 0.1)
    assert after.score >= before.score
    assert after.configuration["reject_limit"] < before.configuration["reject_limit"]
    assert after.p_value == before.p_value
    assert "10 % of good parts" in after.calibration.promise
