"""A station opens what it needs when it needs it, in the home it is given, in the name of whoever acts."""

import pytest

from station.errors import explain_os_error
from station.exporting import defuse
from station.fault_reports import write_fault_report
from station.station import Station, find_system_user
from station.version import application_version


def test_opening_a_station_makes_nothing(own_home):
    with Station.open() as station:
        assert station.home == own_home

    assert not own_home.exists()


def test_the_audit_database_is_opened_once_and_closed_with_the_station(own_home):
    with Station.open() as station:
        assert station.store is station.store
        assert (own_home / "audit.sqlite").is_file()

    assert station._store is None


def test_what_is_given_outranks_the_settings(own_home):
    own_home.mkdir()
    (own_home / "settings.toml").write_text('device = "cuda"\nuser = "Grace"\n', encoding="utf-8")

    station = Station.open(device="cpu")

    assert station.settings.device == "cpu"
    assert station.actor.name == "Grace"


def test_without_a_name_the_user_of_the_system_acts(monkeypatch):
    monkeypatch.setattr("getpass.getuser", lambda: "kim")

    assert Station.open().actor.name == "kim"


@pytest.mark.parametrize("error", [KeyError("no entry"), OSError("no entry")])
def test_a_service_without_a_user_name_still_has_a_name(error, monkeypatch):
    def fail():
        raise error

    monkeypatch.setattr("getpass.getuser", fail)

    assert find_system_user()


def test_a_fault_report_holds_the_whole_story(tmp_path):
    try:
        raise ValueError("what happened")
    except ValueError as error:
        path = write_fault_report(error, tmp_path)

    text = path.read_text(encoding="utf-8")
    assert path.parent == tmp_path / "logs"
    assert "ValueError: what happened" in text
    assert f"application: {application_version()}" in text


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PermissionError(13, "Permission denied"), "ask for the permission"),
        (OSError(28, "No space left on device"), "no space left on device; free space"),
        (NotADirectoryError(20, "Not a directory"), "a file is in the way"),
    ],
)
def test_every_reason_for_not_writing_names_the_file_and_a_next_step(error, words, tmp_path):
    sentence = explain_os_error(error, tmp_path / "a.png")

    assert "a.png cannot be written" in sentence
    assert words in sentence


@pytest.mark.parametrize(
    ("value", "written"), [("=1+1", "'=1+1"), ("@x", "'@x"), ("part-7", "part-7"), (-3.5, -3.5), (None, None)]
)
def test_a_spreadsheet_never_runs_a_name(value, written):
    assert defuse(value) == written
