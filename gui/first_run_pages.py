"""The three pages of the first start: who and how, what computes, one inspection that shows that all works.

They show what they are given and say what a person wants; the dialog does it.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from gui.app_icon import application_icon
from gui.first_run_parts import FittedPicture, lay_out, make_button, make_card, make_line, make_text
from gui.settings_catalogue import SETTINGS
from gui.theme import SPACING, icon, theme_notifier, verdict_icon
from gui.translated import format_number, tr, verdict_word
from gui.work_progress import WorkProgress
from station.changing_settings import SettingsState
from station.device_test import DeviceTest, DeviceTrial
from station.first_run import SampleInspection
from station.station import find_system_user

_INFOS = {info.name: info for info in SETTINGS}
_SIGN = QSize(56, 56)


class WelcomePage(QWidget):
    """Name, language and look; where everything is kept."""

    language_chosen = Signal(str)
    look_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name_edit = QLineEdit(self)
        self.name_edit.setMaxLength(_INFOS["user"].most)
        self.name_edit.setPlaceholderText(find_system_user())
        self.name_edit.setAccessibleName(tr("Your name"))
        self.language_box = _make_choice("language", self)
        self.look_box = _make_choice("theme", self)
        self.folder = make_text("", self)
        self.folder.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.language_box.activated.connect(lambda: self.language_chosen.emit(self.language_box.currentData()))
        self.look_box.activated.connect(lambda: self.look_chosen.emit(self.look_box.currentData()))
        self._build()

    def show_state(self, state: SettingsState, home: Path) -> None:
        """Show what is set already; what this computer fixes cannot be changed."""
        self.name_edit.setText(state.settings.user)
        self.language_box.setCurrentIndex(self.language_box.findData(state.settings.language))
        self.look_box.setCurrentIndex(self.look_box.findData(state.settings.theme))
        for name, control in self.controls.items():
            control.setEnabled(name not in state.fixed)
        self.folder.setText(str(home))

    @property
    def controls(self) -> dict[str, QWidget]:
        """The controls by the name of their setting."""
        return {"user": self.name_edit, "language": self.language_box, "theme": self.look_box}

    @property
    def choices(self) -> dict[str, object]:
        """What was typed and chosen, by the name of its setting; nothing for what this computer fixes."""
        values: dict[str, object] = {
            "user": self.name_edit.text().strip(),
            "language": self.language_box.currentData(),
            "theme": self.look_box.currentData(),
        }
        return {name: value for name, value in values.items() if self.controls[name].isEnabled()}

    def _build(self) -> None:
        sign = QLabel(self)
        sign.setPixmap(application_icon().pixmap(_SIGN, self.devicePixelRatioF()))
        words = QVBoxLayout()
        words.addWidget(make_text(tr("Welcome to AnomalyGPT Inspector"), self, "title"))
        text = tr(
            "It learns what a good part looks like from one photo, and says of others whether and where they differ."
        )
        words.addWidget(make_text(text, self, "muted"))
        head = QHBoxLayout()
        head.setSpacing(2 * SPACING)
        head.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        form = QFormLayout()
        form.setHorizontalSpacing(2 * SPACING)
        form.setVerticalSpacing(SPACING + 2)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(tr("Your name"), self.name_edit)
        form.addRow("", make_text(tr("It stands in every record as the person who acted."), self, "muted"))
        form.addRow(tr("Language"), self.language_box)
        form.addRow(tr("Look"), self.look_box)
        form.addRow(tr("Data folder"), self.folder)
        note = tr(
            "Photos, records and settings are kept there and nowhere else; nothing is sent to anybody. To use another "
            "folder, start the program with --home FOLDER."
        )
        form.addRow("", make_text(note, self, "muted"))
        layout = lay_out(self)
        layout.addLayout(head)
        layout.addSpacing(SPACING)
        layout.addLayout(form)
        layout.addStretch(1)


class DevicePage(QWidget):
    """What each device of this computer did in the test."""

    test_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.progress = WorkProgress(self)
        self.outcome = make_text("", self)
        self.again_button = make_button(tr("Test again"), self)
        self.again_button.clicked.connect(self.test_wanted.emit)
        self._test: DeviceTest | None = None
        theme_notifier().changed.connect(self._show_again)
        self._rows = QGridLayout()
        self._rows.setHorizontalSpacing(2 * SPACING)
        self._rows.setVerticalSpacing(SPACING)
        self._rows.setColumnStretch(3, 1)
        self._card = make_card(self)
        self._card.setLayout(self._rows)
        self._card.hide()
        self._build()

    def show_waiting(self) -> None:
        """Say that the test is under way."""
        self._card.hide()
        self.again_button.hide()
        self.outcome.setText("")

    def show_test(self, test: DeviceTest) -> None:
        """Show the trials."""
        self._test = test
        while (item := self._rows.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for row, trial in enumerate(test.trials):
            self._add_row(row, trial)
        self._card.show()
        self.again_button.show()
        chosen = dict(_INFOS["device"].choices)[test.automatic]
        self.outcome.setText(tr("The program uses: {device}. It can be changed in the settings.", device=tr(chosen)))

    def _show_again(self) -> None:
        """Signs are painted in the colours of the look in use."""
        if self._test is not None:
            self.show_test(self._test)

    def say(self, sentence: str) -> None:
        """Say why there is no result; the test can be repeated."""
        self.outcome.setText(sentence)
        self.again_button.show()

    def _build(self) -> None:
        text = tr(
            "One photo is computed on every device of this computer. Where the models are not installed yet, they are "
            "fetched first; that takes a few minutes and can be done later."
        )
        layout = lay_out(self)
        layout.addWidget(make_text(tr("What computes"), self, "title"))
        layout.addWidget(make_text(text, self, "muted"))
        layout.addSpacing(SPACING)
        layout.addWidget(self.progress)
        layout.addWidget(self._card)
        layout.addWidget(self.outcome)
        layout.addWidget(self.again_button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch(1)
        self.again_button.hide()

    def _add_row(self, row: int, trial: DeviceTrial) -> None:
        sign = QLabel(self._card)
        name, role = ("check-circle-outline", "success") if trial.works else ("minus-circle-outline", "muted")
        sign.setPixmap(icon(name, role).pixmap(QSize(20, 20), self.devicePixelRatioF()))
        seconds = "" if trial.seconds is None else tr("{time} ms", time=format_number(1000 * trial.seconds, 1))
        words = dict(_INFOS["device"].choices)[trial.device]
        self._rows.addWidget(sign, row, 0)
        self._rows.addWidget(make_line(tr(words), self._card), row, 1)
        self._rows.addWidget(make_line(seconds, self._card), row, 2)
        self._rows.addWidget(make_text(trial.problem or trial.name, self._card, "muted"), row, 3)


class SamplePage(QWidget):
    """A sample part with its verdict: this is what inspections look like."""

    inspection_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.progress = WorkProgress(self)
        self.picture = FittedPicture(self)
        self._verdict: str | None = None
        self._sign = QLabel(self)
        theme_notifier().changed.connect(self._paint_sign)
        self.verdict = make_line("", self)
        self.verdict.setProperty("role", "big")
        self.score = make_text("", self, "muted")
        self.outcome = make_text("", self)
        self.again_button = make_button(tr("Try again"), self)
        self.again_button.clicked.connect(self.inspection_wanted.emit)
        self._build()

    def show_waiting(self) -> None:
        """Say that the inspection is under way."""
        self.again_button.hide()
        self.outcome.setText("")

    def show_inspection(self, sample: SampleInspection) -> None:
        """Show picture and verdict."""
        record = sample.record
        pixmap = QPixmap()
        pixmap.loadFromData(sample.overlay)
        self.picture.show_pixmap(pixmap)
        self._verdict = record.verdict
        self._paint_sign()
        self.verdict.setText(verdict_word(record.verdict))
        score, limit = record.score or 0.0, record.limit or 0.0
        self.score.setText(
            tr("Score {score}, limit {limit}", score=format_number(score, 1), limit=format_number(limit))
        )
        text = tr(
            "It works. A flange with rust was compared with one photo of a good flange; the difference is outlined. It "
            "is recorded as inspection {number} and can be found in the history.",
            number=record.id,
        )
        self.outcome.setText(text)

    def _paint_sign(self) -> None:
        if self._verdict is not None:
            self._sign.setPixmap(verdict_icon(self._verdict).pixmap(QSize(40, 40), self.devicePixelRatioF()))

    def say(self, sentence: str) -> None:
        """Say why there is no inspection; it can be tried again."""
        self.outcome.setText(sentence)
        self.again_button.show()

    def _build(self) -> None:
        self.again_button.hide()
        words = QHBoxLayout()
        words.setSpacing(SPACING + 4)
        words.addWidget(self._sign)
        words.addWidget(self.verdict)
        words.addWidget(self.score, 1)
        layout = lay_out(self)
        layout.addWidget(make_text(tr("One inspection"), self, "title"))
        text = tr(
            "A sample part is inspected now, as every part of yours will be. Afterwards drop a photo on the window."
        )
        layout.addWidget(make_text(text, self, "muted"))
        layout.addWidget(self.progress)
        layout.addLayout(words)
        layout.addWidget(self.picture, 1)
        layout.addWidget(self.outcome)
        layout.addWidget(self.again_button, 0, Qt.AlignmentFlag.AlignLeft)


def _make_choice(name: str, parent: QWidget) -> QComboBox:
    box = QComboBox(parent)
    box.setAccessibleName(tr(_INFOS[name].title))
    for value, words in _INFOS[name].choices:
        box.addItem(tr(words), value)
    return box
