"""Who may do what: log-on, lock-out, rights, signatures. Without the right nobody does it in any way (D2, D18)."""

import pytest

from station import people
from station.errors import RequestError
from station.people import LogOnFailed, add_account, change_account, log_off, log_on, sign
from station.rights import RIGHTS, NotAllowed, Right
from station.station import Station
from storage.records import FailedInspection

PASSWORD = "correct horse battery"
REASON = "works at this station now"


@pytest.fixture(scope="module", autouse=True)
def quick_hashes():
    """Argon2id with the least cost it allows: what is tested is the way, not the cost."""
    from argon2 import PasswordHasher

    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    before = people._hasher
    people._hasher = lambda: quick
    people._hash_of_nobody.cache_clear()
    yield
    people._hasher = before


@pytest.fixture
def staffed(station):
    """A station with an administrator and one person of every other role; nobody has logged on."""
    add_account(station, "Boss", "administrator", PASSWORD, REASON)
    log_on(station, "Boss", PASSWORD)
    for role in ("operator", "engineer", "auditor"):
        add_account(station, role.title(), role, PASSWORD, REASON)
    log_off(station)
    return station


def list_actions(station, count=3):
    return [event.action for event in station.store.list_events(limit=count)]


def test_one_person_works_without_a_password_until_there_is_an_account(station):
    assert all(station.person.may(right) for right in Right)
    assert station.acting(Right.PEOPLE).name == "Ada Lovelace" or station.acting(Right.PEOPLE).name


def test_the_first_account_is_an_administrators(station):
    with pytest.raises(RequestError, match="administrator"):
        add_account(station, "Eva", "operator", PASSWORD, REASON)


@pytest.mark.parametrize("password", ["", "short", "x" * 257, "ten chars\0yes"])
def test_a_password_that_is_none_is_refused(station, password):
    with pytest.raises(RequestError, match="password"):
        add_account(station, "Boss", "administrator", password, REASON)


def test_with_accounts_nothing_can_be_recorded_before_somebody_logs_on(staffed):
    for right in Right:
        with pytest.raises(NotAllowed, match="log on"):
            staffed.acting(right)


def test_a_station_opened_anew_knows_nobody(staffed):
    with Station(staffed.home, staffed.settings) as other, pytest.raises(NotAllowed):
        other.acting(Right.INSPECT)


def test_d2_log_on_and_log_off_are_records_of_the_person(staffed):
    person = log_on(staffed, "engineer", PASSWORD)
    log_off(staffed)

    assert (person.name, person.role) == ("Engineer", "engineer")
    events = staffed.store.list_events(limit=2)
    assert [event.action for event in events] == ["account.logged_off", "account.logged_on"]
    assert {event.actor.name for event in events} == {"Engineer"}


@pytest.mark.parametrize(("name", "password"), [("Engineer", "wrong password"), ("Stranger", PASSWORD), ("", "")])
def test_d2_a_failed_log_on_says_one_thing_only_and_is_a_record(staffed, name, password):
    with pytest.raises(LogOnFailed, match="do not fit"):
        log_on(staffed, name, password)

    assert list_actions(staffed, 1) == ["account.log_on_failed"]
    with pytest.raises(NotAllowed):
        staffed.acting(Right.INSPECT)


def test_d2_five_wrong_passwords_lock_the_account_out(staffed):
    for _ in range(people.MOST_FAILURES):
        with pytest.raises(LogOnFailed):
            log_on(staffed, "Engineer", "wrong password")

    with pytest.raises(LogOnFailed, match="locked out"):
        log_on(staffed, "Engineer", PASSWORD)
    assert list_actions(staffed, 2) == ["account.locked_out", "account.log_on_failed"]
    log_on(staffed, "Boss", PASSWORD)


def test_a_lock_out_ends_by_itself(staffed, monkeypatch):
    for _ in range(people.MOST_FAILURES):
        with pytest.raises(LogOnFailed):
            log_on(staffed, "Engineer", "wrong password")
    monkeypatch.setattr(people, "LOCK_OUT", people.LOCK_OUT * 0)

    assert log_on(staffed, "Engineer", PASSWORD).name == "Engineer"


def test_a_success_forgets_the_failures_before_it(staffed):
    for _ in range(2):
        for _ in range(people.MOST_FAILURES - 1):
            with pytest.raises(LogOnFailed):
                log_on(staffed, "Engineer", "wrong password")
        log_on(staffed, "Engineer", PASSWORD)
        log_off(staffed)


def test_an_account_that_is_switched_off_cannot_log_on(staffed):
    log_on(staffed, "Boss", PASSWORD)
    change_account(staffed, "Engineer", "left the company", active=False)
    log_off(staffed)

    with pytest.raises(LogOnFailed, match="do not fit"):
        log_on(staffed, "Engineer", PASSWORD)


@pytest.mark.parametrize("role", RIGHTS)
@pytest.mark.parametrize("right", Right)
def test_a_role_may_do_what_its_table_says_and_nothing_else(staffed, role, right):
    name = "Boss" if role == "administrator" else role.title()
    log_on(staffed, name, PASSWORD)

    if right in RIGHTS[role]:
        assert staffed.acting(right).name == name
    else:
        with pytest.raises(NotAllowed, match=name):
            staffed.acting(right)


def test_people_change_their_own_password_but_not_their_role(staffed):
    log_on(staffed, "Operator", PASSWORD)

    change_account(staffed, "Operator", "it was seen by somebody", password="another long password")
    with pytest.raises(NotAllowed):
        change_account(staffed, "Operator", "wants to do more", role="engineer")
    with pytest.raises(NotAllowed):
        change_account(staffed, "Engineer", "mischief, that is all", password="another long password")

    log_off(staffed)
    assert log_on(staffed, "Operator", "another long password").role == "operator"


@pytest.fixture
def recorded(staffed, parts):
    """The number of an inspection made by the engineer, who has logged on."""
    from station.inspecting import inspect_photo
    from station.products import prepare_references

    log_on(staffed, "Engineer", PASSWORD)
    return inspect_photo(staffed, parts / "good.png", prepare_references(staffed, [parts / "good.png"])).record.id


def test_d18_signing_asks_for_the_password_again(staffed, recorded):
    with pytest.raises(LogOnFailed):
        sign(staffed, recorded, "wrong password", "approved")
    signature = sign(staffed, recorded, PASSWORD, "approved", "as agreed")

    assert (signature.printed_name, signature.meaning) == ("Engineer", "approved")
    assert staffed.store.list_signatures(recorded) == [signature]


def test_d18_an_operator_cannot_sign(staffed, recorded):
    log_off(staffed)
    log_on(staffed, "Operator", PASSWORD)

    with pytest.raises(NotAllowed, match="sign"):
        sign(staffed, recorded, PASSWORD, "approved")


def test_without_accounts_nobody_can_sign(station):
    with pytest.raises(RequestError, match="account"):
        sign(station, 1, PASSWORD, "approved")


def test_what_happens_by_itself_needs_no_person(staffed):
    """Failures and the end of the chain are recorded whoever is there."""
    staffed.store.record_failure(FailedInspection("a.png", "broken"), staffed.store.list_events()[0].actor)
    staffed.close()
    assert staffed.store.verify().ok
