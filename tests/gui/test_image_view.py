"""The viewer as a person uses it: zoom, pan, overlay, regions, tape, levels, dropping and what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QAbstractSpinBox, QApplication, QPushButton, QWidget

from gui.image_view import CompareMode, ImageView, OverlayMode
from gui.messages import Message
from inference.highlighter.results import QueryResult
from inference.images import Photo
from inference.results import Region
from station.opening import OpenedInspection
from storage.records import NewRegion

LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton


@pytest.fixture
def view(qtbot) -> ImageView:
    view = ImageView()
    qtbot.addWidget(view)
    view.resize(640, 480)
    view.show()
    qtbot.waitExposed(view)
    return view


@pytest.fixture
def shown(view: ImageView, opened: OpenedInspection) -> ImageView:
    view.show_inspection(opened)
    return view


def make_photo(width: int = 168, height: int = 168, name: str = "other.png") -> Photo:
    return Photo(np.full((height, width, 3), 128, np.uint8), name, "0" * 64, 8)


def make_result(query: str, photo: Photo, outcome: str = "found") -> QueryResult:
    mask = np.zeros((photo.height, photo.width), np.uint8)
    regions: tuple[Region, ...] = ()
    if outcome == "found":
        mask[100:120, 100:130] = 255
        regions = (Region(100, 100, 30, 20, 600, 1.5, 1.2, "bottom right"),)
    return QueryResult(query, outcome, "", regions, mask, mask.astype(np.float32) / 255, "dummy")  # type: ignore[arg-type]


def turn_wheel(view: ImageView, at: QPointF, steps: int = 1) -> None:
    pane = view.compare.pane
    no_point, nothing = QPoint(), Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(
        at, QPointF(pane.mapToGlobal(at.toPoint())), no_point, QPoint(0, 120 * steps), Qt.MouseButton.NoButton, nothing,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(pane.viewport(), event)


def drag(qtbot, view: ImageView, button: Qt.MouseButton, start: QPoint, end: QPoint) -> None:
    viewport = view.compare.pane.viewport()
    qtbot.mousePress(viewport, button, pos=start)
    qtbot.mouseMove(viewport, (start + end) / 2)
    qtbot.mouseMove(viewport, end)
    qtbot.mouseRelease(viewport, button, pos=end)


def hover(qtbot, view: ImageView, x: float, y: float) -> None:
    qtbot.mouseMove(view.compare.pane.viewport(), view.compare.pane.place.to_screen(x, y).toPoint())


def read_grey(widget: QWidget) -> np.ndarray:
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width()].astype(np.int16)


# Zoom and position


def test_the_wheel_zooms_to_the_pixel_under_the_pointer(shown: ImageView):
    at = QPointF(200, 130)
    before = shown.compare.pane.place.to_photo(at)
    turn_wheel(shown, at, 3)
    after = shown.compare.pane.place.to_photo(at)
    assert shown.pane.percent > 300
    assert (after - before).manhattanLength() < 0.01


def test_actual_size_is_one_pixel_of_the_photo_on_one_of_the_screen(qtbot, shown: ImageView):
    qtbot.keyClick(shown.compare.pane, Qt.Key.Key_1)
    assert shown.pane.percent == pytest.approx(100)
    qtbot.keyClick(shown.compare.pane, Qt.Key.Key_0)
    assert shown.compare.pane.is_fitted


def test_a_percentage_can_be_typed(qtbot, shown: ImageView):
    field = shown.toolbar.percent
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "250")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert shown.pane.percent == pytest.approx(250)


def test_keys_zoom_and_pan(qtbot, shown: ImageView):
    pane = shown.compare.pane
    qtbot.keyClick(pane, Qt.Key.Key_Plus)
    zoomed, before = shown.pane.percent, pane.shown_rect.center()
    qtbot.keyClick(pane, Qt.Key.Key_Right)
    assert pane.shown_rect.center().x() > before.x()
    qtbot.keyClick(pane, Qt.Key.Key_Minus)
    assert shown.pane.percent == pytest.approx(zoomed / 1.25)


@pytest.mark.parametrize("way", ["middle", "left", "space"])
def test_the_photo_is_panned_by_dragging(qtbot, shown: ImageView, way: str):
    pane = shown.compare.pane
    before = pane.place
    if way == "space":
        qtbot.keyPress(pane, Qt.Key.Key_Space)
    drag(qtbot, shown, MIDDLE if way == "middle" else LEFT, QPoint(300, 200), QPoint(330, 180))
    assert (pane.place.left - before.left, pane.place.top - before.top) == pytest.approx((30, -20))
    assert pane.place.scale == before.scale


def test_a_large_viewer_is_painted_coarser_while_the_photo_moves_and_sharp_once_it_lies_still(qtbot, shown: ImageView):
    pane = shown.compare.pane
    shown.resize(2560, 1440)
    assert pane.screen_area.ratio == 1.0
    pane.pan(QPointF(5, 5))
    assert pane.screen_area.ratio == 0.5
    coarse = read_grey(pane)
    qtbot.waitUntil(lambda: pane.screen_area.ratio == 1.0)
    assert np.abs(read_grey(pane) - coarse).mean() < 5


def test_the_photo_cannot_be_lost(shown: ImageView):
    shown.compare.pane.pan(QPointF(1e6, -1e6))
    assert shown.compare.pane.shown_rect.center() == QPointF(0, 168)


def test_place_stays_from_photo_to_photo_of_a_product_and_not_beyond(shown: ImageView, opened: OpenedInspection):
    shown.pane.set_percent(400)
    shown.compare.pane.pan(QPointF(25, 35))
    place = shown.compare.pane.place
    shown.show_inspection(opened)
    assert shown.compare.pane.place == place
    shown.show_inspection(replace(opened, record=replace(opened.record, product="another")))
    assert shown.compare.pane.is_fitted
    shown.pane.set_percent(400)
    shown.show_photo(make_photo(200, 100), "other.png")
    assert shown.compare.pane.is_fitted


@pytest.mark.parametrize(("width", "height"), [(3, 3), (32, 6000), (6000, 32)])
def test_tiny_tall_and_wide_photos_are_fitted_in_whole(view: ImageView, width: int, height: int):
    view.show_photo(make_photo(width, height), "odd.png")
    assert view.compare.pane.shown_rect.contains(0, 0)
    assert view.compare.pane.shown_rect.contains(width, height)
    view.grab()


# Overlay


def test_one_key_hides_what_lies_over_the_photo_and_shows_it_again(qtbot, shown: ImageView):
    def look() -> bytes:
        return bytes(shown.compare.pane.grab().toImage().constBits())

    qtbot.waitUntil(lambda: shown.layers.is_built)
    qtbot.waitUntil(lambda: look() == look())  # the first grab may still lay out and so differ from the next
    with_overlay = look()
    qtbot.keyClick(shown.compare.pane, Qt.Key.Key_B)
    assert shown.is_overlay_hidden
    assert look() != with_overlay
    qtbot.keyClick(shown.compare.pane, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: look() == with_overlay)


def test_every_new_photo_is_shown_with_its_overlay(shown: ImageView, opened: OpenedInspection):
    shown.toggle_blink()
    shown.show_inspection(opened)
    assert not shown.is_overlay_hidden


def test_the_overlay_is_chosen_in_the_menu(shown: ImageView):
    actions = shown.toolbar.overlay_action.menu().actions()
    [filled] = [action for action in actions if action.text() == "Filled areas"]
    filled.trigger()
    assert shown.overlay_mode is OverlayMode.FILL
    assert [action.text() for action in actions if action.isChecked()] == ["Filled areas"]


def test_the_legend_names_the_limit_and_goes_with_the_overlay(shown: ImageView):
    legend = shown.readout.legend
    assert "limit 1.0" in legend.accessibleName()
    shown.set_overlay_mode(OverlayMode.NONE)
    assert not legend.isVisible()


def test_found_queries_are_listed_with_their_words_and_what_was_not_found_too(
    shown: ImageView, opened: OpenedInspection
):
    words, outcomes = ("scratch", "crack", "dent"), ("found", "not found", "failed")
    shown.show_highlights([make_result(word, opened.photo, way) for word, way in zip(words, outcomes, strict=True)])
    assert shown.legend.words == ("scratch", "crack: not found", "dent: failed")
    assert shown.legend.isVisible()
    shown.show_highlights([])
    assert not shown.legend.isVisible()


def test_queries_differ_in_colour_and_line(shown: ImageView, opened: OpenedInspection):
    from gui.highlight_layers import STYLES

    shown.show_highlights([make_result("scratch", opened.photo)])
    at = shown.compare.pane.place.to_screen(100, 110).toPoint()
    row = [shown.compare.pane.grab().toImage().pixelColor(at + QPoint(step, 0)).getRgb()[:3] for step in range(-3, 4)]
    assert any(np.abs(np.subtract(colour, STYLES[0].colour)).max() < 40 for colour in row)
    assert len({style.colour for style in STYLES}) == len({style.dash for style in STYLES}) == len(STYLES)


# Regions


def test_a_click_on_a_region_selects_it_and_beside_it_none(qtbot, shown: ImageView, opened: OpenedInspection):
    told: list[object] = []
    shown.region_selected.connect(told.append)
    region = opened.record.regions[0]
    pane = shown.compare.pane
    inside = pane.place.to_screen(region.x + region.width / 2, region.y + region.height / 2).toPoint()
    qtbot.mouseClick(pane.viewport(), LEFT, pos=inside)
    qtbot.mouseClick(pane.viewport(), LEFT, pos=pane.place.to_screen(160, 160).toPoint())
    assert told == [0, None]


def test_a_region_selected_elsewhere_is_brought_into_view_and_not_told_again(
    qtbot, shown: ImageView, opened: OpenedInspection
):
    shown.pane.set_percent(1600)
    shown.compare.pane.pan(QPointF(-2000, -2000))
    region = opened.record.regions[0]
    with qtbot.assertNotEmitted(shown.region_selected):
        shown.select_region(0)
    assert shown.compare.pane.shown_rect.contains(region.x + region.width / 2, region.y + region.height / 2)
    shown.select_region(99)
    assert shown.regions.selected is None


def test_forty_regions_are_drawn_and_each_can_be_hit(qtbot, shown: ImageView, opened: OpenedInspection):
    regions = tuple(NewRegion(4 + 16 * (i % 10), 4 + 40 * (i // 10), 8, 8, 60, 1.5, 1.2, "center") for i in range(40))
    shown.show_inspection(replace(opened, record=replace(opened.record, regions=regions)))
    at = shown.compare.pane.place.to_screen(regions[33].x + 4, regions[33].y + 4).toPoint()
    with qtbot.waitSignal(shown.region_selected) as told:
        qtbot.mouseClick(shown.compare.pane.viewport(), LEFT, pos=at)
    assert told.args == [33]


# Under the pointer


def test_position_colour_and_anomaly_value_are_told_under_the_pointer(
    qtbot, shown: ImageView, opened: OpenedInspection
):
    hover(qtbot, shown, 40.5, 30.5)
    words = shown.readout.words
    value = float(opened.anomaly_map[30, 40])
    assert "x 40, y 30" in words
    assert "RGB 90, 10, 10" in words
    assert f"anomaly {value:.2f} (limit 1.0)" in words


def test_a_photo_of_16_bits_tells_its_own_values(qtbot, view: ImageView):
    samples = np.full((64, 64), 40000, np.uint16)
    samples[10, 20] = 12345
    pixels = np.repeat((samples >> 8).astype(np.uint8)[..., None], 3, axis=2)
    view.show_photo(Photo(pixels, "deep.png", "0" * 64, 16, samples=samples), "deep.png")
    hover(qtbot, view, 20.5, 10.5)
    assert "grey 12345" in view.readout.words


def test_beside_the_photo_nothing_is_told(qtbot, shown: ImageView):
    hover(qtbot, shown, -5, -1)
    assert "x " not in shown.readout.words


# Brightness and contrast


def brightness(view: ImageView, x: int, y: int) -> int:
    at = view.compare.pane.place.to_screen(x + 0.5, y + 0.5).toPoint()
    return view.compare.pane.grab().toImage().pixelColor(at).lightness()


def test_sliders_change_the_picture_and_never_the_photo(shown: ImageView, opened: OpenedInspection):
    kept, before = opened.photo.pixels.copy(), brightness(shown, 150, 100)
    shown.toolbar.levels.brightness.setValue(40)
    assert brightness(shown, 150, 100) > before + 60
    shown.toolbar.levels.reset.click()
    assert brightness(shown, 150, 100) == before
    assert np.array_equal(opened.photo.pixels, kept)


def test_automatic_levels_spread_a_dark_photo_of_16_bits(view: ImageView):
    samples = np.tile(np.linspace(1000, 3000, 64).astype(np.uint16), (64, 1))
    samples[0, 0] = 65535
    photo = Photo(np.repeat((samples >> 8).astype(np.uint8)[..., None], 3, axis=2), "d.png", "0" * 64, 16, (), samples)
    view.show_photo(photo, "d.png")
    assert brightness(view, 60, 32) < 20
    view.toolbar.levels.auto.click()
    assert brightness(view, 60, 32) > 220
    assert brightness(view, 2, 32) < 30


def test_levels_found_on_a_deep_photo_do_not_blacken_a_plain_one_after_it(view: ImageView):
    samples = np.tile(np.linspace(1000, 60000, 64).astype(np.uint16), (64, 1))
    deep = Photo(np.repeat((samples >> 8).astype(np.uint8)[..., None], 3, axis=2), "d.png", "0" * 64, 16, (), samples)
    view.show_photo(deep, "d.png")
    view.toolbar.levels.auto.click()
    view.show_photo(replace(deep, samples=None), "p.png")
    assert brightness(view, 60, 32) > 200


# Tape


def test_a_drag_measures_in_pixels_and_in_millimetres_with_a_scale(qtbot, shown: ImageView):
    shown.set_measuring(True)
    place = shown.compare.pane.place
    drag(qtbot, shown, LEFT, place.to_screen(20, 20).toPoint(), place.to_screen(120, 20).toPoint())
    assert shown.tape.length_px == pytest.approx(100, abs=1)
    shown.set_mm_per_px(0.05)
    assert shown.tape.words.endswith(" mm")
    assert shown.tape.words in shown.readout.words


def test_two_clicks_measure_too_and_escape_takes_the_tape_away(qtbot, shown: ImageView):
    qtbot.keyClick(shown.compare.pane, Qt.Key.Key_M)
    place, viewport = shown.compare.pane.place, shown.compare.pane.viewport()
    qtbot.mouseClick(viewport, LEFT, pos=place.to_screen(20, 20).toPoint())
    hover(qtbot, shown, 50, 60)
    qtbot.mouseClick(viewport, LEFT, pos=place.to_screen(50, 60).toPoint())
    assert shown.tape.length_px == pytest.approx(50, abs=1)
    hover(qtbot, shown, 150, 150)
    assert shown.tape.length_px == pytest.approx(50, abs=1)
    qtbot.keyClick(shown.compare.pane, Qt.Key.Key_Escape)
    assert (shown.tape.words, shown.is_measuring) == ("", False)


def test_escape_in_the_middle_of_a_drag_ends_it(qtbot, shown: ImageView):
    shown.set_measuring(True)
    pane = shown.compare.pane
    qtbot.mousePress(pane.viewport(), LEFT, pos=QPoint(300, 200))
    qtbot.mouseMove(pane.viewport(), QPoint(330, 220))
    qtbot.keyClick(pane, Qt.Key.Key_Escape)
    qtbot.mouseMove(pane.viewport(), QPoint(350, 240))
    qtbot.mouseRelease(pane.viewport(), LEFT, pos=QPoint(350, 240))
    assert shown.tape.words == ""


def test_the_tape_works_by_keyboard(qtbot, shown: ImageView):
    pane = shown.compare.pane
    shown.set_measuring(True)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Return, *[Qt.Key.Key_Right] * 3, Qt.Key.Key_Return):
        qtbot.keyClick(pane, key)
    assert shown.tape.length_px == pytest.approx(30 / pane.place.scale, rel=0.01)


# Files, pictures and the rest


def test_dropped_files_and_folders_are_handed_on(qtbot, view: ImageView, tmp_path: Path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path)), QUrl.fromLocalFile(str(tmp_path / "a.png"))])
    with qtbot.waitSignal(view.files_dropped) as dropped:
        drop(view, data)
    assert dropped.args == [[tmp_path, tmp_path / "a.png"]]


def test_what_lies_on_the_net_is_refused_with_a_sentence(qtbot, view: ImageView):
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/a.png")])
    with qtbot.waitSignal(view.message) as said:
        drop(view, data)
    assert "Only files of this computer" in said.args[0].text


def drop(view: ImageView, data: QMimeData) -> None:
    copying, nothing = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(view, QDragEnterEvent(QPoint(9, 9), copying, data, LEFT, nothing))
    QApplication.sendEvent(view, QDropEvent(QPointF(9, 9), copying, data, LEFT, nothing))


def test_the_empty_viewer_says_what_to_do_and_offers_it(qtbot, view: ImageView):
    [button] = [each for each in view.findChildren(QPushButton) if each.isVisible()]
    with qtbot.waitSignal(view.open_requested):
        qtbot.mouseClick(button, LEFT)
    assert not view.toolbar.isEnabled()


def test_the_picture_on_the_screen_is_copied_and_saved(shown: ImageView, tmp_path: Path):
    said: list[Message] = []
    shown.message.connect(said.append)
    shown.pictures.copy_picture()
    assert not QGuiApplication.clipboard().image().isNull()
    shown.pictures.save_picture(tmp_path / "shot.png")
    assert (tmp_path / "shot.png").stat().st_size > 1000
    shown.pictures.save_picture(tmp_path / "no such folder" / "shot.png")
    assert [message.kind for message in said] == ["info", "success", "error"]


def test_the_divider_is_moved_by_keyboard(qtbot, shown: ImageView):
    shown.set_compare_mode(CompareMode.SWIPE)
    before = shown.compare.divider.share
    qtbot.keyClick(shown.compare.pane, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert shown.compare.divider.share == pytest.approx(before - 0.02)


def test_comparing_without_a_reference_says_why_not(qtbot, view: ImageView):
    view.show_photo(make_photo(), "other.png")
    with qtbot.waitSignal(view.message) as said:
        view.set_compare_mode(CompareMode.SIDE)
    assert "no reference" in said.args[0].text
    assert view.compare_mode is CompareMode.OFF


def test_every_change_of_the_view_is_told(qtbot, shown: ImageView):
    changes: tuple[Callable[[], object], ...] = (
        shown.pane.zoom_in,
        shown.pane.zoom_out,
        shown.pane.fit,
        shown.pane.show_actual_size,
        shown.toggle_blink,
        lambda: shown.set_overlay_mode(OverlayMode.CONTOUR),
        lambda: shown.set_compare_mode(CompareMode.SWIPE),
        lambda: shown.set_measuring(True),
    )
    for change in changes:
        with qtbot.waitSignal(shown.view_changed):
            change()


def test_all_tools_fit_into_a_narrow_viewer_and_are_reachable_and_named(qtbot, shown: ImageView):
    shown.resize(544, 400)
    tools = [shown.toolbar.widgetForAction(each) for each in shown.toolbar.actions()]
    tools = [tool for tool in tools if isinstance(tool, (QAbstractButton, QAbstractSlider, QAbstractSpinBox))]
    assert len(tools) >= 10
    for widget in tools:
        assert widget.accessibleName(), widget
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus, widget.accessibleName()
        right = widget.mapTo(shown, widget.rect().topRight()).x()
        assert widget.isVisible(), widget.accessibleName()
        assert right < 544


def test_a_new_photo_takes_everything_of_the_old_one_away(shown: ImageView, opened: OpenedInspection):
    shown.show_highlights([make_result("scratch", opened.photo)])
    shown.tape.put(QPointF(0, 0), QPointF(9, 9))
    shown.select_region(0)
    shown.show_photo(make_photo(), "other.png")
    assert (shown.legend.words, shown.tape.words, tuple(shown.regions.regions)) == ((), "", ())
    shown.clear()
    assert not shown.compare.isVisible()


@pytest.fixture
def corrected(qtbot, shown, opened):
    """The viewer with an inspection whose mask a person corrected, drawn in outlines."""
    mask = np.zeros_like(opened.mask)
    mask[5:9, 5:9] = 255
    shown.show_inspection(replace(opened, corrected_mask=mask))
    shown.set_overlay_mode(OverlayMode.CONTOUR)
    return shown


def list_masks(view):
    return [action for action in view.toolbar.overlay_action.menu().actions() if "Mask" in action.text()]


def test_there_is_a_choice_of_masks_only_where_a_person_corrected_one(shown, opened):
    assert not any(action.isVisible() for action in list_masks(shown))
    assert not shown.has_corrected_mask
    shown.show_inspection(replace(opened, corrected_mask=opened.mask))
    assert [action.text() for action in list_masks(shown) if action.isVisible()] == [
        "Mask of the machine", "Mask corrected by a person",
    ]  # fmt: skip
    assert [action.text() for action in list_masks(shown) if action.isChecked()] == ["Mask of the machine"]


def test_the_corrected_mask_is_shown_in_place_of_the_machines_and_named(corrected):
    before = corrected.grab().toImage()
    assert "choose it under Overlay" in corrected.readout.words
    list_masks(corrected)[1].trigger()

    assert corrected.shows_corrected_mask
    assert corrected.readout.legend.accessibleName() == "The marked areas are a defect as a person drew it"
    assert "corrected by a person" in corrected.readout.words
    assert not corrected.regions.shows_all
    assert corrected.grab().toImage() != before
    corrected.toggle_mask_source()
    assert not corrected.shows_corrected_mask
    assert corrected.regions.shows_all


def test_choosing_a_mask_while_the_heat_is_shown_draws_its_outline(corrected):
    corrected.set_overlay_mode(OverlayMode.HEAT)
    assert not corrected.shows_corrected_mask
    corrected.toggle_mask_source()

    assert (corrected.overlay_mode, corrected.shows_corrected_mask) == (OverlayMode.CONTOUR, True)


def test_the_next_part_without_a_corrected_mask_shows_the_machines(corrected, opened):
    corrected.toggle_mask_source()
    corrected.show_inspection(opened)

    assert not corrected.shows_corrected_mask
    assert corrected.regions.shows_all
