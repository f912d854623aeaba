"""The banner: verdict, score against the limit, what stands behind it, and what a person can do about it.

It always says which of its states it is in: nothing inspected, preparing, inspecting, judged and recorded, judged but
not saved, not inspected. A verdict of the part before is never left standing over the next one.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from gui.elided_label import ElidedLabel
from gui.icon_button import make_icon_button
from gui.inspection_flow import FlowState, NotInspected, NotRecorded
from gui.theme import SPACING
from gui.translated import tr, trn
from gui.verdict_signs import ScoreBar, VerdictSign
from gui.verdict_words import (
    BannerWords,
    describe_disposition,
    describe_not_recorded,
    describe_opened,
    describe_seconds_left,
)
from station.opening import OpenedInspection

LARGE = 1.9
"""How many times as large everything is at a station where people stand."""


class VerdictPanel(QFrame):
    """The banner of the window."""

    review_requested = Signal()
    was_good_requested = Signal()
    report_requested = Signal()
    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "banner")
        self.setAccessibleName(tr("Verdict"))
        self._opened: OpenedInspection | None = None
        self._words: BannerWords | None = None
        self._failed: NotInspected | None = None
        self._offers_actions = True
        self._sign = VerdictSign(self)
        self._score = ScoreBar(self)
        self._facts = _Facts(self)
        self._work = _Work(self)
        self._work.cancel.clicked.connect(self.cancel_requested)
        self.buttons = self._actions = VerdictActions(self)
        self._actions.review.clicked.connect(self.review_requested)
        self._actions.was_good.clicked.connect(self.was_good_requested)
        self._actions.report.clicked.connect(self.report_requested)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, SPACING, 0)
        layout.setSpacing(SPACING)
        layout.addWidget(self._sign)
        layout.addWidget(self._score)
        layout.addWidget(self._facts, 1)
        layout.addWidget(self._work, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.clear()

    @property
    def verdict_text(self) -> str:
        """The large word on show."""
        return self._sign.word

    @property
    def opened(self) -> OpenedInspection | None:
        """The recorded inspection on show."""
        return self._opened

    def clear(self) -> None:
        """Say that nothing was inspected yet."""
        self._opened, self._words, self._failed = None, None, None
        self._sign.show_verdict(None, tr("No inspection yet"))
        self._facts.say(tr("Drop a photo of a part on the window, or open one."))
        self._arrange(is_working=False)

    def show_inspection(self, opened: OpenedInspection) -> None:
        """Show a recorded inspection."""
        self._opened = opened
        self._show_words(describe_opened(opened), is_saved=True)

    def show_not_recorded(self, lost: NotRecorded) -> None:
        """Show a judgement that could not be saved, marked as such."""
        self._opened = None
        self._show_words(describe_not_recorded(lost), is_saved=False)

    def show_not_inspected(self, failed: NotInspected) -> None:
        """Say that there is no verdict for a photo."""
        self._opened, self._words, self._failed = None, None, failed
        self._sign.show_verdict(None, tr("No verdict"))
        self._facts.say(failed.file_name, failed.sentence)
        self._arrange(is_working=False)

    def show_state(self, state: FlowState) -> None:
        """Show what is going on; when nothing is, what was shown before it."""
        if state.phase == "idle":
            self._restore()
            return
        word = tr("Preparing") if state.phase == "preparing" else tr("Inspecting")
        self._sign.show_verdict(None, word)
        self._work.show_state(state)
        self._arrange(is_working=True)

    def set_large(self, large: bool) -> None:
        """Show everything large and without buttons, or as usual."""
        self._offers_actions = not large
        scale = LARGE if large else 1.0
        for part in (self._sign, self._score, self._facts, self._work):
            part.set_scale(scale)
        if self._words is not None:
            self._facts.show_words(self._words, is_saved=self._opened is not None)
        self._arrange(is_working=self._work.isVisibleTo(self))

    def _show_words(self, words: BannerWords, *, is_saved: bool) -> None:
        self._words, self._failed = words, None
        self._sign.show_verdict(words.verdict)
        if words.score is not None:
            self._score.show_score(words.score, words.limit, words.verdict)
        self._facts.show_words(words, is_saved=is_saved)
        self._arrange(is_working=False)

    def _restore(self) -> None:
        """Take away the progress; nothing else was changed by it but the sign."""
        if self._words is not None:
            self._sign.show_verdict(self._words.verdict)
        elif self._failed is not None:
            self.show_not_inspected(self._failed)
        elif self._work.isVisibleTo(self):
            self.clear()
        self._arrange(is_working=False)

    def _arrange(self, *, is_working: bool) -> None:
        words = self._words
        self._work.setVisible(is_working)
        self._facts.setVisible(not is_working)
        self._score.setVisible(not is_working and words is not None and words.score is not None)
        shown = self._offers_actions and not is_working and self._opened is not None
        self._actions.setVisible(shown)
        doubted = words is not None and words.verdict in ("review", "reject")
        self._actions.was_good.setVisible(doubted and self._opened is not None and self._opened.version is not None)


class _Facts(QWidget):
    """The lines beside the score."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._is_large = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING, 7, SPACING, 7)
        layout.setSpacing(1)
        self._title = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self._title.setProperty("role", "heading")
        self._subtitle = ElidedLabel()
        self._subtitle.setProperty("role", "muted")
        self._disposition = _make_chip("accent")
        self._found = ElidedLabel()
        self._promise = ElidedLabel()
        self._promise.setProperty("role", "muted")
        self._provisional = _make_chip("warning")
        self._provisional.setText(tr("Provisional"))
        self._provisional.setToolTip(tr("Few good parts stand behind this limit. Add more references to make it firm."))
        self._made = ElidedLabel()
        self._made.setProperty("role", "muted")
        self._not_saved = _make_chip("danger")
        self._not_saved.setText(tr("Not saved"))
        layout.addStretch(1)
        layout.addLayout(_make_row(self._title, self._disposition))
        layout.addWidget(self._subtitle)
        layout.addWidget(self._found)
        layout.addLayout(_make_row(self._provisional, self._promise))
        layout.addLayout(_make_row(self._not_saved, self._made))
        layout.addStretch(1)

    def say(self, title: str, text: str = "") -> None:
        """Show a title and a sentence, and nothing else."""
        self._title.setText(title)
        self._found.setText(text)
        self._found.setVisible(bool(text))
        for label in (self._subtitle, self._disposition, self._promise, self._provisional, self._made, self._not_saved):
            label.hide()

    def show_words(self, words: BannerWords, *, is_saved: bool) -> None:
        """Show the words of a judged photo."""
        if self._is_large:
            self.say(words.title, _join_findings(words))
            self._subtitle.setText(words.subtitle)
            self._subtitle.setVisible(bool(words.subtitle))
        else:
            self.say("  ·  ".join(part for part in (words.title, words.subtitle) if part), _join_findings(words))
        self._found.setToolTip("\n".join((*words.findings, words.found)))
        self._promise.setText(words.promise)
        self._promise.setVisible(bool(words.promise))
        self._provisional.setVisible(words.provisional)
        self._made.setText("  ·  ".join(part for part in (words.recorded, words.made) if part))
        self._made.show()
        self._not_saved.setVisible(not is_saved)
        if words.disposition is not None:
            self._disposition.setText(describe_disposition(words.disposition))
            self._disposition.setToolTip(words.disposition.reason)
            self._disposition.show()

    def set_scale(self, scale: float) -> None:
        """Show the title and the findings larger; the rest is for the office."""
        self._is_large = scale > 1
        _scale_font(self._title, 12 * (1 + (scale - 1) * 0.6))
        for label in (self._found, self._subtitle):
            _scale_font(label, 10 * (1 + (scale - 1) * 0.6))


