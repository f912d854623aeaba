"""How long records are kept (D20): the last day is one pure function, and purging takes two people and leaves proof."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import purging
from storage.errors import InvalidRecord, KnownError, MissingBlob, PurgedBlob, UnknownPurge
from storage.forecasting import YEARS_AHEAD
from storage.records import Actor, FailedInspection, NewReference
from storage.retention import FOR_EVER, RetentionRule, Rules, find_last_day, find_local_day, is_over
from storage.store import Store
from tests.storage.conftest import REASON, VERSION, build_inspection

EVA = Actor("Eva")
DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
YEARS = st.integers(1, 200)
NAIVE = DAYS.map(lambda day: datetime(day.year, day.month, day.day, 23, 30))  # noqa: DTZ001 - the zone comes later
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
LATER = NOW.replace(year=2046)


class Clock:
    """A clock that a test sets."""

    def __init__(self, now=NOW):
        self.now = now

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def timed(tmp_path, clock):
    """A store whose clock a test sets."""
    with Store.open(tmp_path / "timed", application_version=VERSION, clock=clock) as store:
        yield store


def record(store, ada, name="part.png", product=None, photo=None):
    photo = photo or store.put_blob(f"photo {name}".encode())
    changes = {"product_version_id": store.get_product(product).id} if product else {}
    overlay = store.put_blob(f"overlay {name}".encode())
    return store.record_inspection(
        build_inspection(store, name, photo=photo, overlay=overlay, **changes),
        ada,
    )


def purge_all(store, ada, on_share=lambda share: None):
    purge = store.keeping.propose_purge(ada, REASON)
    store.keeping.approve_purge(purge.id, EVA, REASON)
    return store.keeping.carry_out_purge(purge.id, EVA, on_share)


# The last day


@given(DAYS, YEARS)
def test_d20_years_end_on_the_same_day_of_the_calendar_or_the_day_after_a_leap_day(day, years):
    last = find_last_day(RetentionRule("years", years), day, None)
    same_day = (last.month, last.day) == (day.month, day.day)
    assert last.year == day.year + years
    assert same_day or ((day.month, day.day) == (2, 29) and (last.month, last.day) == (3, 1))


@pytest.mark.parametrize(
    ("day", "years", "last"),
    [
        (date(2024, 2, 29), 1, date(2025, 3, 1)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2025, 3, 1), 3, date(2028, 3, 1)),
        (date(9998, 5, 5), 1, date(9999, 5, 5)),
        (date(9999, 5, 5), 1, FOR_EVER),
    ],
)
def test_d20_leap_days_and_the_end_of_the_calendar_shorten_nothing(day, years, last):
    assert find_last_day(RetentionRule("years", years), day, None) == last


@given(DAYS, YEARS, YEARS)
def test_d20_more_years_never_keep_shorter(day, years, more):
    lasts = [
        find_last_day(RetentionRule(keep, each), day, day)
        for keep in ("years", "life-and-years")
        for each in (years, min(years + more, 200))
    ]
    assert lasts[0] <= lasts[1]
    assert lasts[2] <= lasts[3]


@given(DAYS, st.integers(0, 200), st.none() | DAYS)
def test_d20_active_life_and_years_ends_with_a_calendar_year_and_never_while_the_product_is_in_use(day, years, retired):
    last = find_last_day(RetentionRule("life-and-years", years), day, retired)
    if retired is None:
        assert last == FOR_EVER
    else:
        assert last == date(max(day.year, retired.year) + years, 12, 31)


@given(DAYS, st.integers(0, 200), st.none() | DAYS)
def test_d20_for_ever_is_for_ever(day, years, retired):
    assert find_last_day(RetentionRule("for-ever", years), day, retired) == FOR_EVER


@given(DAYS, st.integers(-12 * 60, 14 * 60), NAIVE)
def test_d20_no_zone_ends_a_day_too_early(last_day, minutes, moment):
    """Whatever zone the station is in, its own day is over when the rule says so."""
    zone = timezone(timedelta(minutes=minutes))
    if is_over(last_day, moment.replace(tzinfo=zone)):
        assert moment.date() > last_day
        assert is_over(last_day, moment.replace(tzinfo=zone).astimezone(UTC))


@given(NAIVE, st.integers(-12 * 60, 14 * 60))
def test_d20_the_day_is_that_of_the_stations_calendar(local, minutes):
    moment = local.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    recorded_at = moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
    assert find_local_day(recorded_at, moment.isoformat()[-6:]) == local.date()


def test_d20_a_hold_outranks_every_rule():
    rule, day = RetentionRule("years", 1), date(2020, 1, 1)
    held = (
        Rules(rule, holds_everything=True),
        Rules(rule, held_products=frozenset({7})),
        Rules(rule, held_inspections=frozenset({3})),
    )
    assert Rules(rule).keep_until(7, day, 3) == date(2021, 1, 1)
    assert [rules.keep_until(7, day, 3) for rules in held] == [FOR_EVER] * 3


def test_d20_the_rule_of_the_customer_and_that_of_the_product_outrank_the_default():
    rules = Rules(RetentionRule(), {7: RetentionRule("years", 15)}, {8: date(2020, 5, 5)})
    assert rules.keep_until(7, date(2020, 1, 1)) == date(2035, 1, 1)
    assert rules.keep_until(8, date(2020, 1, 1)) == FOR_EVER
    assert rules.keep_until(None, date(2020, 1, 1)) == FOR_EVER


# Rules and holds in the database


def test_d20_everything_is_kept_for_ever_unless_somebody_says_otherwise(timed, clock, ada):
    record(timed, ada)
    clock.now = LATER
    (rule,) = timed.keeping.list_rules()
    assert (rule.product, rule.keep) == (None, "for-ever")
    assert timed.keeping.preview_purge().files == 0
    with pytest.raises(InvalidRecord, match="Nothing can be purged"):
        timed.keeping.propose_purge(ada, REASON)


def test_d20_iatfs_rule_can_be_set_for_a_product(timed, clock, ada):
    """Active life plus one calendar year; taking the product back into use begins its life anew."""
    timed.add_product("Bolt", [NewReference(timed.put_blob(b"good"), "good.png")], {}, ada)
    record(timed, ada, product="Bolt")
    rule = timed.keeping.set_rule("bolt", RetentionRule("life-and-years", 1), ada, REASON)
    assert (rule.product, rule.keep, rule.years, rule.set_by) == ("Bolt", "life-and-years", 1, ada)
    clock.now = LATER
    assert timed.keeping.preview_purge().files == 0
    timed.retire_product("Bolt", ada, REASON)
    clock.now = datetime(2047, 12, 31, 23, tzinfo=UTC)
    assert timed.keeping.preview_purge().files == 0
    clock.now = datetime(2048, 1, 1, 12, tzinfo=UTC)
    assert timed.keeping.preview_purge().files == 5
    timed.reinstate_product("Bolt", ada, REASON)
    assert timed.keeping.preview_purge().files == 0


@pytest.mark.parametrize("rule", [RetentionRule("years", 0), RetentionRule("years", 201), RetentionRule("soon", 1)])
def test_d20_a_rule_that_is_none_is_refused(store, ada, rule):
    with pytest.raises(InvalidRecord):
        store.keeping.set_rule(None, rule, ada, REASON)


def test_d20_a_rule_and_a_hold_need_a_reason(filled, ada):
    for reason in ("", "because"):
        with pytest.raises(InvalidRecord, match="reason"):
            filled.keeping.set_rule(None, RetentionRule("years", 10), ada, reason)
        with pytest.raises(InvalidRecord, match="reason"):
            filled.keeping.set_hold(None, 1, ada, reason, is_held=True)


def test_d20_a_hold_is_on_one_thing_and_is_set_and_released_once(filled, ada):
    keeping = filled.keeping
    with pytest.raises(InvalidRecord, match="name one of them"):
        keeping.set_hold("Bolt", 1, ada, REASON, is_held=True)
    keeping.set_hold("Bolt", None, ada, REASON, is_held=True)
    with pytest.raises(InvalidRecord, match="already"):
        keeping.set_hold("bolt", None, ada, REASON, is_held=True)
    with pytest.raises(InvalidRecord, match="no legal hold"):
        keeping.set_hold(None, None, ada, REASON, is_held=False)
    assert {(hold.product, hold.inspection_id) for hold in keeping.list_holds()} == {("Bolt", None), (None, 2)}
    keeping.set_hold("Bolt", None, ada, REASON, is_held=False)
    assert [(hold.product, hold.inspection_id) for hold in keeping.list_holds()] == [(None, 2)]
    with pytest.raises(KnownError, match="no inspection 99"):
        keeping.set_hold(None, 99, ada, REASON, is_held=True)


@pytest.mark.parametrize("held", [("Bolt", None), (None, 1), (None, None)], ids=["product", "inspection", "everything"])
def test_d20_a_legal_hold_blocks_the_purge_also_when_it_comes_after_the_approval(timed, clock, ada, held):
    timed.add_product("Bolt", [NewReference(timed.put_blob(b"good"), "good.png")], {}, ada)
    photo = record(timed, ada, product="Bolt").photo
    timed.keeping.set_rule("Bolt", RetentionRule("years", 10), ada, REASON)
    clock.now = LATER
    purge = timed.keeping.propose_purge(ada, REASON)
    timed.keeping.approve_purge(purge.id, EVA, REASON)
    timed.keeping.set_hold(*held, ada, REASON, is_held=True)
    done = timed.keeping.carry_out_purge(purge.id, EVA)
    assert (done.standing, done.purged_files) == ("done", 0)
    assert timed.read_blob(photo) == b"photo part.png"


# Purging


def test_d20_a_purge_takes_two_people_and_leaves_tombstones(timed, clock, ada):
    timed.keeping.set_rule(None, RetentionRule("years", 15), ada, REASON)
    old = record(timed, ada)
    clock.now = LATER
    young = record(timed, ada, "young.png")
    preview = timed.keeping.preview_purge()
    assert (preview.inspections, preview.files) == ((old.id,), 4)
    purge = timed.keeping.propose_purge(ada, REASON)
    with pytest.raises(InvalidRecord, match="somebody else"):
        timed.keeping.approve_purge(purge.id, Actor("ADA"), REASON)
    with pytest.raises(InvalidRecord, match="only an approved one"):
        timed.keeping.carry_out_purge(purge.id, EVA)
    with pytest.raises(InvalidRecord, match="reason"):
        timed.keeping.approve_purge(purge.id, EVA, "")
    with pytest.raises(InvalidRecord, match="under way"):
        timed.keeping.propose_purge(ada, REASON)
    approved = timed.keeping.approve_purge(purge.id, EVA, "the customer agreed")
    assert (approved.standing, approved.proposed_by, approved.approved_by) == ("approved", ada, EVA)
    shares = []
    done = timed.keeping.carry_out_purge(purge.id, EVA, shares.append)
    assert (done.standing, done.purged_files, done.purged_size, shares[-1]) == ("done", 4, preview.size, 1.0)
    assert old.photo.sha256 in timed.keeping.list_purged_files(purge.id)
    assert not timed.blob_path(old.photo.sha256).exists()
    with pytest.raises(PurgedBlob, match="purged on 2046-11-25 by Ada and Eva"):
        timed.read_blob(old.photo)
    assert timed.get_inspection(old.id).photo == old.photo
    assert timed.read_blob(young.photo)
    report = timed.verify()
    assert (report.problems, report.warnings) == ((), ())
    with pytest.raises(InvalidRecord, match="done"):
        timed.keeping.withdraw_purge(purge.id, ada, REASON)
    with pytest.raises(UnknownPurge):
        timed.keeping.approve_purge(99, ada, REASON)


def test_d20_a_purge_can_be_withdrawn_and_proposed_again(timed, clock, ada):
    timed.keeping.set_rule(None, RetentionRule("years", 15), ada, REASON)
    record(timed, ada)
    clock.now = LATER
    first = timed.keeping.propose_purge(ada, REASON)
    assert timed.keeping.withdraw_purge(first.id, ada, REASON).standing == "withdrawn"
    with pytest.raises(InvalidRecord, match="withdrawn"):
        timed.keeping.approve_purge(first.id, EVA, REASON)
    second = timed.keeping.propose_purge(ada, REASON)
    assert [purge.id for purge in timed.keeping.list_purges()] == [second.id, first.id]


def test_d20_a_file_is_kept_while_anything_that_cites_it_is(timed, clock, ada):
    """The same photo inspected again, and the reference of a product in use."""
    timed.keeping.set_rule(None, RetentionRule("years", 15), ada, REASON)
    shared = record(timed, ada)
    timed.record_failure(FailedInspection("a.png", "a.png is no image.", timed.put_blob(b"no image")), ada)
    good = timed.put_blob(b"good")
    record(timed, ada, "good.png", photo=good)
    timed.add_product("Bolt", [NewReference(good, "good.png")], {}, ada)
    clock.now = LATER
    record(timed, ada, "again.png", photo=shared.photo)
    purge_all(timed, ada)
    assert timed.read_blob(shared.photo) == b"photo part.png"
    assert timed.read_blob(good) == b"good"
    with pytest.raises(PurgedBlob):
        timed.read_blob(shared.map)
    assert timed.verify().ok


def test_d20_an_inspection_without_map_and_mask_is_purged_with_the_files_it_has(timed, clock, ada):
    timed.keeping.set_rule(None, RetentionRule("years", 15), ada, REASON)
    photo = timed.put_blob(b"only a photo")
    bare = timed.record_inspection(build_inspection(timed, photo=photo, map=None, mask=None), ada)
    clock.now = LATER
    assert purge_all(timed, ada).purged_files == 1
    with pytest.raises(PurgedBlob):
        timed.read_blob(bare.photo)


def test_d20_what_was_purged_or_never_had_a_file_is_not_proposed_again(timed, clock, ada):
    timed.keeping.set_rule(None, RetentionRule("years", 15), ada, REASON)
    record(timed, ada)
    timed.record_failure(FailedInspection("gone.png", "gone.png does not exist."), ada)
    timed.add_product("Bolt", [NewReference(timed.put_blob(b"photo part.png"), "good.png")], {}, ada)
    timed.retire_product("Bolt", ada, REASON)
    clock.now = LATER
    assert purge_all(timed, ada).purged_files == 4
    assert timed.keeping.preview_purge().files == 0
    with pytest.raises(InvalidRecord, match="Nothing can be purged"):
        timed.keeping.propose_purge(ada, REASON)


def test_d20_the_quick_check_knows_purged_files_from_lost_ones(timed, clock, ada):
    timed.keeping.set_rule(None, RetentionRule("years", 15), ada, REASON)
    record(timed, ada)
    clock.now = LATER
    purge_all(timed, ada)
    assert timed.keeping.check_quickly(ada).ok


def test_d20_a_tombstone_to_which_no_second_person_agreed_excuses_no_missing_file(filled, ada):
    """As somebody with the file in hand could put in; the purge of this one was withdrawn."""
    (mask,) = filled.keeping.list_purged_files(1)
    assert filled.keeping.find_purged(mask) is None
    filled.blob_path(mask).unlink()
    assert "is missing" in filled.keeping.check_quickly(ada).problems[0]
    assert "is missing" in filled.verify().problems[0].sentence


def test_d20_a_tombstone_of_a_purge_that_was_only_proposed_excuses_nothing_either(filled, run_sql):
    (mask,) = filled.keeping.list_purged_files(1)
    run_sql(filled.home, "DROP TRIGGER purge_states_no_delete", "DELETE FROM purge_states")
    assert filled.keeping.find_purged(mask) is None


def test_d20_a_purge_that_another_process_finishes_meanwhile_is_done_once(timed, clock, ada):
    timed.keeping.set_rule(None, RetentionRule("years", 15), ada, REASON)
    record(timed, ada)
    clock.now = LATER

    def let_another_finish(share):
        with Store.open(timed.home, application_version=VERSION, clock=clock) as other:
            assert other.keeping.list_purges()[0].standing == "done"

    assert purge_all(timed, ada, let_another_finish).standing == "done"
    assert [event.action for event in timed.list_events()].count("purge.done") == 1
    assert timed.verify().ok


def test_d20_bytes_that_come_in_again_after_their_purge_are_kept_anew(timed, clock, ada):
    timed.keeping.set_rule(None, RetentionRule("years", 15), ada, REASON)
    old = record(timed, ada)
    clock.now = LATER
    purge_all(timed, ada)
    assert timed.keeping.find_purged(old.photo.sha256).purge_id == 1
    again = record(timed, ada)
    assert timed.read_blob(again.photo) == b"photo part.png"
    assert timed.keeping.find_purged(old.photo.sha256) is None
    assert timed.verify().ok
    timed.blob_path(again.photo.sha256).unlink()
    with pytest.raises(MissingBlob):
        timed.read_blob(again.photo)
    assert "is missing" in timed.verify().problems[0].sentence


def test_d20_a_missing_file_without_a_tombstone_is_damage(timed, ada):
    old = record(timed, ada)
    timed.blob_path(old.photo.sha256).unlink()
    with pytest.raises(MissingBlob):
        timed.read_blob(old.photo)
    assert not timed.verify().ok
    assert not timed.keeping.check_quickly(ada).ok


@pytest.mark.parametrize("crash", ["before", "between", "after"])
def test_d20_a_crash_in_the_middle_of_a_purge_is_finished_by_the_next_start(timed, clock, ada, monkeypatch, crash):
    timed.keeping.set_rule(None, RetentionRule("years", 15), ada, REASON)
    old = record(timed, ada)
    clock.now = LATER
    purge = timed.keeping.propose_purge(ada, REASON)
    timed.keeping.approve_purge(purge.id, EVA, REASON)
    monkeypatch.setattr(purging, "_AT_ONCE", 2)
    crashing = {"before": "_add_tombstones", "between": "_unlink_all", "after": "_note_done"}[crash]
    monkeypatch.setattr(purging, crashing, crash_now)
    with pytest.raises(KeyboardInterrupt):
        timed.keeping.carry_out_purge(purge.id, EVA)
    monkeypatch.undo()
    warnings = timed.verify().warnings
    assert timed.verify().ok
    assert bool(warnings) == (crash == "between")
    with Store.open(timed.home, application_version=VERSION, clock=clock) as again:
        standing = again.keeping.list_purges()[0].standing
        assert standing == ("approved" if crash == "before" else "done")
        assert again.blob_path(old.photo.sha256).exists() == (crash == "before")
        assert again.verify().warnings == ()
        assert again.keeping.finish_purges() == 0


def test_d20_files_that_cannot_be_removed_do_not_keep_a_station_from_starting(timed, clock, ada, monkeypatch):
    timed.keeping.set_rule(None, RetentionRule("years", 15), ada, REASON)
    record(timed, ada)
    clock.now = LATER
    monkeypatch.setattr(purging, "flush_folder", fail_to_write)
    with pytest.raises(KnownError):
        purge_all(timed, ada)
    Store.open(timed.home, application_version=VERSION, clock=clock).close()
    monkeypatch.undo()
    assert timed.keeping.finish_purges() == 1


def test_d20_a_purge_that_failed_half_way_can_be_carried_out_again(timed, clock, ada, monkeypatch):
    timed.keeping.set_rule(None, RetentionRule("years", 15), ada, REASON)
    record(timed, ada)
    clock.now = LATER
    monkeypatch.setattr(purging, "flush_folder", fail_to_write)
    with pytest.raises(KnownError):
        purge_all(timed, ada)
    monkeypatch.undo()
    with pytest.raises(InvalidRecord, match="done"):
        timed.keeping.withdraw_purge(1, ada, REASON)
    assert timed.keeping.carry_out_purge(1, ada).standing == "done"


def test_d20_a_purged_home_is_backed_up_and_restored_and_proved_elsewhere(timed, clock, ada, tmp_path):
    timed.keeping.set_rule(None, RetentionRule("years", 15), ada, REASON)
    old = record(timed, ada)
    timed.keeping.set_hold(None, None, ada, REASON, is_held=True)
    clock.now = LATER
    kept = record(timed, ada, "kept.png", photo=old.photo)
    timed.keeping.set_hold(None, None, ada, REASON, is_held=False)
    purge_all(timed, ada)
    timed.backup(tmp_path / "backup", ada)
    Store.restore(tmp_path / "backup", tmp_path / "new", ada, application_version=VERSION)
    with Store.open(tmp_path / "new", application_version=VERSION) as copy:
        assert copy.read_blob(kept.photo)
        with pytest.raises(PurgedBlob):
            copy.read_blob(old.map)
    timed.export_evidence([old.id, kept.id], tmp_path / "bundle.zip", {}, ada)
    verifier = "storage/exports/verify_evidence.py"
    command = [sys.executable, verifier, tmp_path / "bundle.zip"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_d20_the_purge_of_a_reference_waits_for_all_that_its_product_judged(timed, clock, ada):
    timed.add_product("Bolt", [NewReference(timed.put_blob(b"good"), "good.png")], {}, ada)
    timed.keeping.set_rule("Bolt", RetentionRule("years", 15), ada, REASON)
    first = record(timed, ada, product="Bolt")
    second = record(timed, ada, "held.png", product="Bolt")
    timed.retire_product("Bolt", ada, REASON)
    timed.keeping.set_hold(None, second.id, ada, REASON, is_held=True)
    clock.now = LATER
    done = purge_all(timed, ada)
    assert (done.inspections, done.purged_files) == ((first.id,), 4)
    assert timed.read_blob(timed.get_product("Bolt").references[0].photo) == b"good"


# Forecast


def test_d20_the_forecast_tells_what_there_is_and_what_will_be(timed, clock, ada):
    timed.keeping.set_rule(None, RetentionRule("years", 15), ada, REASON)
    for number in range(3):
        record(timed, ada, f"{number}.png")
        clock.now += timedelta(days=1)
    timed.keeping.set_hold(None, 3, ada, REASON, is_held=True)
    seen = timed.keeping.forecast()
    assert seen.file_bytes == timed.measure().blob_bytes
    assert (seen.days_looked_at, [years for years, _ in seen.ahead]) == (4, list(YEARS_AHEAD))
    sizes = [size for _, size in seen.ahead]
    now = seen.database_bytes + seen.file_bytes
    assert sizes == sorted(sizes)
    assert sizes[0] == pytest.approx(now + 365.25 * seen.bytes_per_day, rel=1e-6)
    assert [(each.year, each.inspections, each.files) for each in seen.expiring] == [(2041, 2, 8), (None, 1, 4)]


def test_d20_the_forecast_of_an_empty_home_is_not_a_fault(store):
    seen = store.keeping.forecast()
    assert (seen.file_bytes, seen.expiring) == (0, ())


def crash_now(*_):
    raise KeyboardInterrupt


def fail_to_write(_):
    raise OSError(30, "Read-only file system")
