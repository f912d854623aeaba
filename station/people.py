"""Who works here: accounts, log-on and log-off, lock-out after wrong passwords, and signatures under inspections.

Until the first account is made, one person works here without a password. From then on everything that leaves a record
needs a person who has logged on; the first account is an administrator's. Log-ons, failures and lock-outs are records.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from station.errors import KnownError, RequestError
from station.language import tr
from station.rights import Person, Right
from storage.account_events import LOCKED_OUT, LOG_ON_FAILED, LOGGED_OFF, LOGGED_ON
from storage.records import Account, Actor, Meaning, Role, Signature

if TYPE_CHECKING:
    from argon2 import PasswordHasher

    from station.station import Station

SHORTEST_PASSWORD = 10
"""Characters; length counts for more than signs do (NIST SP 800-63B, section 5.1.1.2)."""
LONGEST_PASSWORD = 256
MOST_FAILURES = 5
"""Wrong passwords in a row, after which an account waits."""
LOCK_OUT = timedelta(minutes=15)


class LogOnFailed(KnownError):
    """Name and password do not fit together, or the account cannot be used now."""


def add_account(station: Station, name: str, role: Role, password: str, reason: str) -> Account:
    """Make an account. The first one must be an administrator's, and ends the time without passwords.

    Raises `RequestError`, `NotAllowed` and the known errors of storage.
    """
    actor = station.acting(Right.PEOPLE)
    if not station.store.has_accounts() and role != "administrator":
        raise RequestError(tr("The first account must be an administrator's, or nobody could make the others."))
    check_password(password)
    return station.store.add_account(name, role, _hasher().hash(password), actor, reason)


def change_account(
    station: Station,
    name: str,
    reason: str,
    *,
    role: Role | None = None,
    password: str | None = None,
    active: bool | None = None,
) -> Account:
    """Change what an account may do, its password or whether it can be used. People may change their own password.

    Raises `RequestError`, `NotAllowed` and the known errors of storage.
    """
    account = station.store.get_account(name)
    is_own_password = account.id == station.person.account_id and role is None and active is None
    actor = station.acting(None if is_own_password else Right.PEOPLE)
    if password is not None:
        check_password(password)
        account = replace(account, password_hash=_hasher().hash(password))
    changed = replace(
        account,
        role=account.role if role is None else role,
        active=account.active if active is None else active,
    )
    return station.store.change_account(changed, actor, reason)


def check_password(password: str) -> None:
    """Raise `RequestError` for a password that is too short or too long."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD or "\0" in password:
        raise RequestError(
            tr("A password has {least} to {most} characters.", least=SHORTEST_PASSWORD, most=LONGEST_PASSWORD)
        )


def log_on(station: Station, name: str, password: str) -> Person:
    """Let a person work at the station from now on. Raises `LogOnFailed`; success and failure are records."""
    account = check_identity(station, name, password)
    _note(station, LOGGED_ON, account)
    station.person = Person(account.name, account.role, account.id)
    return station.person


def log_off(station: Station) -> None:
    """End a person's work at the station."""
    person = station.person
    if person.account_id is not None:
        payload = {"name": person.name}
        station.store.record_event(LOGGED_OFF, "account", person.account_id, payload, Actor(person.name))
    station.person = NOBODY


def check_identity(station: Station, name: str, password: str) -> Account:
    """Return the account that name and password fit. Raises `LogOnFailed`; a failure is recorded.

    One sentence for all reasons but a lock-out, so that nobody learns which names there are.
    """
    account = next((each for each in station.store.list_accounts() if each.name.casefold() == name.casefold()), None)
    if account is not None and _is_locked_out(station, account):
        raise LogOnFailed(
            tr(
                "{name} is locked out after {count} wrong passwords; try again in {minutes} minutes.",
                name=account.name,
                count=MOST_FAILURES,
                minutes=int(LOCK_OUT.total_seconds() // 60),
            )
        )
    # Checked for unknown names too, so that the time taken tells nothing.
    fits = _fits(account.password_hash if account else _hash_of_nobody(), password)
    if account is None or not account.active or not fits:
        _note_failure(station, account, name)
        raise LogOnFailed(tr("Name and password do not fit; try again."))
    return account


def sign(station: Station, inspection_id: int, password: str, meaning: Meaning, comment: str = "") -> Signature:
    """Put the signature of whoever has logged on under an inspection; the password is asked again.

    Raises `RequestError` where people do not log on, `NotAllowed`, `LogOnFailed` and the known errors of storage.
    """
    person = station.person
    if person.account_id is None:
        raise RequestError(tr("Signing needs an account with a password; make one and log on first."))
    actor = station.acting(Right.SIGN)
    account = check_identity(station, person.name, password)
    return station.store.add_signature(inspection_id, account, meaning, comment, actor)


NOBODY = Person("nobody", "operator")
"""Stands where people must log on and nobody has."""


def _is_locked_out(station: Station, account: Account) -> bool:
    """Whether the newest log-on events are a lock-out that still holds."""
    newest = station.store.list_log_on_events(account.id, limit=1)
    if not newest or newest[0][0] != LOCKED_OUT:
        return False
    since = datetime.fromisoformat(newest[0][1].replace("Z", "+00:00"))
    return datetime.now(UTC) - since < LOCK_OUT


def _note_failure(station: Station, account: Account | None, name: str) -> None:
    """Record a failure, and the lock-out that follows one too many."""
    doorman = Actor("log-on", "agent")
    if account is None:
        payload = {"name": name[:200].replace("\0", "")}
        station.store.record_event(LOG_ON_FAILED, "account", "unknown", payload, doorman)
        return
    station.store.record_event(LOG_ON_FAILED, "account", account.id, {"name": account.name}, doorman)
    newest = station.store.list_log_on_events(account.id, limit=MOST_FAILURES)
    if len(newest) == MOST_FAILURES and all(action == LOG_ON_FAILED for action, _ in newest):
        station.store.record_event(LOCKED_OUT, "account", account.id, {"name": account.name}, doorman)


def _note(station: Station, action: str, account: Account) -> None:
    payload = {"name": account.name, "role": account.role}
    station.store.record_event(action, "account", account.id, payload, Actor(account.name))


def _fits(password_hash: str, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415 - only for accounts

    try:
        return _hasher().verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hasher() -> PasswordHasher:
    """Argon2id with the library's recommended cost (RFC 9106, section 4)."""
    from argon2 import PasswordHasher  # noqa: PLC0415 - only for accounts

    return PasswordHasher()


@cache
def _hash_of_nobody() -> str:
    return _hasher().hash("nobody has this password")
