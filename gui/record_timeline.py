"""What stands on an inspection, in the order in which it came: who, when, what. To be read, never changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QTextBrowser, QWidget

from gui.chat_words import name_author
from gui.review_head import describe_verdict
from gui.theme import colour, theme_notifier
from gui.translated import decision_word, format_moment, format_number, mark, severity_word, tell, tr
from storage.records import (
    Comment,
    CorrectedMask,
    Disposition,
    Meaning,
    RecordedInspection,
    RecordedQuery,
    RecordedTurn,
    Signature,
)
from storage.sequence import Step, is_overtaken, list_steps

LONGEST_TEXT = 1500
"""Characters of one text that are shown; exports have it whole."""
_LONGEST_TURN = 160
_MEANINGS: dict[Meaning, str] = {
    "reviewed": mark("Signed: reviewed"),
    "approved": mark("Signed: approved"),
    "rejected": mark("Signed: rejected"),
}
_SPEAKERS = {"user": mark("Question"), "assistant": mark("Answer"), "system": mark("Instruction to the model")}


class RecordTimeline(QTextBrowser):
    """The steps as paragraphs, the oldest first; it follows a switch of the colours."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._record: RecordedInspection | None = None
        self._signatures: Sequence[Signature] = ()
        self.setAccessibleName(tr("What stands on the record, oldest first"))
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setProperty("role", "timeline")
        theme_notifier().changed.connect(self._write)

    def show_record(self, record: RecordedInspection, signatures: Sequence[Signature] = ()) -> None:
        """Show everything on an inspection, and what came last in view."""
        self._record, self._signatures = record, signatures
        self._write()
        self.moveCursor(QTextCursor.MoveOperation.End)
        self.ensureCursorVisible()

    def _write(self) -> None:
        record = self._record
        if record is None:
            return
        steps = list_steps(record, self._signatures)
        self.setHtml("".join(_write_step(step, record) for step in steps))


def _write_step(step: Step, record: RecordedInspection) -> str:
    title, text = describe_step(step, record)
    said_by = name_author(step.what) if isinstance(step.what, RecordedTurn) else step.recorded_by.name
    who = tr("{name}, {moment}", name=said_by, moment=format_moment(step.recorded_at, "short"))
    muted = colour("muted").name()
    said = f"<p style='margin: 2px 0 0 0'>{_write_text(text)}</p>" if text else ""
    return (
        f"<p style='margin: 12px 0 0 0'><b>{_write_text(title)}</b></p>"
        f"<p style='margin: 1px 0 0 0; color: {muted}'>{_write_text(who)}</p>{said}"
    )


def describe_step(step: Step, record: RecordedInspection) -> tuple[str, str]:
    """Return what a step is in a few words, and the text that belongs to it."""
    if step.what is None:
        return tr("Machine: {verdict}", verdict=describe_verdict(record)), ""
    return _TELL[type(step.what)](step.what, record)


def _tell_disposition(made: Disposition, record: RecordedInspection) -> tuple[str, str]:
    return _name_decision(made), made.reason


def _tell_mask(made: CorrectedMask, record: RecordedInspection) -> tuple[str, str]:
    return tr("Mask corrected: {area} px", area=format_number(made.area_px)), made.reason


def _tell_comment(made: Comment, record: RecordedInspection) -> tuple[str, str]:
    return tr("Comment"), made.text


def _tell_signature(made: Signature, record: RecordedInspection) -> tuple[str, str]:
    return _name_signature(made, record), made.comment


def _tell_query(made: RecordedQuery, record: RecordedInspection) -> tuple[str, str]:
    return tr("Highlighted: {words}", words=_shorten(made.text, _LONGEST_TURN)), tell(made.sentence or "")


def _tell_turn(made: RecordedTurn, record: RecordedInspection) -> tuple[str, str]:
    return tr(_SPEAKERS[made.role]), _shorten(made.text, _LONGEST_TURN)


_TELL: dict[type, Callable[..., tuple[str, str]]] = {
    Disposition: _tell_disposition,
    CorrectedMask: _tell_mask,
    Comment: _tell_comment,
    Signature: _tell_signature,
    RecordedQuery: _tell_query,
    RecordedTurn: _tell_turn,
}


def _name_decision(made: Disposition) -> str:
    decision = decision_word(made.decision)
    if made.code and made.severity:
        severity = severity_word(made.severity)
        return tr("Decision: {decision} ({code}, {severity})", decision=decision, code=made.code, severity=severity)
    if said := made.code or (severity_word(made.severity) if made.severity else ""):
        return tr("Decision: {decision} ({said})", decision=decision, said=said)
    return tr("Decision: {decision}", decision=decision)


def _name_signature(made: Signature, record: RecordedInspection) -> str:
    meaning = tr(_MEANINGS[made.meaning])
    if is_overtaken(made, record):
        return tr("{meaning} (before later additions)", meaning=meaning)
    return meaning


def _write_text(text: str) -> str:
    return escape(_shorten(text, LONGEST_TEXT)).replace("\n", "<br>")


def _shorten(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most].rstrip(" .,;:…") + "…"
