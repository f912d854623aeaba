"""However a command ends, a person reads a sentence and a program reads a status."""

import json
import os
import pty
import subprocess
import sys

import pytest
import typer

from inference.errors import PhotoError
from station import people
from station.command_options import ArchiveOptions, CommonOptions
from station.errors import RequestError
from station.people import add_account
from station.rights import NotAllowed, Right
from station.sessions import PASSWORD, Session
from storage.errors import ReadOnly
from tests.station.test_people import PASSWORD as SECRET
from tests.station.test_people import REASON, quick_hashes  # noqa: F401 - a fixture


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


@pytest.fixture
def staffed(station):
    """The home folder of a station with an administrator, closed."""
    add_account(station, "Boss", "administrator", SECRET, REASON)
    station.close()
    return station.home


def list_actions(home):
    with Session(CommonOptions(home=home)) as session:
        return [event.action for event in session.station.store.list_events(limit=3)]


def test_d2_a_command_logs_on_whoever_is_named_and_logs_off_at_its_end(staffed, monkeypatch):
    monkeypatch.setenv(PASSWORD, SECRET)

    with Session(CommonOptions(home=staffed, user="boss")) as session:
        assert session.station.acting(Right.PEOPLE).name == "Boss"

    assert list_actions(staffed)[:2] == ["account.logged_off", "account.logged_on"]


def test_d2_a_command_that_names_nobody_only_reads(staffed, monkeypatch):
    monkeypatch.setenv(PASSWORD, SECRET)

    with Session(CommonOptions(home=staffed)) as session:
        assert session.station.store.list_products() == []
        with pytest.raises(NotAllowed, match="Nobody has logged on"):
            session.station.acting(Right.INSPECT)


def test_a_name_is_enough_where_there_are_no_accounts_or_no_home_yet(station, tmp_path):
    station.close()

    for home in (station.home, tmp_path / "new"):
        with Session(CommonOptions(home=home, user="Grace")) as session:
            assert session.station.acting(Right.PEOPLE).name == "Grace"


ASKING = """
import os
from station.command_options import CommonOptions
from station.sessions import Session

os.close(os.open(os.ttyname(0), os.O_RDWR))  # so that this terminal is the process's own
print("typed:", len(Session(CommonOptions()).ask_password()), flush=True)
"""


def test_the_password_is_typed_unseen_at_a_terminal_where_no_variable_holds_it(project):
    outside, inside = pty.openpty()
    command = [sys.executable, "-c", ASKING]
    ends = {"stdin": inside, "stdout": inside, "stderr": inside}
    with subprocess.Popen(command, cwd=project, start_new_session=True, **ends) as asking:
        os.close(inside)  # so that the end of the process ends the waiting for its words
        shown = read_until(outside, b"Password: ")
        os.write(outside, f"{SECRET}\n".encode())
        shown += read_until(outside, b"typed: ")
        shown += read_until(outside, b"\n")
    os.close(outside)

    assert asking.returncode == 0
    assert shown.split() == [b"Password:", b"typed:", str(len(SECRET)).encode()]


def read_until(terminal, words):
    shown = b""
    while words not in shown:
        shown += os.read(terminal, 1)
    return shown


def test_where_nobody_can_be_asked_there_is_no_password_and_the_log_on_fails(staffed, capsys):
    assert Session(CommonOptions()).ask_password() == ""
    with pytest.raises(typer.Exit) as left, Session(CommonOptions(home=staffed, user="Boss")) as session:
        session.station  # noqa: B018 - opened on first use

    assert left.value.exit_code == 2
    assert "do not fit" in capsys.readouterr().err


def test_a_log_off_that_cannot_be_recorded_hides_nothing(staffed, monkeypatch, capsys):
    def refuse(station):
        raise ReadOnly("The disk is read-only.")

    monkeypatch.setenv(PASSWORD, SECRET)
    with Session(CommonOptions(home=staffed, user="Boss")) as session:
        session.console.result(session.station.person.name)
        monkeypatch.setattr(people, "log_off", refuse)

    assert capsys.readouterr() == ("Boss\n", "warning: The disk is read-only.\n")


def test_an_archive_that_cannot_be_reached_is_a_sentence(station, capsys):
    source = ArchiveOptions(archive="postgresql://nobody@localhost:1/nothing")
    with pytest.raises(typer.Exit) as left, Session(CommonOptions(home=station.home), source=source) as session:
        session.station  # noqa: B018 - opened on first use

    assert left.value.exit_code == 2
    assert capsys.readouterr().err.startswith("error: ")


READER_LEAVES = """
import sys
import typer
from station.command_options import CommonOptions
from station.sessions import Session

def tell():
    with Session(CommonOptions()) as session:
        sys.stdin.readline()
        session.console.result("x" * 100_000)

typer.run(tell)
"""


def test_a_reader_that_goes_away_ends_a_command_quietly_with_status_141(project):
    """As `anomalygpt history | head -1` does."""
    command = [sys.executable, "-c", READER_LEAVES]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=project, **pipes) as writer:
        writer.stdout.close()
        writer.stdin.write(b"go\n")
        writer.stdin.close()
        told = writer.stderr.read()

    assert (writer.returncode, told) == (141, b"")
