"""A home is new until somebody worked in it, and the sample inspection is recorded like any other."""

import pytest

from station import first_run
from station.errors import RequestError
from station.first_run import SAMPLE_SERIAL, inspect_sample, needs_first_run


def test_a_home_is_new_until_there_are_settings_or_records(station):
    assert needs_first_run(station.home)

    station.store.list_events()

    assert not needs_first_run(station.home)


def test_settings_alone_make_a_home_known(tmp_path):
    (tmp_path / "settings.toml").touch()

    assert not needs_first_run(tmp_path)


def test_the_sample_is_recorded_under_a_serial_that_says_so(station):
    shares = []
    sample = inspect_sample(station, lambda share, what: shares.append(share))

    recorded = station.store.get_inspection(sample.record.id)
    assert recorded.serial == SAMPLE_SERIAL
    assert sample.overlay.startswith(b"\x89PNG")
    assert shares == sorted(shares)


def test_missing_samples_are_a_sentence(station, tmp_path, monkeypatch):
    monkeypatch.setattr(first_run, "SAMPLES", tmp_path)
    (tmp_path / "flange" / "train" / "good").mkdir(parents=True)

    with pytest.raises(RequestError, match="install the application again"):
        inspect_sample(station)
