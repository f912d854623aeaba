"""Detectors are opened once per profile, missing packs are fetched, damaged ones are refused."""

import pytest

from inference.errors import ModelPackError
from inference.model_packs import read_manifests
from station.engine import make_sure_of_packs, open_detector
from station.settings import Settings
from station.station import Station

DEFAULTS = [manifest.name for manifest in read_manifests().values() if manifest.default and manifest.role == "backbone"]


def _ignore(share, what):
    """Take progress."""


@pytest.fixture
def installed(monkeypatch):
    """Stand in for the network: remember what would be installed."""
    asked = []
    monkeypatch.setattr("station.engine.install_packs", lambda station, name, on_progress: asked.append(name))
    return asked


def test_a_detector_is_opened_once_for_each_profile(station):
    assert station.find_detector("default") is station.find_detector()
    assert station.find_detector("fast") is not station.find_detector("default")


def test_the_dummy_needs_no_pack(station, installed):
    open_detector(station, "default", _ignore)

    assert installed == []


def test_missing_default_packs_are_installed_and_said(own_home, installed):
    notes = []
    station = Station(own_home, Settings(), note=notes.append)

    make_sure_of_packs(station, _ignore)

    assert installed == DEFAULTS
    assert all(name in notes[0] for name in DEFAULTS)


def test_packs_that_are_there_are_not_asked_for_again(own_home, installed):
    station = Station(own_home, Settings())
    for name in DEFAULTS:
        (own_home / "models" / name).mkdir(parents=True)

    make_sure_of_packs(station, _ignore)

    assert installed == []


def test_a_damaged_pack_is_refused_with_its_file_and_the_way_out(own_home):
    station = Station(own_home, Settings())
    for name in DEFAULTS:
        (own_home / "models" / name).mkdir(parents=True)

    with pytest.raises(ModelPackError, match=r"weights\.safetensors.*model install dinov2-vits14"):
        station.find_detector()
