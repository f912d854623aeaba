"""The figures of a batch: how far it is, a bar of its verdicts and failures, counts, rate, time left."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from gui.theme import SPACING, colour, icon, theme_notifier, verdict_icon
from gui.translated import format_number, format_share, tr, trn, verdict_word
from gui.verdict_words import describe_seconds_left
from station.batch_values import BatchSummary

_VERDICTS = ("accept", "review", "reject")
_FILLS = (*_VERDICTS, "none")
_FAILED_FILL = "none_fill"


class BatchFigures(QWidget):
    """Shows a `BatchSummary`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._summary: BatchSummary | None = None
        self._is_running = False
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress"))
        self.words = QLabel(self)
        self.words.setProperty("role", "muted")
        self.shares = _Shares(self)
        self._counts = {verdict: _Count(verdict, self) for verdict in _VERDICTS}
        self.failures = _Failures(self)
        counts = QHBoxLayout()
        counts.setSpacing(3 * SPACING)
        for count in self._counts.values():
            counts.addWidget(count)
        counts.addWidget(self.failures)
        counts.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        for widget in (self.bar, self.words):
            layout.addWidget(widget)
        layout.addLayout(counts)
        layout.addWidget(self.shares)

    def set_running(self, is_running: bool) -> None:
        """Say how long it will take, or that nothing goes on now."""
        self._is_running = is_running
        if self._summary is not None:
            self.show_summary(self._summary)

    def show_summary(self, summary: BatchSummary) -> None:
        """Show these figures."""
        self._summary = summary
        self.bar.setRange(0, max(summary.total, 1))
        self.bar.setValue(summary.done)
        self.words.setText("  ·  ".join(_tell(summary, self._is_running)))
        for verdict, count in self._counts.items():
            count.show_count(summary.verdicts.get(verdict, 0))
        self.failures.show_count(summary.failures)
        self.shares.show_shares([summary.verdicts.get(verdict, 0) for verdict in _VERDICTS], summary.failures)


class _Count(QWidget):
    """A verdict's shape, word and count."""

    def __init__(self, verdict: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._verdict = verdict
        self._sign = QLabel(self)
        self._words = QLabel(self)
        self._words.setProperty("role", "heading")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addWidget(self._sign)
        layout.addWidget(self._words)
        self._paint()
        theme_notifier().changed.connect(self._paint)
        self.show_count(0)

    def show_count(self, count: int) -> None:
        self._words.setText(f"{verdict_word(self._verdict)} {format_number(count)}")

    def _paint(self) -> None:
        self._sign.setPixmap(verdict_icon(self._verdict).pixmap(QSize(22, 22), self.devicePixelRatioF()))


class _Failures(QWidget):
    """How many photos could not be judged; nothing while there is none."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._sign = QLabel(self)
        self._words = QLabel(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addWidget(self._sign)
        layout.addWidget(self._words)
        self._paint()
        theme_notifier().changed.connect(self._paint)
        self.show_count(0)

    def show_count(self, count: int) -> None:
        self.setVisible(count > 0)
        self._words.setText(_tell_failures(count))

    def _paint(self) -> None:
        sign = icon("alert-octagon-outline", "danger")
        self._sign.setPixmap(sign.pixmap(QSize(22, 22), self.devicePixelRatioF()))


class _Shares(QWidget):
    """A bar of one piece for each verdict, and a hatched one for the failures, as long as its share."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._pieces: list[tuple[int, str]] = []
        self.setFixedHeight(14)
        theme_notifier().changed.connect(self.update)

    def show_shares(self, counts: list[int], failures: int) -> None:
        self._pieces = [(count, f"{name}_fill") for count, name in zip((*counts, failures), _FILLS, strict=True)]
        said = [f"{verdict_word(name)} {format_number(count)}" for name, count in zip(_VERDICTS, counts, strict=True)]
        self.setAccessibleName(", ".join([*said, _tell_failures(failures)] if failures else said))
        self.setToolTip(self.accessibleName())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("border"))
        painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        total, left = sum(count for count, _ in self._pieces), 0.0
        for count, fill in self._pieces:
            width = self.width() * count / total if total else 0.0
            piece = QRectF(left, 0, max(width - 1, 0), self.height())
            painter.setBrush(colour(fill))
            painter.drawRoundedRect(piece, 3, 3)
            if fill == _FAILED_FILL:
                painter.setBrush(QBrush(colour("on_none"), Qt.BrushStyle.BDiagPattern))
                painter.drawRoundedRect(piece, 3, 3)
            left += width


def _tell_failures(count: int) -> str:
    return trn("{count} photo without a verdict", "{count} photos without a verdict", count)


def _tell(summary: BatchSummary, is_running: bool) -> list[str]:
    words = [tr("{done} of {total} photos", done=format_number(summary.done), total=format_number(summary.total))]
    # A file that is no photo takes no time and says nothing of how fast photos are.
    if summary.photos_per_minute is not None and summary.done > summary.failures:
        words.append(tr("{rate} photos a minute", rate=format_number(summary.photos_per_minute)))
    if summary.accepted_share is not None:
        words.append(tr("{share} accepted", share=format_share(summary.accepted_share)))
    left = describe_seconds_left(summary.seconds_left) if is_running and summary.done < summary.total else ""
    return [*words, left] if left else words
