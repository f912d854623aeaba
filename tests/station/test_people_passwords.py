"""How passwords are kept: hashed by Argon2id at its recommended cost, and never to be read again (D2)."""

import sqlite3
from contextlib import closing

import pytest

from station.people import LogOnFailed, add_account, check_identity, log_off, log_on
from station.rights import Right

PASSWORD = "correct horse battery"
REASON = "works at this station now"


@pytest.fixture
def guarded(station):
    """A station with an administrator; nobody has logged on."""
    add_account(station, "Boss", "administrator", PASSWORD, REASON)
    return station


def test_d2_a_password_is_kept_as_an_argon2id_hash_of_the_recommended_cost(guarded):
    kept = guarded.store.get_account("Boss").password_hash

    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert check_identity(guarded, "boss", PASSWORD).name == "Boss"
    with pytest.raises(LogOnFailed):
        check_identity(guarded, "Boss", PASSWORD.upper())


def test_d2_no_file_of_the_home_folder_holds_a_password(guarded):
    log_on(guarded, "Boss", PASSWORD)
    with pytest.raises(LogOnFailed):
        log_on(guarded, "Boss", "quite another secret")
    log_off(guarded)
    guarded.close()

    for path in guarded.home.rglob("*"):
        if path.is_file():
            assert not any(secret in path.read_bytes() for secret in (PASSWORD.encode(), b"quite another secret"))


def test_two_people_with_the_same_password_have_different_hashes(guarded):
    log_on(guarded, "Boss", PASSWORD)
    add_account(guarded, "Eva", "engineer", PASSWORD, REASON)

    hashes = {account.password_hash for account in guarded.store.list_accounts()}

    assert len(hashes) == 2


def test_a_hash_that_is_none_fits_no_password(guarded):
    """As somebody with the file in hand could write it."""
    with closing(sqlite3.connect(guarded.home / "audit.sqlite", isolation_level=None)) as client:
        client.execute("DROP TRIGGER account_states_no_update")
        client.execute("UPDATE account_states SET password_hash = 'no hash'")

    for password in ("", "no hash", PASSWORD):
        with pytest.raises(LogOnFailed, match="do not fit"):
            log_on(guarded, "Boss", password)


def test_logging_off_where_nobody_has_logged_on_leaves_no_record(guarded):
    log_off(guarded)
    before = guarded.store.check_end()

    log_off(guarded)

    assert guarded.store.check_end() == before
    assert not guarded.has_logged_on


def test_without_accounts_there_is_nothing_to_log_off_from(station):
    log_off(station)

    assert station.person.name == "Ada Lovelace"
    assert all(station.person.may(right) for right in Right)
