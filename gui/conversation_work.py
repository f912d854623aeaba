"""What the conversation pane asks a station to do, as plain functions for a lane. Nothing here touches a widget."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gui.operations import Cancelled, Control, Work
from station.answerer_list import find_chosen
from station.conversation_export import export_conversation
from station.conversing import ask
from station.station import Station
from storage.records import RecordedQuery, RecordedTurn


@dataclass(frozen=True)
class RecordedConversation:
    """What was said and highlighted about one inspection so far."""

    inspection_id: int
    turns: tuple[RecordedTurn, ...]
    queries: tuple[RecordedQuery, ...]
    answered_by: str = ""
    """Who answers the next question."""


def read_work(inspection_id: int) -> Work[RecordedConversation]:
    """Read a conversation as it is recorded now."""

    def read(station: Station, control: Control) -> RecordedConversation:
        record = station.store.get_inspection(inspection_id)
        return RecordedConversation(inspection_id, record.turns, record.queries, find_chosen(station))

    return read


def ask_work(
    inspection_id: int, question: str, replaces_turn_id: int | None
) -> Work[tuple[RecordedTurn, RecordedTurn]]:
    """Ask, or have an answer given again; streams the question's turn once it is recorded, then the answer's pieces."""

    def answer(station: Station, control: Control) -> tuple[RecordedTurn, RecordedTurn]:
        def hand_out(piece: object) -> None:
            # A stopped answer ends by itself and is kept; nothing may be raised into its middle.
            with suppress(Cancelled):
                control.stream(piece)

        return ask(
            station,
            inspection_id,
            question,
            hand_out,
            lambda: control.is_cancelled,
            replaces_turn_id,
            hand_out,
        )

    return answer


def export_work(inspection_id: int, path: Path) -> Work[int]:
    """Write a conversation to a file."""
    return lambda station, control: export_conversation(station, inspection_id, path)
