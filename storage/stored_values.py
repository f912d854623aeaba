"""Columns that hold more than one plain value, read back: JSON text, actors, whole events."""

from __future__ import annotations

from typing import Any, cast

from storage import schema
from storage.canonical import read_json
from storage.errors import DamagedDatabase
from storage.records import Actor, ActorKind, Json, RecordedEvent


def read_event(event: schema.Event) -> RecordedEvent:
    """An event as a frozen value."""
    return RecordedEvent(
        seq=event.seq,
        recorded_at=event.recorded_at,
        local_offset=event.local_offset,
        zone=event.zone,
        actor=read_actor(event),
        action=event.action,
        object_type=event.object_type,
        object_id=event.object_id,
        reason=event.reason,
        payload=read_mapping(event.payload),
        hash=event.hash,
    )


def read_actor(event: schema.Event) -> Actor:
    """Who did it."""
    return Actor(event.actor, cast(ActorKind, event.actor_kind))


def read_mapping(text: str) -> Json:
    """A JSON column that holds an object; `DamagedDatabase` when it does not."""
    return cast(Json, _read(text, dict))


def read_list(text: str) -> list[Any]:
    """A JSON column that holds a list; `DamagedDatabase` when it does not."""
    return cast(list[Any], _read(text, list))


def _read(text: str, kind: type) -> object:
    try:
        value = read_json(text)
    except ValueError:
        value = None
    if not isinstance(value, kind):
        raise DamagedDatabase("The audit database holds an altered record; run 'audit verify' to see which.")
    return value