class _Work(QWidget):
    """Progress of the photo under way."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACING, SPACING, SPACING, SPACING)
        layout.setSpacing(2 * SPACING)
        column = QVBoxLayout()
        column.setSpacing(5)
        self._title = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self._title.setProperty("role", "heading")
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._bar.setAccessibleName(tr("Progress"))
        self._what = ElidedLabel()
        self._what.setProperty("role", "muted")
        column.addStretch(1)
        column.addWidget(self._title)
        column.addWidget(self._bar)
        column.addWidget(self._what)
        column.addStretch(1)
        self.cancel = make_icon_button("stop-circle-outline", tr("Cancel"), self)
        self.cancel.setToolTip(tr("Stop this inspection and those that wait (Esc)"))
        layout.addLayout(column, 1)
        layout.addWidget(self.cancel, 0, Qt.AlignmentFlag.AlignVCenter)

    def show_state(self, state: FlowState) -> None:
        """Show how far it is."""
        self._title.setText(state.file_name)
        self._bar.setRange(0, 0 if state.share == 0.0 else 1000)
        self._bar.setValue(round(1000 * state.share))
        waiting = trn("{count} more waiting", "{count} more waiting", state.waiting) if state.waiting else ""
        parts = (state.what, describe_seconds_left(state.seconds_left), waiting)
        self._what.setText("  ·  ".join(part for part in parts if part))

    def set_scale(self, scale: float) -> None:
        """Show the name larger."""
        _scale_font(self._title, 12 * (1 + (scale - 1) * 0.6))


class VerdictActions(QWidget):
    """What a person can do about a verdict; whoever places the banner places them, too."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        self.was_good = make_icon_button("check-circle-outline", tr("This was good…"), self)
        self.was_good.setToolTip(tr("Take this photo as one more reference of a good part"))
        self.review = make_icon_button("gavel", tr("Overrule…"), self)
        self.review.setToolTip(tr("Record your decision on this part, with a reason; the verdict stays as it is"))
        self.report = make_icon_button("file-pdf-box", tr("Report…"), self)
        self.report.setToolTip(tr("Preview the report of this inspection, save it as PDF or print it"))
        for button in (self.was_good, self.review, self.report):
            layout.addWidget(button)


def _join_findings(words: BannerWords) -> str:
    """Findings before the count of regions: they are why somebody has to look."""
    return "  ".join((*words.findings, words.found)) if words.findings else words.found


def _make_chip(role: str) -> QLabel:
    chip = QLabel()
    chip.setProperty("chip", role)
    chip.setTextFormat(Qt.TextFormat.PlainText)
    chip.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
    return chip


def _make_row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(SPACING)
    for widget in widgets:
        row.addWidget(widget, 1 if isinstance(widget, ElidedLabel) else 0)
    return row


def _scale_font(label: QLabel, points: float) -> None:
    label.setStyleSheet(f"font-size: {points:.1f}pt;")
