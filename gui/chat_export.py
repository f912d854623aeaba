"""Saving a conversation to a file: where to, done on the lane for files, and what came of it in the message area."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from gui.conversation_work import export_work
from gui.messages import Message
from gui.operations import Lane, Operation, Operations
from gui.translated import tr
from storage.records import RecordedInspection


def save_conversation(
    operations: Operations, record: RecordedInspection, parent: QWidget, on_message: Callable[[Message], object]
) -> Operation | None:
    """Ask for a file and write the conversation there; None when the person would rather not."""
    chooser = QFileDialog(parent, tr("Save the conversation"))
    chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    chooser.setNameFilters([tr("Markdown (*.md)"), tr("Text (*.txt)")])
    chooser.setDefaultSuffix("md")
    chooser.filterSelected.connect(lambda name: chooser.setDefaultSuffix("txt" if "*.txt" in name else "md"))
    chooser.selectFile(suggest_name(record))
    is_chosen = bool(chooser.exec())
    paths = chooser.selectedFiles()
    chooser.deleteLater()
    return write_to(operations, record, Path(paths[0]), parent, on_message) if is_chosen and paths else None


def write_to(
    operations: Operations,
    record: RecordedInspection,
    path: Path,
    owner: QWidget,
    on_message: Callable[[Message], object],
) -> Operation:
    """Write the conversation about an inspection to a file."""
    saved = tr("The conversation was saved as {path}.", path=path)
    return operations.run(
        tr("Saving the conversation"),
        export_work(record.id, path),
        lane=Lane.FILES,
        owner=owner,
        on_success=lambda _: on_message(Message(saved, "success")),
        on_failure=lambda failure: on_message(Message(failure.sentence, "error")),
    )


def suggest_name(record: RecordedInspection) -> str:
    """Return a telling name for the file."""
    return f"conversation-{record.id}-{Path(record.file_name).stem}.md"
