"""A whole working day in the window, by real mouse and keyboard: run by `test_window_story` on a screen of its own.

    python -m tests.e2e.window_story HOME PHOTOS SCREENSHOTS

The window runs in this process, so that the story knows where everything is; xdotool moves the mouse and types. Each
step waits for what a person would wait for, and leaves a screenshot. PHOTOS holds `good.png`, `other.png` and
`spot.png`. Files are dragged from a window of another program, see `drag_source`.
"""

from __future__ import annotations

import subprocess
import sys
import traceback
from collections.abc import Callable, Generator
from pathlib import Path
from time import monotonic
from types import TracebackType

from PySide6.QtCore import QMimeData, QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QPlainTextEdit, QPushButton, QWidget

from gui.app import make_application
from gui.first_run import FirstRunDialog
from gui.new_product_dialog import NewProductDialog
from gui.report_dialog import ReportDialog
from gui.review_dialog import ReviewDialog
from gui.session import WindowSession
from gui.theme import apply_theme
from tests.e2e.drag_source import TITLE

PATIENCE_SECONDS = 60
TICK_MS = 40
Condition = Callable[[], object]
Steps = Generator[Condition, None, None]


def press(*keys: str) -> None:
    subprocess.run(["xdotool", "key", "--clearmodifiers", *keys], check=True)


def write(text: str) -> None:
    subprocess.run(["xdotool", "type", "--delay", "12", text], check=True)


def click(widget: QWidget, at: QPoint | None = None, times: int = 1) -> None:
    """Click with the real mouse; without a window manager the window needs the keyboard handed to it."""
    focus(widget.window())
    point = widget.mapToGlobal(at or widget.rect().center())
    place = [str(point.x()), str(point.y())]
    subprocess.run(["xdotool", "mousemove", *place, "click", "--repeat", str(times), "1"], check=True)


def focus(window: QWidget) -> None:
    subprocess.run(["xdotool", "windowfocus", str(int(window.winId()))], check=False, capture_output=True)


def move_mouse(point: QPoint) -> None:
    subprocess.run(["xdotool", "mousemove", str(point.x()), str(point.y())], check=True)


def use_button(action: str) -> None:
    subprocess.run(["xdotool", action, "1"], check=True)


def find_window(title: str) -> bool:
    found = subprocess.run(["xdotool", "search", "--name", title], check=False, capture_output=True)
    return bool(found.stdout.strip())


def top(kind: type) -> QWidget | None:
    widget = QApplication.activeModalWidget()
    return widget if isinstance(widget, kind) and widget.isVisible() else None


