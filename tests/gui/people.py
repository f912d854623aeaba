"""A home where people log on, for tests of the window; hashes cost as little as Argon2id allows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gui.operations import Operations
from gui.shift import Shift
from station import people
from station.people import add_account, log_off, log_on
from station.settings import Settings
from station.station import Station

PASSWORD = "correct horse battery"
REASON = "works at this station now"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from argon2 import PasswordHasher

    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(people, "_hasher", lambda: quick)
    people._hash_of_nobody.cache_clear()
    yield
    people._hash_of_nobody.cache_clear()


@pytest.fixture
def shift(qapp: object) -> Shift:
    return Shift()


@pytest.fixture
def operations(qapp: object, home, shift: Shift) -> Iterator[Operations]:
    """Operations whose stations are staffed by the shift, as the window's are."""
    settings = Settings(backbone="dummy", user="Ada")
    operations = Operations(lambda: shift.staff(Station(home, settings)))
    yield operations
    assert operations.close()


@pytest.fixture
def staffed(station: Station) -> Station:
    """A home with an administrator, an engineer and an operator; nobody has logged on."""
    add_account(station, "Boss", "administrator", PASSWORD, REASON)
    log_on(station, "Boss", PASSWORD)
    add_account(station, "Eva", "engineer", PASSWORD, REASON)
    add_account(station, "Otto", "operator", PASSWORD, REASON)
    log_off(station)
    return station


def list_actions(station: Station, count: int) -> list[str]:
    return [event.action for event in station.store.list_events(limit=count)]
