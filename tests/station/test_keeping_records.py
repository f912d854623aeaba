"""Keeping records at the station and on its command line: retention, purges by two people, checks, backups."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from station import retaining, upkeep
from station.changing_settings import change_settings
from station.commands import app
from station.errors import RequestError
from station.opening import open_inspection
from station.outputs import find_recorded_files
from station.people import add_account, log_off, log_on
from station.restoring import plan_restore, restore
from station.rights import NotAllowed
from station.single_photo import record_photo
from station.station import Station
from station.thumbnails import read_thumbnail
from storage import purging
from storage.errors import KnownError, PurgedBlob
from storage.retention import FOR_EVER
from tests.station.test_people import PASSWORD, quick_hashes  # noqa: F401 - a fixture

REASON = "the customer asked for it"
PEOPLE = {"Eva": "administrator", "Bo": "administrator", "Ing": "engineer", "Otto": "operator", "Aud": "auditor"}


@pytest.fixture
def staffed(station, parts):
    """A station with an inspection, people of every role, and Eva at work."""
    record_photo(station, parts / "spot.png")
    add_account(station, "Eva", "administrator", PASSWORD, REASON)
    log_on(station, "Eva", PASSWORD)
    for name, role in PEOPLE.items():
        if name != "Eva":
            add_account(station, name, role, PASSWORD, REASON)
    return station


@pytest.fixture
def years_later(monkeypatch):
    """All that any rule lets go is over."""
    monkeypatch.setattr(purging, "is_over", lambda last_day, now: last_day != FOR_EVER)


def run(home, *words, user=None, status=0):
    who = ["--user", user] if user else []
    result = CliRunner().invoke(
        app, [*words, "--home", str(home), *who, "--json"], env={"ANOMALYGPT_PASSWORD": PASSWORD}
    )
    assert result.exit_code == status, result.output
    return json.loads(result.stdout)


# Retention


@pytest.mark.parametrize("name", ["Otto", "Aud"])
def test_d20_who_may_not_say_how_long_records_are_kept_cannot_do_it_in_any_way(staffed, name):
    log_on(staffed, name, PASSWORD)
    before = staffed.store.check_end().seq
    attempts = (
        lambda: retaining.set_rule(staffed, None, "years", 15, REASON),
        lambda: retaining.set_hold(staffed, None, None, REASON),
        lambda: retaining.set_hold(staffed, None, None, REASON, is_held=False),
        lambda: retaining.propose_purge(staffed, REASON),
        lambda: retaining.approve_purge(staffed, 1, REASON),
        lambda: retaining.withdraw_purge(staffed, 1, REASON),
        lambda: retaining.carry_out_purge(staffed, 1),
    )
    for attempt in attempts:
        with pytest.raises(NotAllowed, match=name):
            attempt()
    assert staffed.store.check_end().seq == before


def test_d20_an_engineer_may_propose_but_only_an_administrator_agrees_and_deletes(staffed, years_later):
    log_on(staffed, "Ing", PASSWORD)
    retaining.set_rule(staffed, None, "years", 15, REASON)
    purge = retaining.propose_purge(staffed, REASON)
    for attempt in (retaining.approve_purge, retaining.carry_out_purge):
        with pytest.raises(NotAllowed, match="Ing"):
            attempt(staffed, purge.id, *([REASON] if attempt is retaining.approve_purge else []))
    log_on(staffed, "Bo", PASSWORD)
    assert retaining.approve_purge(staffed, purge.id, REASON).approved_by.name == "Bo"
    assert retaining.carry_out_purge(staffed, purge.id).standing == "done"


def test_d20_a_single_person_cannot_purge(station, parts, years_later):
    record_photo(station, parts / "spot.png")
    retaining.set_rule(station, None, "years", 15, REASON)
    for attempt in (
        lambda: retaining.propose_purge(station, REASON),
        lambda: retaining.approve_purge(station, 1, REASON),
        lambda: retaining.withdraw_purge(station, 1, REASON),
        lambda: retaining.carry_out_purge(station, 1),
    ):
        with pytest.raises(RequestError, match="two people with accounts"):
            attempt()


def test_d20_nobody_purges_before_logging_on(staffed):
    log_off(staffed)
    with pytest.raises(NotAllowed, match="log on"):
        retaining.propose_purge(staffed, REASON)
    assert not retaining.read_retention(staffed).has_accounts


def test_d20_the_small_pictures_of_purged_files_go_with_them_and_the_record_is_still_shown(staffed, years_later):
    record = staffed.store.get_inspection(1)
    read_thumbnail(staffed, record.photo.sha256)
    assert find_recorded_files(staffed.store, record).mask is None
    retaining.set_rule(staffed, None, "years", 15, REASON)
    purge = retaining.propose_purge(staffed, REASON)
    log_on(staffed, "Bo", PASSWORD)
    retaining.approve_purge(staffed, purge.id, REASON)
    retaining.carry_out_purge(staffed, purge.id)
    assert not list((staffed.home / "cache").rglob("*.jpg"))
    with pytest.raises(PurgedBlob, match="by Eva and Bo"):
        read_thumbnail(staffed, record.photo.sha256)
    opened = open_inspection(staffed, 1)
    assert opened.record == record
    assert (opened.photo.width, opened.photo.height) == (168, 168)
    assert "was purged on" in opened.purged
    assert run(staffed.home, "show", "1")["inspections"][0]["sha256"] == record.photo.sha256


def test_d20_two_people_purge_on_the_command_line(staffed, years_later):
    home = staffed.home
    run(home, "retention", "set", "--keep", "years", "--years", "15", "--reason", REASON, user="Eva")
    run(home, "retention", "hold", "--inspection", "1", "--reason", REASON, user="Eva")
    assert (
        "Nothing can be purged"
        in run(home, "retention", "propose", "--reason", REASON, user="Eva", status=2)["errors"][0]["sentence"]
    )
    run(home, "retention", "release", "--inspection", "1", "--reason", REASON, user="Eva")
    first = run(home, "retention", "propose", "--reason", REASON, user="Eva")
    run(home, "retention", "withdraw", str(first["id"]), "--reason", REASON, user="Ing")
    second = run(home, "retention", "propose", "--reason", REASON, user="Eva")
    number = str(second["id"])
    run(home, "retention", "approve", number, "--reason", REASON, user="Eva", status=2)
    run(home, "retention", "approve", number, "--reason", REASON, user="Bo")
    done = run(home, "retention", "purge", number, user="Bo")
    assert (done["standing"], done["purged_files"]) == ("done", 1)
    told = run(home, "retention", "show")
    assert [(rule["product"], rule["keep"], rule["years"]) for rule in told["rules"]] == [(None, "years", 15)]
    assert [purge["standing"] for purge in told["purges"]] == ["done", "withdrawn"]
    assert told["holds"] == []
    assert run(home, "audit", "verify")["ok"] is True
    assert [years for years, _ in run(home, "retention", "forecast")["ahead"]] == [1, 5, 15, 20]


def test_d20_commands_tell_it_in_words(staffed, years_later):
    retaining.set_rule(staffed, None, "life-and-years", 1, REASON)
    retaining.set_hold(staffed, None, None, REASON)
    words = [
        CliRunner().invoke(app, ["retention", command, "--home", str(staffed.home)]).stdout
        for command in ("show", "forecast")
    ]
    assert "1 calendar year after that year" in words[0]
    assert "legal hold on everything, by Eva" in words[0]
    assert "time over never: 1 inspections" in words[1]


# Checks and anchors


def test_d23_checks_are_made_and_listed_on_the_command_line(station, parts):
    record = record_photo(station, parts / "spot.png")
    assert run(station.home, "audit", "check")["kind"] == "quick"
    assert run(station.home, "audit", "check", "--full")["ok"] is True
    station.store.blob_path(record.photo.sha256).unlink()
    found = run(station.home, "audit", "check", "--full", status=2)
    assert "is missing" in found["problems"][0]
    told = run(station.home, "audit", "checks")["checks"]
    assert [(each["kind"], each["ok"]) for each in told] == [("full", False), ("full", True), ("quick", True)]
    assert all(each["checked_at"] and each["seconds"] >= 0 and each["checked"]["events"] for each in told)


def test_d23_who_has_not_logged_on_may_check_and_is_not_named(staffed):
    log_off(staffed)
    assert upkeep.check_quickly(staffed).checked_by == "check"
    log_on(staffed, "Otto", PASSWORD)
    assert upkeep.check_quickly(staffed).checked_by == "Otto"


def test_d7_the_end_is_signed_on_demand_with_what_is_compared_later(station, parts):
    record_photo(station, parts / "spot.png")
    made = run(station.home, "audit", "anchor")
    assert (made["cause"], made["head_hash"]) == ("demand", station.store.find_newest_anchor().head_hash)
    assert len(made["fingerprint"].split()) == 8


def test_d7_d21_d23_what_is_due_is_done_once(station, parts, tmp_path):
    change_settings(station, {"backup_folder": str(tmp_path / "backups")})
    with Station.open(station.home) as fresh:
        record_photo(fresh, parts / "spot.png")
        done = upkeep.do_due_work(fresh)
        again = upkeep.do_due_work(fresh)
        state = upkeep.read_upkeep(fresh)
    assert (done.anchor.cause, done.quick.ok, done.full.ok, done.failure) == ("day", True, True, "")
    assert done.backup.folder.startswith(str(tmp_path / "backups"))
    assert (again.anchor, again.quick, again.full, again.backup) == (None, None, None, None)
    assert not state.is_full_due
    assert len(state.backups.backups) == 1
    assert run(station.home, "audit", "due")["backup"] is None


def test_d23_a_full_check_is_due_weekly_unless_the_settings_say_otherwise(station, parts, monkeypatch):
    record_photo(station, parts / "spot.png")
    assert upkeep.read_upkeep(station).is_full_due
    upkeep.check_fully(station)
    assert not upkeep.read_upkeep(station).is_full_due

    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(UTC) + timedelta(days=7)

    monkeypatch.setattr(upkeep, "datetime", Later)
    assert upkeep.read_upkeep(station).is_full_due
    station.settings = station.settings.model_copy(update={"check_days": 0})
    assert not upkeep.read_upkeep(station).is_full_due


# Backups and restores


def test_d21_a_backup_needs_a_folder_and_the_right(staffed):
    assert upkeep.do_due_work(staffed).backup is None
    with pytest.raises(RequestError, match="No folder for backups"):
        upkeep.back_up_now(staffed)
    log_on(staffed, "Otto", PASSWORD)
    with pytest.raises(NotAllowed, match="Otto"):
        upkeep.back_up_now(staffed)
    assert not upkeep.read_backups(staffed).may_back_up


def test_d21_the_plan_is_a_record_and_only_for_who_may_make_backups(staffed, tmp_path):
    change_settings(staffed, {"backup_folder": str(tmp_path / "backups")})
    event = staffed.store.list_events(limit=1)[0]
    assert (event.action, event.object_id, event.actor.name) == ("settings.changed", "backup_folder", "Eva")
    log_on(staffed, "Otto", PASSWORD)
    with pytest.raises(NotAllowed, match="Otto"):
        change_settings(staffed, {"backup_folder": ""})


def test_d21_a_backup_that_fails_is_told_and_recorded(station, parts, tmp_path):
    record_photo(station, parts / "spot.png")
    (tmp_path / "file").touch()
    station.settings = station.settings.model_copy(update={"backup_folder": str(tmp_path / "file" / "backups")})
    done = upkeep.do_due_work(station)
    assert done.failure
    state = upkeep.read_backups(station)
    assert state.failure
    assert state.is_due
    assert "backup.failed" in [event.action for event in station.store.list_events(limit=5)]


def test_d22_a_backup_is_compared_then_restored_into_a_new_folder(station, parts, tmp_path):
    record_photo(station, parts / "spot.png")
    station.settings = station.settings.model_copy(update={"backup_folder": "backups-of-mine"})
    source = station.home / "backups-of-mine"
    made = upkeep.back_up_now(station)
    assert made.folder.startswith(str(source))
    record_photo(station, parts / "good.png")
    backup = next(source.iterdir())
    planned = plan_restore(station, backup)
    assert planned.sentence == "The backup is older: 1 inspection that is here now is not in it."
    assert run(station.home, "audit", "restore", str(backup), "--compare")["relation"] == "older"
    for place in (station.home, station.home / "inside", backup / "inside"):
        with pytest.raises(RequestError, match="outside"):
            restore(station, backup, place)
    restored = restore(station, backup, tmp_path / "restored")
    assert restored.head_hash == made.head_hash
    assert plan_restore(station, tmp_path / "restored").comparison.relation == "parted"
    with Station.open(tmp_path / "restored") as other:
        event = other.store.list_events(limit=1)[0]
        assert (event.action, event.actor.name) == ("backup.restored", "Ada Lovelace")
    with pytest.raises(KnownError, match="not empty"):
        restore(station, backup, tmp_path / "restored")


def test_commands_that_keep_records_tell_it_in_words(station, parts, tmp_path):
    record = record_photo(station, parts / "spot.png")
    station.store.backup(tmp_path / "backup", station.actor)

    def say(*words):
        return CliRunner().invoke(app, ["audit", *words, "--home", str(station.home)])

    assert "Nothing was checked yet." in say("checks").stdout
    assert "quick check" in say("check").stdout
    assert "fingerprint" in say("anchor").stdout
    assert "full check" in say("due").stdout
    assert "intact" in say("checks").stdout
    assert "The backup is older" in say("restore", str(tmp_path / "backup"), "--compare").stdout
    station.store.blob_path(record.photo.sha256).unlink()
    damaged = say("check")
    assert damaged.exit_code == 2
    assert "is missing" in damaged.stderr
