"""A diagnosis names versions, sizes and settings, and tells what it could not find out instead of failing."""

from pathlib import Path

from station.diagnosing import diagnose, diagnose_quickly, find_free_bytes, format_diagnosis
from station.version import application_version


def test_machine_home_packs_and_database_are_in_it(station):
    diagnosis = diagnose(station)

    assert diagnosis.machine.application == application_version()
    assert diagnosis.machine.packages["reportlab"]
    assert diagnosis.home.home == station.home
    assert {pack.state for pack in diagnosis.packs} == {"missing"}
    assert diagnosis.database.counts["inspections"] == 0
    assert diagnosis.problems == ()


def test_a_damaged_database_is_a_problem_and_not_the_end(station):
    station.home.mkdir(parents=True)
    (station.home / "audit.sqlite").write_bytes(b"no database at all" * 100)

    diagnosis = diagnose(station)

    assert diagnosis.database is None
    assert "audit.sqlite" in diagnosis.problems[0]
    assert f"problem: {diagnosis.problems[0]}" in format_diagnosis(diagnosis)


def test_after_a_fault_neither_database_nor_packs_are_needed(tmp_path):
    text = format_diagnosis(diagnose_quickly(tmp_path / "nowhere"))

    assert str(tmp_path / "nowhere") in text
    assert "Python: 3." in text


def test_changed_settings_and_variables_are_told(station):
    text = format_diagnosis(diagnose(station))

    assert "setting backbone: 'dummy'" in text
    assert "fixed by ANOMALYGPT_BACKBONE: backbone" in text


def test_the_end_of_the_log_is_in_it_without_secrets(station):
    (station.home / "logs").mkdir(parents=True)
    (station.home / "logs" / "anomalygpt.log").write_text("first\ntoken: abc\n")

    assert diagnose(station).log == ("first", "token: ***")


def test_progress_ends_where_the_database_begins(station):
    shares = []
    diagnose(station, lambda share, what: shares.append(share))

    assert shares == sorted(shares)


def test_free_room_is_that_of_the_nearest_folder_that_is_there(tmp_path):
    there, missing = find_free_bytes(tmp_path), find_free_bytes(tmp_path / "a" / "b")

    assert abs(there - missing) < 100_000_000
    assert find_free_bytes(Path("/")) > 0
