"""The device test times every device, compares what they see, and names what cannot be used instead of failing."""

import numpy as np
import pytest

from inference.errors import ModelPackError
from station import device_test
from station.device_test import SIDE, DeviceTrial, compare_features, read_test_photo, run_device_test


def test_the_processor_works_and_devices_that_are_not_there_are_named(station):
    test = run_device_test(station)

    processor, *others = test.trials
    assert processor.works
    assert processor.seconds > 0
    assert processor.agreement == pytest.approx(1.0, abs=1e-5)
    assert all("no such device" in trial.problem and not trial.works for trial in others)
    assert test.automatic == "cpu"


def test_progress_rises_to_the_end(station):
    shares = []
    run_device_test(station, lambda share, what: shares.append(share))

    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_driver_that_fails_deep_inside_is_a_remark(station, monkeypatch):
    def fail(*_):
        raise RuntimeError("CUDA error: no kernel image\nmore lines")

    monkeypatch.setattr(device_test, "_open", fail)

    [trial] = run_device_test(station, devices=("cuda",)).trials

    assert trial.problem == "The computation failed: CUDA error: no kernel image"


def test_missing_packs_are_told_and_not_hidden(station, monkeypatch):
    def refuse(*_):
        raise ModelPackError("Model pack tiny is not installed.")

    monkeypatch.setattr(device_test, "_open", refuse)

    with pytest.raises(ModelPackError):
        run_device_test(station)


def test_a_device_that_sees_something_else_does_not_work():
    assert not DeviceTrial("cuda", "cuda", 0.1, 0.9).works
    assert DeviceTrial("cuda", "cuda", 0.1, 0.995).works


def test_the_test_photo_is_the_sample_part(station):
    assert read_test_photo(station).shape == (1, SIDE, SIDE, 3)


@pytest.mark.parametrize(
    ("other", "expected"),
    [(np.ones((2, 3)), 1.0), (-np.ones((2, 3)), -1.0), (np.ones((3, 2)), 0.0), (np.full((2, 3), np.nan), 0.0)],
)
def test_agreement_is_the_mean_cosine_and_none_for_nonsense(other, expected):
    assert compare_features(np.ones((2, 3), np.float32), other.astype(np.float32)) == pytest.approx(expected)
