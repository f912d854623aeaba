"""What a status line says of the audit database: when something was last recorded, whether the chain's end holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from station.station import Station


@dataclass(frozen=True)
class AuditState:
    """The newest event of the chain."""

    recorded_at: str
    """UTC, ISO 8601; "" when nothing was recorded yet."""
    is_intact: bool
    """Whether the newest events still hash to what they say. The whole chain is proved by `audit verify`."""
    has_damage: bool = False
    """Whether the last check that was recorded lately found damage."""


def read_audit_state(station: Station) -> AuditState:
    """Look at the end of the chain. Raises the known errors of storage."""
    end = station.store.check_end()
    newest = station.store.keeping.find_recent_check()
    return AuditState(end.recorded_at, end.is_intact, newest is not None and not newest.ok)