def copy_file(path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    QGuiApplication.clipboard().setMimeData(data)


class Story:
    """Plays the steps of a day one after the other, whatever dialog is open."""

    def __init__(self, session: WindowSession, photos: Path, shots: Path) -> None:
        self._session = session
        self._photos = photos
        self._shots = shots
        self._count = 0
        self._steps = self._live()
        self._condition: Condition = lambda: True
        self._began = monotonic()
        self._timer = QTimer(interval=TICK_MS)
        self._timer.timeout.connect(self._tick)
        self.outcome = "not begun"

    def begin(self) -> None:
        self._timer.start()

    def _tick(self) -> None:
        if not self._condition():
            if monotonic() - self._began > PATIENCE_SECONDS:
                self._end(f"gave up after step {self._count}: {self._steps.gi_frame and self._steps.gi_frame.f_lineno}")
            return
        self._timer.stop()
        try:
            self._condition, self._began = next(self._steps), monotonic()
        except StopIteration:
            self._end("done")
            return
        self._timer.start()

    def _end(self, outcome: str) -> None:
        self._timer.stop()
        self.outcome = outcome
        if outcome != "done":
            self._shoot("where it ended")
        for widget in QApplication.topLevelWidgets():
            widget.close()
        QApplication.exit(0)

    def fail(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """End where something went wrong, instead of waiting for ever."""
        traceback.print_exception(kind, error, trace)
        self._end(f"failed after step {self._count}: {error!r}")

    def _shoot(self, name: str) -> None:
        self._count += 1
        screen = QGuiApplication.primaryScreen()
        screen.grabWindow(0).save(str(self._shots / f"{self._count:02} {name}.png"))

    def _rest(self, milliseconds: int = 400) -> Condition:
        """Let what was just asked for be painted."""
        until = monotonic() + milliseconds / 1000
        return lambda: monotonic() > until

    @property
    def _window(self):
        return self._session.window

    def _live(self) -> Steps:
        for chapter in (
            self._start,
            self._make_product,
            self._drop,
            self._inspect,
            self._talk,
            self._overrule,
            self._look_back,
        ):
            yield from chapter()

    def _start(self) -> Steps:
        yield lambda: top(FirstRunDialog)
        dialog = top(FirstRunDialog)
        assert isinstance(dialog, FirstRunDialog)
        for number in range(3):
            yield lambda number=number: dialog.step == number and dialog.next_button.isEnabled()
            yield lambda: not self._session.operations.is_busy()
            yield self._rest()
            self._shoot(f"first run {number + 1}")
            click(dialog.next_button)
            yield self._rest()
        yield lambda: top(FirstRunDialog) is None
        yield lambda: not self._session.operations.is_busy()
        yield self._rest()
        self._shoot("empty window")

    def _make_product(self) -> Steps:
        copy_file(self._photos / "good.png")
        focus(self._window)
        press("ctrl+v")
        yield lambda: top(NewProductDialog)
        yield self._rest()
        self._shoot("new product from one photo")
        dialog = top(NewProductDialog)
        assert isinstance(dialog, NewProductDialog)
        click(dialog.name_edit, times=3)
        write("Flange DN50")
        click(dialog.create_button)
        yield lambda: self._window.steering.product == "Flange DN50" and not self._session.operations.is_busy()
        yield self._rest()
        self._shoot("product learned")

    def _drop(self) -> Steps:
        """Drag a photo out of another program's window onto the viewer."""
        corner = self._window.mapToGlobal(QPoint(20, self._window.height() - 90))
        place, file = [str(corner.x()), str(corner.y())], str(self._photos / "other.png")
        source = subprocess.Popen([sys.executable, "-m", "tests.e2e.drag_source", *place, file])
        yield lambda: find_window(TITLE)
        yield self._rest()
        start, target = corner + QPoint(45, 20), self._window.page.viewer
        end = target.mapToGlobal(target.rect().center())
        move_mouse(start)
        use_button("mousedown")
        for step in range(1, 11):
            move_mouse(start + (end - start) * step / 10)
            yield self._rest(60)
        self._shoot("dragged over the viewer")
        use_button("mouseup")
        yield lambda: self._window.page.opened is not None and not self._session.operations.is_busy()
        yield self._rest()
        source.terminate()
        yield lambda: source.poll() is not None
        yield self._rest()
        self._shoot("dropped part")
        assert self._window.page.opened.record.file_name == "other.png"

    def _inspect(self) -> Steps:
        shown = self._window.page.opened
        focus(self._window)
        press("ctrl+l")
        write("SN-4711")
        press("Return")
        copy_file(self._photos / "spot.png")
        press("ctrl+v")
        yield lambda: self._window.page.opened is not shown and not self._session.operations.is_busy()
        yield self._rest()
        self._shoot("verdict of a bad part")
        assert self._window.page.opened.record.verdict == "reject"
        assert self._window.page.opened.record.serial == "SN-4711"

    def _talk(self) -> Steps:
        chat = self._window.page.chat
        [entry] = [edit for edit in chat.findChildren(QPlainTextEdit) if not edit.isReadOnly() and edit.isVisible()]
        for text in ("How large is the defect?", "Why was it rejected?", "crack"):
            click(entry)
            write(text)
            press("Return")
            yield self._rest(300)
            yield lambda: not self._session.operations.is_busy()
            yield self._rest()
            self._shoot(f"asked {text.rstrip('?')}")

    def _overrule(self) -> Steps:
        click(self._window.page.banner.buttons.review)
        yield lambda: top(ReviewDialog)
        dialog = top(ReviewDialog)
        assert isinstance(dialog, ReviewDialog)
        yield lambda: not self._session.operations.is_busy()
        focus(dialog)
        press("2")
        click(dialog.reason_edit.edit)
        write("the stain can be wiped off")
        yield self._rest()
        self._shoot("overruled with a reason")
        [save] = [button for button in dialog.findChildren(QPushButton) if button.isDefault()]
        click(save)
        yield lambda: top(ReviewDialog) is None and not self._session.operations.is_busy()
        yield lambda: bool(self._window.page.opened.record.dispositions)
        yield self._rest()
        self._shoot("decision on record")

    def _look_back(self) -> Steps:
        focus(self._window)
        press("ctrl+2")
        yield lambda: self._window.history.model.rowCount() > 0 and not self._session.operations.is_busy()
        yield self._rest(800)
        self._shoot("found in the history")
        table = self._window.history.table
        click(table.viewport(), table.visualRect(table.model().index(0, 1)).center(), times=2)
        yield lambda: self._window.pages.currentIndex() == 0
        click(self._window.page.banner.buttons.report)
        yield lambda: isinstance(top(ReportDialog), ReportDialog) and top(ReportDialog).previewed is not None
        yield self._rest(1200)
        self._shoot("preview of the report")
        report = top(ReportDialog)
        click(report.save_button)
        yield lambda: top(QFileDialog)
        focus(top(QFileDialog))
        press("ctrl+a")
        write(str(self._shots / "report.pdf"))
        yield self._rest()
        self._shoot("where to save it")
        press("Return")
        yield (self._shots / "report.pdf").exists
        yield self._rest(600)
        self._shoot("report saved")


def main() -> None:
    """Play the story; the exit status says whether it came to its end."""
    home, photos, shots = (Path(name) for name in sys.argv[1:4])
    app = make_application()
    app.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    apply_theme(app, "light")
    session = WindowSession(app, home)
    app.setQuitOnLastWindowClosed(False)
    session.window.setGeometry(0, 0, 1280, 800)
    session.start()
    story = Story(session, photos, shots)
    sys.excepthook = story.fail
    story.begin()
    app.exec()
    print(story.outcome)
    has_ended = session.close()
    sys.exit(0 if story.outcome == "done" and has_ended else 1)


if __name__ == "__main__":
    main()
