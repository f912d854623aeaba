"""The pictures of an inspection, for providers that look: the photo as it was taken, the map, the nearest reference."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from station.batch import inspect_photos
from station.products import prepare_references
from station.seeing import make_sight
from station.single_photo import record_photo
from storage.store import Store


@pytest.fixture
def record(station, parts):
    product = prepare_references(station, [parts / "good.png"])
    [item] = inspect_photos(station, [parts / "spot.png"], product)
    return station.store.get_inspection(item.inspected.record.id)


def test_a_sight_shows_photo_map_reference_and_the_boxes_of_the_regions(station, parts, record):
    sight = make_sight(station, record)

    assert np.array_equal(sight.read_photo(), np.asarray(Image.open(parts / "spot.png")))
    assert np.array_equal(sight.read_reference(), np.asarray(Image.open(parts / "good.png")))
    anomaly_map = sight.read_map()
    assert (anomaly_map.dtype, anomaly_map.shape) == (np.float32, (168, 168))
    assert anomaly_map.max() == pytest.approx(record.regions[0].peak, rel=0.01)
    assert sight.boxes[0] == (record.regions[0].x, record.regions[0].y, *sight.boxes[0][2:])
    assert len(sight.boxes) == len(record.regions)


def test_pictures_are_read_once_and_only_when_they_are_asked_for(station, record, monkeypatch):
    read, reads = Store.read_blob, []

    def count(self, blob):
        reads.append(blob)
        return read(self, blob)

    monkeypatch.setattr(Store, "read_blob", count)
    sight = make_sight(station, record)
    assert reads == []
    sight.read_photo()
    sight.read_photo()
    assert reads == [record.photo]


def test_a_photo_that_was_compared_with_nothing_has_no_map_and_no_reference(station, parts):
    sight = make_sight(station, record_photo(station, parts / "spot.png"))

    assert (sight.read_map(), sight.read_reference(), sight.boxes) == (None, None, ())
