"""A quick look at the newest part of the chain: whether the last events still hash to what they say.

Cheap enough to be done after every recording. It proves nothing about older events, rows or blobs; `verify` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import Engine, select

from storage import schema
from storage.audit_chain import NO_PREVIOUS, RECIPE, hash_event
from storage.canonical import NotCanonical
from storage.database import database_path
from storage.faults import explain_faults

EVENTS_LOOKED_AT = 200


@dataclass(frozen=True)
class ChainEnd:
    """The newest event, and whether it and those before it fit together."""

    seq: int
    """0 when nothing was recorded yet."""
    recorded_at: str
    is_intact: bool


def check_chain_end(engine: Engine, count: int = EVENTS_LOOKED_AT) -> ChainEnd:
    """Recompute the newest `count` events and their links. Raises the known errors of storage."""
    newest_first = select(schema.EVENTS).order_by(schema.EVENTS.c.seq.desc()).limit(count)
    with explain_faults(database_path(engine)), engine.connect() as connection:
        events = [dict(row._mapping) for row in connection.execute(newest_first)]
    if not events:
        return ChainEnd(0, "", is_intact=True)
    events.reverse()
    links_hold = all(
        event["seq"] == before["seq"] + 1 and event["previous_hash"] == before["hash"]
        for before, event in pairwise(events)
    )
    starts_well = events[0]["seq"] > 1 or events[0]["previous_hash"] == NO_PREVIOUS
    hashes_hold = all(_hashes_to_itself(event) for event in events)
    return ChainEnd(events[-1]["seq"], str(events[-1]["recorded_at"]), links_hold and starts_well and hashes_hold)


def _hashes_to_itself(event: dict[str, object]) -> bool:
    try:
        return event["recipe"] == RECIPE and hash_event(event) == event["hash"]
    except NotCanonical:
        return False
