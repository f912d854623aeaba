"""Products and their references at the left of the window: choose, make, approve, add by dropping, retire.

Places its parts and runs what they ask for in the background; nothing is shown as done before it is recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from gui.dialogs import ask_reason
from gui.drop_hint import DropHint
from gui.empty_state import EmptyState
from gui.messages import Message
from gui.operations import Failure, Lane, Operation, Operations, Work
from gui.product_controls import ProductHead, ReferenceButtons
from gui.product_work import approve_work, learn_work, list_work, retire_references_work, stand_work
from gui.reference_adding import ReferenceAdding
from gui.reference_list import ReferenceList
from gui.theme import SPACING
from gui.thumbnails import Thumbnails
from gui.translated import tr, trn
from gui.was_good_dialog import offer_was_good
from gui.work_progress import WorkProgress
from station.opening import OpenedInspection
from storage.records import ProductVersion, ReferenceRow


class ReferencePanel(QWidget):
    """The product in use and its references."""

    product_chosen = Signal(object)
    """Name of the product now in use, or None."""
    product_changed = Signal(str)
    """Name of a product that got another version, or was made, retired or reinstated."""
    message = Signal(object)

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._versions: dict[str, ProductVersion] = {}
        self._current: str | None = None
        self._wanted: str | None = None
        self._build()
        self._connect()
        self._show()

    # What the window asks

    @property
    def current_product(self) -> str | None:
        """Name of the product in use."""
        return self._current

    @property
    def current_version(self) -> ProductVersion | None:
        """Newest version of the product in use, as far as it was read."""
        return self._versions.get(self._current) if self._current else None

    def refresh(self) -> None:
        """Read the products anew."""
        self._operations.run(
            tr("Reading the products"),
            list_work(),
            lane=Lane.DATABASE,
            owner=self,
            on_success=self._take_products,
            # What is on show stays; reading again at once would fail the same way.
            on_failure=lambda failure: self.message.emit(Message(failure.sentence, "error")),
        )

    def choose_product(self, name: str | None) -> None:
        """Use a product; one that is not known yet is looked for among those recorded."""
        self._wanted = None
        if name is not None and name not in self._versions:
            self._wanted = name
            self.refresh()
            return
        if name != self._current:
            self._use(name)
        self._show()

    def new_product_from(self, paths: Sequence[Path]) -> None:
        """Make a product of photos, or of the photos in folders, once a person gave it a name."""
        self._adding.make_product(paths, self._versions)

    def add_references_from(self, paths: Sequence[Path]) -> None:
        """Add photos to the product in use after a look at what they show; without a product, make one of them."""
        version = self.current_version
        if version is None:
            self.new_product_from(paths)
        elif version.retired:
            text = tr("Product {name} is retired; take it back into use first.", name=version.name)
            self.message.emit(Message(text, "warning"))
        else:
            self._adding.add_to(version.name, paths)

    def take_as_good(self, opened: OpenedInspection) -> None:
        """Make the part of an inspection one more reference of its product, once a person said why."""
        offer_was_good(self._operations, opened, self, on_recorded=self.show_version, on_message=self.message.emit)

    def show_version(self, version: ProductVersion) -> None:
        """Show a version that something else recorded."""
        self._versions[version.name] = version
        self._show()
        self.product_changed.emit(version.name)

    def open_settings(self) -> None:
        """Open the settings of the product in use."""
        if self._current is None:
            return
        from gui.product_dialog import ProductDialog  # noqa: PLC0415 - loads what plots need; the window need not wait

        dialog = ProductDialog(self._operations, self._current, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.version_made.connect(self._take_version)
        dialog.message.connect(self.message)
        dialog.open()

    # Building

    def _build(self) -> None:
        self.head = ProductHead(self)
        self.buttons = ReferenceButtons(self)
        self.progress = WorkProgress(self)
        self._drop_hint = DropHint(self, tr("Drop photos of good parts"))
        self._adding = ReferenceAdding(self._operations, self.progress, self)
        self.references = ReferenceList(Thumbnails(self._operations, parent=self), self)
        self._empty = EmptyState("image-plus-outline", "", "", parent=self)
        self._pages = QStackedLayout()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.references)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING, SPACING, SPACING, SPACING)
        layout.setSpacing(SPACING)
        layout.addWidget(self.head)
        layout.addLayout(self._pages, 1)
        layout.addWidget(self.buttons)
        layout.addWidget(self.progress)

    def _connect(self) -> None:
        self.head.chooser.chosen.connect(self.choose_product)
        self.head.new_wanted.connect(self._open_photos_of_new)
        self.head.settings_wanted.connect(self.open_settings)
        self.head.standing_wanted.connect(self._ask_standing)
        self.head.list_wanted.connect(self._show)
        self.buttons.add_wanted.connect(self._open_photos)
        self.buttons.approve_wanted.connect(self._approve)
        self.buttons.retire_wanted.connect(self._ask_retire)
        self.references.itemSelectionChanged.connect(self._enable)
        self._drop_hint.dropped.connect(self.add_references_from)
        self._drop_hint.message.connect(self.message)
        self._adding.created.connect(self._take_product)
        self._adding.added.connect(self._take_version)
        self._adding.failed.connect(self._say_failure)
        self._adding.message.connect(self.message)

    # Showing

    def _take_products(self, versions: list[ProductVersion]) -> None:
        known, self._versions = self._versions, {version.name: version for version in versions}
        wanted, self._wanted = self._wanted or self._current, None
        if wanted is not None and wanted not in self._versions:
            text = tr("There is no product {name}; choose another or make it anew.", name=wanted)
            self.message.emit(Message(text, "warning"))
        self._say_retired_meanwhile(known)
        name = wanted if wanted in self._versions else None
        if name == self._current and known == self._versions:
            return
        if name != self._current:
            self._use(name)
        self._show()

    def _say_retired_meanwhile(self, known: Mapping[str, ProductVersion]) -> None:
        """Another window, or the command line, may have taken the product in use out of use."""
        then, now = known.get(self._current or ""), self.current_version
        if then is not None and now is not None and now.retired and not then.retired:
            text = tr("Product {name} was retired meanwhile; choose another or take it back into use.", name=now.name)
            self.message.emit(Message(text, "warning"))
            self.product_changed.emit(now.name)

    def _take_version(self, version: ProductVersion) -> None:
        """Show what was just recorded, and learn it."""
        self.show_version(version)
        if version.approved and not version.retired:
            title = tr("Learning {name}", name=version.name)
            self.progress.follow(self._run(title, learn_work(version), self._say_doubts, lane=Lane.ENGINE))

    def _take_product(self, version: ProductVersion) -> None:
        self._versions[version.name] = version
        self._use(version.name)
        self._take_version(version)
        text = tr("Product {name} is there; drop a part on the photo to inspect it.", name=version.name)
        self.message.emit(Message(text, "success"))

    def _use(self, name: str | None) -> None:
        self._current = name
        self.product_chosen.emit(name)

    def _show(self) -> None:
        version = self.current_version
        self.head.show_products(self._list_shown(), version)
        self.references.show_references(version.references if version else ())
        if version is not None and version.references:
            self._pages.setCurrentWidget(self.references)
        else:
            self._say_empty(version)
        self._enable()

    def _list_shown(self) -> list[ProductVersion]:
        """Products to choose from: retired ones last, and only when they are wanted or in use."""
        shown = [
            version
            for version in self._versions.values()
            if not version.retired or self.head.shows_retired or version.name == self._current
        ]
        return sorted(shown, key=lambda version: (version.retired, version.name.casefold()))

    def _say_empty(self, version: ProductVersion | None) -> None:
        if version is not None and version.retired:
            text = tr("It has no reference. Take it back into use from the menu above to add some.")
            self._empty.say(tr("Retired product"), text)
        elif version is not None:
            text = tr("Drop photos of good parts here; one is enough to start.")
            self._empty.say(tr("No reference"), text, tr("Add photos…"), self._open_photos)
        elif any(not other.retired for other in self._versions.values()):
            text = tr("Choose one above, or drop a photo of a good part here for a new one.")
            self._empty.say(tr("No product chosen"), text, tr("New product…"), self._open_photos_of_new)
        else:
            text = tr("Drop a photo of a good part here. One is enough to start inspecting.")
            self._empty.say(tr("No product yet"), text, tr("New product…"), self._open_photos_of_new)
        self._pages.setCurrentWidget(self._empty)

    def _enable(self) -> None:
        self.buttons.show_choice(self.current_version, self.references.selected)

    def _say_doubts(self, doubts: tuple[str, ...]) -> None:
        for doubt in doubts:
            self.message.emit(Message(doubt, "warning"))

    # Doing

    def _open_photos(self) -> None:
        if paths := self._adding.ask_for_photos():
            self.add_references_from(paths)

    def _open_photos_of_new(self) -> None:
        if paths := self._adding.ask_for_photos():
            self.new_product_from(paths)

    def _approve(self) -> None:
        proposed = [row.id for row in self.references.selected if row.state == "proposed"]
        if self._current is not None and proposed:
            self._run(tr("Approving references"), approve_work(self._current, proposed), self._take_version)

    def _ask_retire(self) -> None:
        name, rows = self._current, self.references.selected
        if name is None or not rows:
            return
        text = trn(
            "The photo is not compared with any more; past inspections keep it. Why?",
            "{count} photos are not compared with any more; past inspections keep them. Why?",
            len(rows),
        )
        if self._would_be_bare(rows):
            text += "\n\n" + tr("No approved reference is left then; nothing can be inspected until one is added.")
        reason = ask_reason(self, tr("Retire references"), text)
        if reason is not None:
            work = retire_references_work(name, [row.id for row in rows], reason)
            self._run(tr("Retiring references"), work, self._take_version)

    def _would_be_bare(self, retired: Sequence[ReferenceRow]) -> bool:
        """Whether the product in use would have nothing left to compare with."""
        version = self.current_version
        return version is not None and not set(version.approved) - set(retired)

    def _ask_standing(self, retire: bool) -> None:
        """Retire the product in use, or take it back into use, with a reason."""
        name = self._current
        if name is None:
            return
        if retire:
            title = tr("Retire {name}", name=name)
            text = tr("Nothing can be inspected with it any more; nothing is deleted. Why?")
        else:
            title = tr("Take {name} back into use", name=name)
            text = tr("Parts can be inspected with it again. Why?")
        reason = ask_reason(self, title, text)
        if reason is not None:
            self._run(title, stand_work(name, reason, retire=retire), self.show_version)

    def event(self, event: QEvent) -> bool:
        """Read the products anew when somebody comes back to the window: another one may have changed them."""
        if event.type() == QEvent.Type.WindowActivate and self._versions:
            self.refresh()
        return super().event(event)

    def _run(
        self, title: str, work: Work[Any], on_success: Callable[[Any], object], lane: Lane = Lane.DATABASE
    ) -> Operation:
        return self._operations.run(
            title, work, lane=lane, owner=self, on_success=on_success, on_failure=self._say_failure
        )

    def _say_failure(self, failure: Failure) -> None:
        """Say it, and show what holds: something may have been recorded before it failed."""
        self.message.emit(Message(failure.sentence, "error"))
        if self._current is not None:
            self.refresh()
