"""Widgets stand in a row until there is no room; hidden ones take none."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QWidget

from gui.flow_layout import FlowLayout


class Box(QWidget):
    """A widget of 60 by 20."""

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(60, 20)


@pytest.fixture
def row(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    layout = FlowLayout(parent)
    layout.setContentsMargins(5, 5, 5, 5)
    layout.setSpacing(10)
    parent.boxes = [Box(parent) for _ in range(3)]
    for box in parent.boxes:
        layout.addWidget(box)
    return parent


def show(row: QWidget, width: int) -> list[tuple[int, int]]:
    row.resize(width, 200)
    row.show()
    row.layout().activate()
    return [(box.x(), box.y()) for box in row.boxes]


def test_a_wide_row_holds_all(row):
    assert show(row, 300) == [(5, 5), (75, 5), (145, 5)]
    assert row.layout().heightForWidth(300) == 30


def test_a_narrow_one_goes_on_below(row):
    assert show(row, 150) == [(5, 5), (75, 5), (5, 35)]
    assert row.layout().heightForWidth(150) == 60
    assert show(row, 40) == [(5, 5), (5, 35), (5, 65)]


def test_a_hidden_widget_takes_no_room(row):
    row.boxes[0].hide()
    assert show(row, 300)[1:] == [(5, 5), (75, 5)]


def test_where_people_read_from_right_to_left_the_row_begins_at_the_right(row):
    row.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert show(row, 300) == [(235, 5), (165, 5), (95, 5)]


def test_items_can_be_taken_out(row):
    layout = row.layout()
    assert layout.takeAt(0).widget() is row.boxes[0]
    assert (layout.count(), layout.itemAt(5), layout.takeAt(5)) == (2, None, None)
    assert layout.minimumSize().width() == 10
