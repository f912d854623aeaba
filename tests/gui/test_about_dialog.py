"""The program says its version, and names everything in it that others made, with the licence in full."""

import pytest

from gui.about_dialog import AboutDialog
from station.version import application_version


@pytest.fixture
def dialog(qtbot):
    made = AboutDialog()
    qtbot.addWidget(made)
    made.show()
    return made


def _choose(dialog, name):
    rows = range(dialog.list.count())
    dialog.list.setCurrentRow(next(row for row in rows if dialog.list.item(row).text().startswith(name)))


def test_version_and_own_licence_are_shown_first(dialog):
    assert application_version() in dialog.version.text()
    assert "Apache License" in dialog.text.toPlainText()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("reportlab", "Redistribution and use"),
        ("PySide6", "GNU LESSER GENERAL PUBLIC LICENSE"),
        ("IBMPlex", "SIL OPEN FONT LICENSE"),
        ("DINOv2", "Apache License"),
    ],
)
def test_a_part_shows_its_licence_in_full(dialog, name, words):
    _choose(dialog, name)

    assert words.casefold() in dialog.text.toPlainText().casefold()


def test_parts_are_found_by_name_or_licence(dialog):
    dialog.search_edit.setText("lgpl")

    rows = range(dialog.list.count())
    shown = {dialog.list.item(row).text().split()[0] for row in rows if not dialog.list.item(row).isHidden()}
    assert shown - {"psycopg", "psycopg-binary"} == {"PySide6_Essentials", "shiboken6"}
