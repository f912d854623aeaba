"""The preview is the PDF: its pages are drawn from the very bytes that are saved and printed."""

from pathlib import Path

import numpy as np
import pypdf
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QPageSize
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QFileDialog

from gui.report_dialog import ReportDialog, suggest_name
from gui.report_printing import ReportPrinting, list_printed_pages
from station.batch import inspect_photos
from station.products import prepare_references


@pytest.fixture
def recorded(station, tmp_path):
    """Return the numbers of three recorded inspections."""
    for seed, name in enumerate(("good", "one", "two", "spot")):
        noise = np.random.default_rng(seed).normal(128.0, 6.0, (168, 168, 1))
        pixels = np.clip(noise + np.zeros(3), 0, 255).astype(np.uint8)
        if name == "spot":
            pixels[20:62, 25:67] = (90, 10, 10)
        Image.fromarray(pixels).save(tmp_path / f"{name}.png")
    product = prepare_references(station, [tmp_path / "good.png"])
    paths = [tmp_path / f"{name}.png" for name in ("one", "two", "spot")]
    return [item.inspected.record.id for item in inspect_photos(station, paths, product)]


@pytest.fixture
def open_dialog(qtbot, operations):
    def open_with(ids):
        dialog = ReportDialog(operations, ids)
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    return open_with


def _wait_until_shown(qtbot, dialog):
    qtbot.waitUntil(lambda: dialog.previewed is not None and dialog.pages.has_picture(0), timeout=20_000)


def test_the_preview_shows_as_many_pages_as_the_file_has(qtbot, open_dialog, recorded, tmp_path):
    dialog = open_dialog(recorded[:1])
    _wait_until_shown(qtbot, dialog)
    with qtbot.waitSignal(dialog.saved, timeout=10_000):
        dialog.save_to(tmp_path / "out" / "report.pdf")

    saved = (tmp_path / "out" / "report.pdf").read_bytes()
    assert saved == dialog.previewed.report.data
    assert len(pypdf.PdfReader(tmp_path / "out" / "report.pdf").pages) == dialog.page_list.count()
    assert "report.pdf" in dialog.outcome.text()


def test_every_page_gets_its_picture_in_the_list(qtbot, open_dialog, recorded):
    dialog = open_dialog(recorded[:1])
    _wait_until_shown(qtbot, dialog)

    qtbot.waitUntil(lambda: dialog.page_list.find_missing() is None)


def test_the_picture_of_a_page_is_sharp_at_every_zoom(qtbot, open_dialog, recorded):
    dialog = open_dialog(recorded[:1])
    _wait_until_shown(qtbot, dialog)

    qtbot.mouseClick(dialog.tools.zoom_in_button, Qt.MouseButton.LeftButton)
    assert not dialog.pages.has_picture(0)

    qtbot.waitUntil(lambda: dialog.pages.has_picture(0))
    assert dialog.pages.zoom > 0.5


def test_choosing_a_page_goes_there(qtbot, open_dialog, recorded):
    dialog = open_dialog(recorded[:1])
    _wait_until_shown(qtbot, dialog)

    dialog.page_list.setCurrentRow(dialog.page_list.count() - 1)

    assert dialog.pages.page == dialog.page_list.count() - 1


def test_the_keyboard_turns_pages(qtbot, open_dialog, recorded):
    dialog = open_dialog(recorded[:1])
    _wait_until_shown(qtbot, dialog)

    qtbot.keyClick(dialog.pages, Qt.Key.Key_End)
    assert dialog.pages.page == dialog.page_list.count() - 1

    qtbot.keyClick(dialog.pages, Qt.Key.Key_Home)
    assert dialog.pages.page == 0


def test_several_inspections_are_a_lot_with_or_without_their_own_pages(qtbot, open_dialog, recorded):
    dialog = open_dialog(recorded)
    _wait_until_shown(qtbot, dialog)
    with_pages = dialog.page_list.count()

    dialog.tools.details_box.setCurrentIndex(dialog.tools.details_box.findData("none"))
    dialog.tools.details_box.activated.emit(dialog.tools.details_box.currentIndex())
    _wait_until_shown(qtbot, dialog)

    assert with_pages - dialog.page_list.count() >= len(recorded)
    assert dialog.tools.details_box.isVisible()


