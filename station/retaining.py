"""How long records are kept here, legal holds, and purges that two people agree on.

Storage knows the rules and deletes; here is asked who may, and what only makes sense with accounts is refused without.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from station.console import OnProgress, ignore_progress
from station.errors import RequestError
from station.language import tr
from station.rights import Right
from storage.forecasting import Forecast
from storage.purging import Purge, PurgePreview
from storage.retention import Keep, LegalHold, RecordedRule, RetentionRule

if TYPE_CHECKING:
    from station.station import Station
    from storage.records import Actor


@dataclass(frozen=True)
class RetentionState:
    """All that is known of how long records are kept."""

    rules: tuple[RecordedRule, ...]
    holds: tuple[LegalHold, ...]
    purges: tuple[Purge, ...]
    """Newest first."""
    preview: PurgePreview
    """What could be proposed now."""
    products: tuple[str, ...] = ()
    may_set: bool = True
    """Whether who works here may set rules and holds and propose."""
    may_purge: bool = True
    """Whether they may agree and carry out."""
    has_accounts: bool = False
    """Whether people log on here; without that nobody can purge."""
    person: str = ""


def read_retention(station: Station) -> RetentionState:
    """Read rules, holds and purges. Raises the known errors of storage."""
    keeping, person = station.store.keeping, station.person
    return RetentionState(
        rules=tuple(keeping.list_rules()),
        holds=tuple(keeping.list_holds()),
        purges=tuple(keeping.list_purges()),
        preview=keeping.preview_purge(),
        products=tuple(product.name for product in station.store.list_products(include_retired=True)),
        may_set=person.may(Right.RETENTION),
        may_purge=person.may(Right.PURGE),
        has_accounts=station.has_logged_on,
        person=person.name,
    )


def set_rule(station: Station, product: str | None, keep: Keep, years: int, reason: str) -> RecordedRule:
    """Say how long a product's records are kept, or, without a product, all that have no rule of their own.

    Raises `NotAllowed` and the known errors of storage: the reason needs 10 characters.
    """
    actor = station.acting(Right.RETENTION)
    return station.store.keeping.set_rule(product, RetentionRule(keep, years), actor, reason)


def set_hold(
    station: Station, product: str | None, inspection_id: int | None, reason: str, *, is_held: bool = True
) -> LegalHold:
    """Put a legal hold on a product, an inspection or, without either, everything; or release it."""
    actor = station.acting(Right.RETENTION)
    return station.store.keeping.set_hold(product, inspection_id, actor, reason, is_held=is_held)


def propose_purge(station: Station, reason: str) -> Purge:
    """Propose to delete the files of everything whose time is over. Raises `RequestError` where nobody logs on."""
    return station.store.keeping.propose_purge(_act(station, Right.RETENTION), reason)


def approve_purge(station: Station, purge_id: int, reason: str) -> Purge:
    """Agree to a purge that somebody else proposed."""
    return station.store.keeping.approve_purge(purge_id, _act(station, Right.PURGE), reason)


def withdraw_purge(station: Station, purge_id: int, reason: str) -> Purge:
    """Let a purge be. Whoever may propose one may also withdraw it."""
    return station.store.keeping.withdraw_purge(purge_id, _act(station, Right.RETENTION), reason)


def carry_out_purge(station: Station, purge_id: int, on_progress: OnProgress = ignore_progress) -> Purge:
    """Delete the files of a purge that was agreed on, and what the cache of small pictures holds of them."""
    actor = _act(station, Right.PURGE)
    done = station.store.keeping.carry_out_purge(purge_id, actor, lambda share: on_progress(share, ""))
    _forget_thumbnails(station, station.store.keeping.list_purged_files(purge_id))
    return done


def forecast(station: Station) -> Forecast:
    """Return how much room records take and will take. Raises the known errors of storage."""
    return station.store.keeping.forecast()


def _act(station: Station, right: Right) -> Actor:
    """Who does what takes two people; there are two only where people log on."""
    actor = station.acting(right)
    if not station.has_logged_on:
        raise RequestError(
            tr(
                "A purge takes two people with accounts, one who proposes it and another who agrees, and this station"
                " has no accounts; make them first."
            )
        )
    return actor


def _forget_thumbnails(station: Station, hashes: list[str]) -> None:
    """Small pictures are made from files; those of purged ones go with them."""
    for sha256 in hashes:
        with suppress(OSError):
            folder = station.home / "cache" / "thumbnails" / sha256[:2]
            for path in folder.glob(f"{sha256[2:]}-*.jpg"):
                path.unlink(missing_ok=True)
