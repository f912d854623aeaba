"""What the command `chat` does: record the photo, judged where there is what to compare with, then talk about it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from inference.images import read_photo
from station.chat_commands import ChatOptions
from station.conversing import check_question
from station.documents import describe_inspection
from station.errors import KNOWN_ERRORS, RequestError
from station.inspecting import inspect_photo
from station.outputs import find_recorded_files
from station.products import keep_photo, prepare_product, prepare_references
from station.sessions import STATUS_ERROR, STATUS_OK, Session
from station.talking import answer_one, talk
from station.wording import describe_in_a_line
from storage.records import NewInspection, RecordedInspection

if TYPE_CHECKING:
    from station.station import Station


def run_chat(session: Session, what: ChatOptions) -> int:
    """Do what the options say and return the exit status. Raises known errors before anything is recorded only."""
    for question in what.ask:
        check_question(question)
    record = _record(session, what)
    session.console.result(describe_in_a_line(record))
    errors = _converse(session, what, record.id)
    for sentence in errors:
        session.console.fail(sentence)
    record = session.station.store.get_inspection(record.id)
    document = describe_inspection(record, str(what.image), find_recorded_files(session.station.store, record))
    told = [{"image": str(what.image), "sentence": sentence} for sentence in errors]
    session.console.document({"inspections": [document], "errors": told})
    return STATUS_ERROR if errors else STATUS_OK


def record_photo(station: Station, path: Path, serial: str = "") -> RecordedInspection:
    """Record a photo that is compared with nothing: no verdict, no score, no map. Raises `PhotoError`."""
    photo = read_photo(path, station.settings.pixel_limit)
    blob = keep_photo(station, path, photo)
    plain = NewInspection(
        photo=blob,
        file_name=photo.name,
        width=photo.width,
        height=photo.height,
        device="",
        warnings=photo.warnings,
        serial=serial,
    )
    return station.store.record_inspection(plain, station.actor)


def _record(session: Session, what: ChatOptions) -> RecordedInspection:
    station = session.station
    if what.product and what.reference:
        raise RequestError("Say what to compare with: either --product NAME or --reference IMAGE, one of the two.")
    if not what.product and not what.reference:
        return record_photo(station, what.image, what.serial)
    read_photo(what.image, station.settings.pixel_limit)  # a photo that is none is said before anything is learned
    with session.console.progress("learning the product") as on_progress:
        product = (
            prepare_product(station, what.product, what.profile, on_progress)
            if what.product
            else prepare_references(station, what.reference, what.profile, on_progress)
        )
    return inspect_photo(station, what.image, product, what.serial).record


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
