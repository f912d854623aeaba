"""A new product needs no more than a name, and the name is there already."""

from pathlib import Path

import pytest

from gui.new_product_dialog import NewProductDialog, suggest_name
from station.references_check import check_references


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/data/flange_DN50.png", "flange DN50"),
        ("/data/flange/train/good/000.jpg", "flange"),
        ("/data/Zahnrad/IMG_1234.JPG", "Zahnrad"),
        ("/data/法兰盘/0001.png", "法兰盘"),
        ("/000.jpg", "New product"),
    ],
)
def test_the_name_is_made_of_file_or_folder_whichever_says_more(path, name):
    assert suggest_name(Path(path)) == name


def test_a_suggested_name_is_never_taken():
    assert suggest_name(Path("/data/gear.png"), ["Gear", "gear 2"]) == "gear 3"


def test_a_very_long_name_is_shortened():
    assert len(suggest_name(Path("/data/" + "x" * 250 + ".png"))) <= 200


@pytest.fixture
def checks(station, parts):
    return lambda *names: check_references(station, None, [parts / name for name in names])


@pytest.fixture
def make(qtbot, checks):
    def make(*names, name="gear", taken=()):
        dialog = NewProductDialog(checks(*names), name, taken)
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    return make


def test_with_one_photo_return_is_enough(qtbot, make, parts):
    from PySide6.QtCore import Qt

    dialog = make("good.png")
    with qtbot.waitSignal(dialog.accepted):
        qtbot.keyClick(dialog.name_edit, Qt.Key.Key_Return)
    assert (dialog.name, dialog.paths) == ("gear", [parts / "good.png"])


@pytest.mark.parametrize("name", ["", "   ", "Disc", "DISC "])
def test_an_empty_or_taken_name_cannot_be_used(make, name):
    dialog = make("good.png", taken=["disc"])
    dialog.name_edit.setText(name)
    assert not dialog.create_button.isEnabled()


def test_copies_and_files_that_are_no_photos_are_left_out_and_named(qtbot, station, parts):
    from PySide6.QtWidgets import QLabel

    (parts / "notes.txt").write_text("no photo", encoding="utf-8")
    found = check_references(
        station, None, [parts / "good.png", parts / "good.png", parts / "notes.txt", parts / "other.png"]
    )
    dialog = NewProductDialog(found, "gear", ())
    qtbot.addWidget(dialog)
    assert dialog.paths == [parts / "good.png", parts / "other.png"]
    said = [label.text() for label in dialog.findChildren(QLabel)]
    assert any("good.png: It is the same photo" in text for text in said)
    assert any(text.startswith("notes.txt is not a photo") for text in said)


def test_many_photos_are_counted(qtbot, station, parts):
    from PIL import Image
    from PySide6.QtWidgets import QLabel

    for shade in range(6):
        Image.new("RGB", (60, 60), (40 * shade, 90, 20 + 30 * shade)).save(parts / f"part {shade}.png")
    dialog = NewProductDialog(check_references(station, None, sorted(parts.glob("part*"))), "gear", ())
    qtbot.addWidget(dialog)
    assert any(label.text() == f"and {len(dialog.paths) - 3} more" for label in dialog.findChildren(QLabel))
