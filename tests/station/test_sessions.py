"""However a command ends, a person reads a sentence and a program reads a status."""

import json

import pytest
import typer

from inference.errors import PhotoError
from station.command_options import CommonOptions
from station.errors import RequestError
from station.sessions import Session


def _leave_with(error, **options):
    with pytest.raises(typer.Exit) as left, Session(CommonOptions(**options), empty_document={"inspections": []}):
        raise error
    return left.value.exit_code


@pytest.mark.parametrize("error", [RequestError("Say which."), PhotoError("Say which.")])
def test_a_known_error_is_its_sentence_and_status_2(error, capsys):
    assert _leave_with(error) == 2
    assert capsys.readouterr() == ("", "error: Say which.\n")


def test_json_stays_json_when_all_fails(capsys):
    _leave_with(RequestError("Say which."), as_json=True)

    document = json.loads(capsys.readouterr().out)
    assert document == {"inspections": [], "errors": [{"image": None, "sentence": "Say which."}]}


def test_stopping_by_keyboard_is_a_sentence_and_status_130(capsys):
    assert _leave_with(KeyboardInterrupt()) == 130
    assert "Stopped" in capsys.readouterr().err


def test_a_chosen_status_passes_through_without_a_word(capsys):
    assert _leave_with(typer.Exit(3)) == 3
    assert capsys.readouterr() == ("", "")


def test_an_unexpected_error_names_its_full_report(capsys, own_home):
    assert _leave_with(ZeroDivisionError("division")) == 2

    [report] = (own_home / "logs").iterdir()
    assert str(report) in capsys.readouterr().err
    assert "ZeroDivisionError: division" in report.read_text(encoding="utf-8")


def test_a_report_that_fits_nowhere_does_not_hide_the_error(capsys, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path / "file"))

    assert _leave_with(ZeroDivisionError(), home=tmp_path / "file" / "home") == 2
    assert "no report could be written" in capsys.readouterr().err


def test_the_station_is_opened_with_what_the_command_line_said(tmp_path):
    with Session(CommonOptions(home=tmp_path, device="cpu", user="Grace"), "fast") as session:
        station = session.station

    assert (station.home, station.settings.device, station.settings.profile) == (tmp_path, "cpu", "fast")
    assert station.actor.name == "Grace"


def test_a_broken_settings_file_is_warned_of_once(tmp_path, capsys):
    (tmp_path / "settings.toml").write_text("=", encoding="utf-8")

    with Session(CommonOptions(home=tmp_path)) as session:
        assert session.station is session.station

    assert capsys.readouterr().err.count("settings.toml") == 1
