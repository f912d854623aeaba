"""From photos that somebody chose or dropped to references: looking at them, asking, recording.

Says what was recorded; which product is in use and what is shown of it is the panel's affair.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from gui.messages import Message
from gui.new_product_dialog import NewProductDialog, suggest_name
from gui.operations import Lane, Operation, Operations, Work
from gui.product_work import add_work, check_work, create_work
from gui.reference_check_dialog import ReferenceCheckDialog
from gui.translated import tell, tr
from gui.work_progress import WorkProgress
from inference.images import SUPPORTED_SUFFIXES
from station.products import Addition
from station.references_check import ReferenceCheck


class ReferenceAdding(QObject):
    """Leads through adding photos, with dialogs over `window` and progress in `progress`."""

    created = Signal(object)
    """The first `ProductVersion` of a product that was made."""
    added = Signal(object)
    """The `ProductVersion` that has more references."""
    failed = Signal(object)
    """The `Failure` of looking or recording."""
    message = Signal(object)

    def __init__(self, operations: Operations, progress: WorkProgress, window: QWidget) -> None:
        super().__init__(window)
        self._operations = operations
        self._progress = progress
        self._window = window

    def ask_for_photos(self) -> list[Path]:
        """Let a person choose photos; none when they would rather not."""
        kinds = " ".join(f"*{suffix}" for suffix in sorted(SUPPORTED_SUFFIXES))
        title, kind = tr("Photos of good parts"), tr("Photos ({kinds})", kinds=kinds)
        return [Path(name) for name in QFileDialog.getOpenFileNames(self._window, title, "", kind)[0]]

    def make_product(self, paths: Sequence[Path], taken: Collection[str]) -> None:
        """Make a product of photos, or of the photos in folders, once a person gave it a name that is not taken."""
        work = check_work(None, tuple(paths))
        self._look(work, lambda checks: self._ask_for_name(checks, taken), Lane.FILES)

    def add_to(self, name: str, paths: Sequence[Path]) -> None:
        """Add photos to a product after a look at what they show."""
        self._look(check_work(name, tuple(paths)), lambda checks: self._ask_which(name, checks), Lane.ENGINE)

    def _look(
        self, work: Work[tuple[ReferenceCheck, ...]], go_on: Callable[[tuple[ReferenceCheck, ...]], object], lane: Lane
    ) -> None:
        self._progress.follow(self._run(tr("Looking at the photos"), work, go_on, lane))

    def _ask_for_name(self, checks: tuple[ReferenceCheck, ...], taken: Collection[str]) -> None:
        usable = [check for check in checks if check.is_usable]
        if not usable:
            self._say_unusable(checks)
            return
        dialog = NewProductDialog(checks, suggest_name(usable[0].path, taken), taken, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._create(dialog.name, dialog.paths))
        dialog.open()

    def _create(self, name: str, paths: list[Path]) -> None:
        self._run(tr("Creating {name}", name=name), create_work(name, paths), self.created.emit)

    def _ask_which(self, name: str, checks: tuple[ReferenceCheck, ...]) -> None:
        if not any(check.photo for check in checks):
            self._say_unusable(checks)
            return
        dialog = ReferenceCheckDialog(name, checks, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._add(Addition(name, tuple(dialog.chosen), dialog.is_proposed)))
        dialog.open()

    def _add(self, new: Addition) -> None:
        self._run(tr("Adding references to {name}", name=new.name), add_work(new), self.added.emit)

    def _say_unusable(self, checks: Sequence[ReferenceCheck]) -> None:
        nothing = tr("There is no photo in what was dropped; drop photos of good parts or a folder of them.")
        sentences = [tell(warning.sentence) for check in checks for warning in check.warnings]
        self.message.emit(Message(next(iter(sentences), nothing), "error"))

    def _run(
        self, title: str, work: Work[Any], on_success: Callable[[Any], object], lane: Lane = Lane.DATABASE
    ) -> Operation:
        return self._operations.run(
            title, work, lane=lane, owner=self, on_success=on_success, on_failure=self.failed.emit
        )
