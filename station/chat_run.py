"""What the command `chat` does: record the photo, judged where there is what to compare with, then talk about it."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from station.chat_commands import ChatOptions
from station.conversing import check_question
from station.documents import describe_inspection
from station.errors import KNOWN_ERRORS
from station.outputs import find_recorded_files
from station.sessions import STATUS_ERROR, STATUS_OK, Session
from station.single_photo import record_or_inspect
from station.talking import answer_one, talk
from station.wording import describe_in_a_line


def run_chat(session: Session, what: ChatOptions) -> int:
    """Do what the options say and return the exit status. Raises known errors before anything is recorded only."""
    for question in what.ask:
        check_question(question)
    record = record_or_inspect(session, what.image, what.product, what.reference, what.profile, what.serial)
    session.console.result(describe_in_a_line(record))
    errors = _converse(session, what, record.id)
    for sentence in errors:
        session.console.fail(sentence)
    record = session.station.store.get_inspection(record.id)
    document = describe_inspection(record, str(what.image), find_recorded_files(session.station.store, record))
    told = [{"image": str(what.image), "sentence": sentence} for sentence in errors]
    session.console.document({"inspections": [document], "errors": told})
    return STATUS_ERROR if errors else STATUS_OK


def _converse(session: Session, what: ChatOptions, inspection_id: int) -> list[str]:
    """Return a sentence for everything that could not be asked or answered."""
    station, console = session.station, session.console
    if what.ask:
        try:
            return talk(station, console, inspection_id, what.ask)
        except KNOWN_ERRORS as error:
            return [str(error)]
    errors = []
    for question in _read_lines(session):
        try:
            failure = answer_one(station, console, inspection_id, question)
        except KNOWN_ERRORS as error:
            failure = str(error)
        errors += [failure] if failure else []
    return errors


def _read_lines(session: Session) -> Iterator[str]:
    """Yield what a person types, line by line, until an empty line or the end."""
    is_terminal = sys.stdin.isatty()
    if is_terminal:
        session.console.note("Ask about the part; an empty line ends the conversation.")
    while True:
        if is_terminal:
            session.console.prompt("> ")
        line = sys.stdin.readline().rstrip("\r\n")
        if not line.strip():
            return
        yield line