def test_saving_where_nothing_can_be_written_is_a_sentence_and_leaves_the_preview(
    qtbot, open_dialog, recorded, tmp_path
):
    dialog = open_dialog(recorded[:1])
    _wait_until_shown(qtbot, dialog)
    (tmp_path / "file").touch()

    dialog.save_to(tmp_path / "file" / "report.pdf")

    qtbot.waitUntil(lambda: "cannot be written" in dialog.outcome.text())
    assert dialog.save_button.isEnabled()


def test_an_unknown_inspection_is_a_sentence_with_a_way_to_try_again(qtbot, open_dialog, recorded):
    dialog = open_dialog([99])

    qtbot.waitUntil(dialog.waiting.button.isVisible, timeout=10_000)
    assert not dialog.save_button.isEnabled()


def test_the_file_is_chosen_with_a_telling_name(qtbot, open_dialog, recorded, tmp_path, monkeypatch):
    dialog = open_dialog(recorded[:1])
    _wait_until_shown(qtbot, dialog)
    asked = []

    def choose(chooser):
        asked.append((Path(chooser.selectedFiles()[0]).name, chooser.defaultSuffix()))
        return False

    monkeypatch.setattr(QFileDialog, "exec", choose)
    qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)

    assert asked == [(f"inspection-report-{recorded[0]}.pdf", "pdf")]
    assert suggest_name([3, 1, 2]) == "inspection-report-1-3.pdf"


def _make_printer(path):
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    printer.setResolution(72)
    return printer


def test_printing_prints_every_page_and_is_recorded(qtbot, open_dialog, recorded, tmp_path, station):
    dialog = open_dialog(recorded[:1])
    _wait_until_shown(qtbot, dialog)

    dialog.print_on(_make_printer(tmp_path / "printed.pdf"))

    qtbot.waitUntil(lambda: dialog.outcome.text().startswith("Printed"), timeout=20_000)
    assert len(pypdf.PdfReader(tmp_path / "printed.pdf").pages) == dialog.page_list.count()
    assert station.store.list_events()[0].payload["file"].startswith("printed on")


def test_only_the_chosen_pages_are_printed(tmp_path, qapp):
    printer = _make_printer(tmp_path / "printed.pdf")
    assert list_printed_pages(printer, 3) == [0, 1, 2]

    printer.setFromTo(2, 9)

    assert list_printed_pages(printer, 3) == [1, 2]


@pytest.mark.qt_log_ignore("QPainter::begin\\(\\): Returned false")
def test_a_printer_that_takes_nothing_is_a_sentence(qtbot, open_dialog, recorded, operations):
    dialog = open_dialog(recorded[:1])
    _wait_until_shown(qtbot, dialog)
    printing = ReportPrinting(operations, dialog.previewed, _make_printer("/nowhere/at/all.pdf"), dialog)

    with qtbot.waitSignal(printing.failed) as failed:
        printing.start()

    assert "another printer" in failed.args[0]


def test_stopping_leaves_a_way_to_try_again(qtbot, open_dialog, recorded):
    dialog = open_dialog(recorded)
    dialog.progress.stop_button.click()
    qtbot.waitUntil(dialog.waiting.button.isVisible, timeout=10_000)

    dialog.waiting.button.click()

    _wait_until_shown(qtbot, dialog)
    assert dialog.save_button.isEnabled()


def test_closing_while_the_report_is_made_harms_nothing(qtbot, operations, recorded):
    dialog = ReportDialog(operations, recorded)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    gone = []
    dialog.destroyed.connect(lambda: gone.append(True))
    dialog.show()
    dialog.close()

    qtbot.waitUntil(lambda: gone == [True] and not operations.active, timeout=10_000)


def test_closing_while_it_prints_stops_the_printer(qtbot, open_dialog, recorded, tmp_path, station, operations):
    dialog = open_dialog(recorded)
    _wait_until_shown(qtbot, dialog)
    dialog.print_on(_make_printer(tmp_path / "printed.pdf"))
    assert not dialog.print_button.isEnabled()

    dialog.reject()

    qtbot.waitUntil(lambda: not operations.active, timeout=10_000)
    assert "report.issued" not in {event.action for event in station.store.list_events()}
