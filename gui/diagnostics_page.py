"""What is known of program, computer, data folder, database and models, as labelled values that can be selected."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from gui.model_packs_page import format_size
from gui.theme import SPACING
from gui.translated import format_number, mark, tr
from station.diagnosing import Diagnosis, PackLine, list_changed_settings

Fact = tuple[str, str]
LITTLE_ROOM = 2_000_000_000
"""Free bytes below which the disk is called nearly full: a day of photos fits in no less."""
_COUNTS = {
    "products": mark("Products"),
    "inspections": mark("Inspections"),
    "dispositions": mark("Decisions"),
    "turns": mark("Turns of conversations"),
    "events": mark("Events of the chain"),
    "blobs": mark("Photos and maps"),
}
_STATES = {"installed": mark("installed and verified"), "damaged": mark("damaged"), "missing": mark("not installed")}


class DiagnosticsPage(QScrollArea):
    """Shows a diagnosis in groups."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("Overview"))

    def show_diagnosis(self, diagnosis: Diagnosis) -> None:
        """Show everything; what was shown before goes."""
        page = QWidget()
        page.setProperty("role", "page")
        layout = QVBoxLayout(page)
        layout.setContentsMargins(SPACING, SPACING, SPACING, SPACING)
        layout.setSpacing(2 * SPACING)
        for sentence in (*diagnosis.problems, *diagnosis.home.warnings, *_warn_of_little_room(diagnosis)):
            layout.addWidget(_make_warning(sentence, page))
        for title, facts in _list_groups(diagnosis):
            layout.addWidget(_make_group(title, facts, page))
        layout.addStretch(1)
        self.setWidget(page)


def _list_groups(diagnosis: Diagnosis) -> Iterable[tuple[str, list[Fact]]]:
    yield tr("Program and computer"), _tell_machine(diagnosis)
    yield tr("Data folder"), _tell_home(diagnosis)
    if diagnosis.database is not None:
        yield tr("Audit database"), _tell_database(diagnosis)
    if diagnosis.packs:
        yield tr("Model packs"), [(f"{pack.name} {pack.version}", _tell_pack(pack)) for pack in diagnosis.packs]
    yield tr("Packages"), list(diagnosis.machine.packages.items())


def _tell_machine(diagnosis: Diagnosis) -> list[Fact]:
    machine = diagnosis.machine
    cores = tr("{name}, {count} cores", name=machine.processor, count=machine.cores)
    return [
        (tr("Program"), machine.application),
        (tr("System"), machine.system),
        (tr("Processor"), cores),
        (tr("GPU"), machine.gpu or tr("none")),
        (tr("Memory"), _write_size(machine.memory)),
        ("Python", machine.python),
    ]


def _tell_home(diagnosis: Diagnosis) -> list[Fact]:
    home = diagnosis.home
    changed = list_changed_settings(home.settings)
    facts = [
        (tr("Folder"), str(home.home)),
        (tr("Free on its disk"), _write_size(home.free)),
        (tr("Changed settings"), ", ".join(changed) or tr("none")),
    ]
    if home.fixed:
        facts.append((tr("Fixed by this computer"), ", ".join(home.fixed.values())))
    return facts


def _tell_database(diagnosis: Diagnosis) -> list[Fact]:
    measure = diagnosis.database
    if measure is None:
        return []
    counts = [
        (tr(_COUNTS[name]) if name in _COUNTS else name, format_number(count)) for name, count in measure.counts.items()
    ]
    sizes = [
        (tr("Size of the database"), _write_size(measure.database_bytes)),
        (tr("Size of photos and maps"), _write_size(measure.blob_bytes)),
    ]
    return [*sizes, *counts]


def _warn_of_little_room(diagnosis: Diagnosis) -> list[str]:
    free = diagnosis.home.free
    if free is None or free >= LITTLE_ROOM:
        return []
    text = tr("Only {size} are free where photos are kept; make room before the disk is full.", size=format_size(free))
    return [text]


def _tell_pack(pack: PackLine) -> str:
    state = tr(_STATES[pack.state]) if pack.state in _STATES else pack.state
    return tr("{state}, SHA-256 {sha256}", state=state, sha256=pack.sha256)


def _write_size(size: int | None) -> str:
    return tr("unknown") if size is None else format_size(size)


def _make_group(title: str, facts: Iterable[Fact], page: QWidget) -> QWidget:
    group = QWidget(page)
    heading = QLabel(title, group)
    heading.setProperty("role", "heading")
    card = QFrame(group)
    card.setProperty("role", "card")
    form = QFormLayout(card)
    form.setContentsMargins(2 * SPACING, SPACING + 4, 2 * SPACING, SPACING + 4)
    form.setHorizontalSpacing(2 * SPACING)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    for name, value in facts:
        label = QLabel(name, card)
        label.setProperty("role", "muted")
        label.setMinimumWidth(180)
        form.addRow(label, _make_value(value, card))
    layout = QVBoxLayout(group)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(heading)
    layout.addWidget(card)
    return group


def _make_value(text: str, card: QWidget) -> QLabel:
    label = QLabel(_allow_breaks(text), card)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _allow_breaks(text: str) -> str:
    """Let long paths and hashes end a line anywhere; a label breaks lines at blanks only."""
    return "\u200b".join(text[at : at + 24] for at in range(0, len(text), 24)) if " " not in text[:80] else text


def _make_warning(sentence: str, page: QWidget) -> QLabel:
    label = QLabel(sentence, page)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("chip", "warning")
    return label
