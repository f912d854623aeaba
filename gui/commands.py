"""Every command of the window as data; the menus, buttons and shortcuts are made of this list."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from gui.actions import Command
from gui.compare_view import CompareMode
from gui.overlay import OverlayMode
from gui.page_bar import Page
from gui.translated import tr

if TYPE_CHECKING:
    from gui.image_view import ImageView
    from gui.main_window import MainWindow


FOR_OPERATORS = frozenset(
    (
        "file.open",
        "file.paste",
        "file.serial",
        "file.quit",
        "part.cancel",
        "station.log-on",
        "station.log-off",
        "view.zoom-in",
        "view.zoom-out",
        "view.fit",
        "view.actual",
        "view.blink",
        "view.full-screen",
        "help.tutorial",
    )
)
"""What can be done in operator mode."""


def list_commands(window: MainWindow) -> list[Command]:
    """Return the commands of a window, in the order of its menus."""
    commands = _list_all(window)
    return [replace(command, is_for_operators=command.id in FOR_OPERATORS) for command in commands]


def _list_all(window: MainWindow) -> list[Command]:
    return [
        *_list_file_commands(window),
        *_list_part_commands(window),
        *_list_view_commands(window),
        *_list_page_commands(window),
        *_list_station_commands(window),
        *_list_people_commands(window),
    ]


def _list_file_commands(window: MainWindow) -> list[Command]:
    steering = window.steering
    return [
        Command("file.open", tr("&Open photos…"), steering.open_photos, "Ctrl+O", "image-plus-outline"),
        Command("file.open-folder", tr("Open &folder…"), steering.open_folder, "Ctrl+Shift+O", "folder-open-outline"),
        Command("file.paste", tr("&Paste photo"), steering.paste, "Ctrl+V", "content-paste"),
        Command("file.serial", tr("Enter &serial number"), steering.focus_serial, "Ctrl+L", "barcode-scan"),
        Command("file.new-product", tr("&New product from photos…"), steering.make_product, "Ctrl+N", "plus"),
        Command(
            "file.add-references",
            tr("&Add references…"),
            steering.add_references,
            "Ctrl+Shift+N",
            "image-multiple-outline",
            lambda: steering.product is not None,
        ),
        Command(
            "file.product",
            tr("Settings of the p&roduct…"),
            window.page.references.open_settings,
            "Ctrl+E",
            "tune-variant",
            lambda: steering.product is not None,
        ),
        Command("file.quit", tr("&Quit"), window.close, "Ctrl+Q", "exit-to-app"),
    ]


def _list_part_commands(window: MainWindow) -> list[Command]:
    steering = window.steering

    def has_part() -> bool:
        return steering.has_part

    return [
        Command(
            "part.cancel",
            tr("&Cancel the inspection"),
            window.flow.cancel,
            "Esc",
            "stop-circle-outline",
            lambda: window.flow.is_busy,
        ),
        Command("part.review", tr("&Overrule…"), steering.review, "Ctrl+D", "gavel", has_part),
        Command("part.correct-mask", tr("Correct the &mask…"), steering.correct_mask, "Ctrl+Alt+M", "draw", has_part),
        Command(
            "part.was-good",
            tr("This was &good…"),
            steering.mark_as_good,
            "Ctrl+G",
            "check-circle-outline",
            lambda: steering.can_mark_as_good,
        ),
        Command("part.report", tr("&Report…"), steering.report, "Ctrl+R; Ctrl+P", "file-pdf-box", has_part),
        Command(
            "part.sign",
            tr("&Sign…"),
            window.shift_change.sign,
            "Ctrl+Shift+S",
            "draw-pen",
            lambda: steering.has_part and window.shift_change.can_sign,
        ),
        Command("part.ask", tr("&Ask about the part"), steering.focus_chat, "Ctrl+K", "message-outline", has_part),
        Command(
            "part.next-unreviewed",
            tr("&Next part to review"),
            steering.open_next_unreviewed,
            "Ctrl+Shift+D",
            "clipboard-check-outline",
        ),
    ]


def _list_view_commands(window: MainWindow) -> list[Command]:
    viewer, steering = window.page.viewer, window.steering
    return [
        Command("view.zoom-in", tr("Zoom &in"), viewer.pane.zoom_in, "Ctrl++; Ctrl+=", "magnify-plus-outline"),
        Command("view.zoom-out", tr("Zoom &out"), viewer.pane.zoom_out, "Ctrl+-", "magnify-minus-outline"),
        Command("view.fit", tr("&Whole photo"), viewer.pane.fit, "Ctrl+0", "fit-to-page-outline"),
        Command("view.actual", tr("&Actual size"), viewer.pane.show_actual_size, "Ctrl+Alt+0", "magnify"),
        Command("view.blink", tr("&Blink the overlay"), viewer.toggle_blink, "B", "eye-outline"),
        *_list_overlay_commands(viewer),
        Command(
            "view.mask",
            tr("Mask corrected by a &person"),
            viewer.toggle_mask_source,
            "Ctrl+Shift+M",
            "draw",
            lambda: viewer.has_corrected_mask,
            lambda: viewer.shows_corrected_mask,
        ),
        *_list_compare_commands(viewer),
        Command(
            "view.measure",
            tr("&Measuring tape"),
            steering.toggle_measuring,
            "Ctrl+M",
            "ruler",
            None,
            lambda: viewer.is_measuring,
        ),
        Command("view.full-screen", tr("F&ull screen"), steering.toggle_full_screen, "F11", "fullscreen"),
        Command("view.reset", tr("&Reset layout"), steering.reset_layout, "", "view-dashboard-outline"),
    ]


def _list_overlay_commands(viewer: ImageView) -> list[Command]:
    titles = {
        OverlayMode.HEAT: tr("&Heat map"),
        OverlayMode.FILL: tr("&Filled mask"),
        OverlayMode.CONTOUR: tr("&Contour"),
        OverlayMode.NONE: tr("&No overlay"),
    }
    return [
        Command(
            f"view.overlay-{mode}",
            title,
            partial(viewer.set_overlay_mode, mode),
            f"Ctrl+Shift+{number}",
            checked_when=partial(_has_overlay, viewer, mode),
        )
        for number, (mode, title) in enumerate(titles.items(), 1)
    ]


def _list_compare_commands(viewer: ImageView) -> list[Command]:
    titles = {
        CompareMode.OFF: tr("Photo &only"),
        CompareMode.SIDE: tr("Reference &beside it"),
        CompareMode.SWIPE: tr("&Swipe over the reference"),
    }
    return [
        Command(
            f"view.compare-{mode.name.lower()}",
            title,
            partial(viewer.set_compare_mode, mode),
            f"Ctrl+Shift+{number}",
            checked_when=partial(_compares, viewer, mode),
        )
        for number, (mode, title) in enumerate(titles.items(), 5)
    ]


def _has_overlay(viewer: ImageView, mode: OverlayMode) -> bool:
    return viewer.overlay_mode is mode


def _compares(viewer: ImageView, mode: CompareMode) -> bool:
    return viewer.compare_mode is mode


def _list_page_commands(window: MainWindow) -> list[Command]:
    return [
        Command("page.inspect", tr("&Inspect"), partial(window.show_page, Page.INSPECT), "Ctrl+1", "magnify-scan"),
        Command("page.history", tr("&History"), partial(window.show_page, Page.HISTORY), "Ctrl+2", "history"),
        Command("page.batch", tr("&Batch"), partial(window.show_page, Page.BATCH), "Ctrl+3", "layers-triple-outline"),
    ]


def _list_station_commands(window: MainWindow) -> list[Command]:
    dialogs = window.dialogs
    return [
        Command("station.settings", tr("&Settings…"), dialogs.open_settings, "Ctrl+,", "cog-outline"),
        Command("station.models", tr("&Model packs…"), dialogs.open_models, "", "chip"),
        Command("station.database", tr("Data&base…"), dialogs.open_database, "Ctrl+Alt+D", "database-outline"),
        Command("station.statistics", tr("S&tatistics…"), dialogs.open_statistics, "Ctrl+Alt+T", "chart-line"),
        Command("station.diagnostics", tr("&Diagnostics…"), dialogs.open_diagnostics, "", "stethoscope"),
        Command("help.tutorial", tr("&Tutorial"), dialogs.open_help, "F1", "help-circle-outline"),
        Command("help.shortcuts", tr("&Keyboard shortcuts…"), window.steering.open_shortcuts, "Shift+F1", "keyboard"),
        Command("help.about", tr("&About…"), dialogs.open_about, "", "information-outline"),
    ]


def _list_people_commands(window: MainWindow) -> list[Command]:
    change = window.shift_change
    return [
        Command(
            "station.log-on", tr("&Log on…"), change.change_person, "Ctrl+Shift+L", "login", lambda: change.can_log_on
        ),
        Command(
            "station.log-off", tr("Log &off"), change.change_person, "Ctrl+Alt+L", "logout", lambda: change.can_log_off
        ),
        Command(
            "station.accounts",
            tr("&Accounts…"),
            change.open_accounts,
            "",
            "account-group-outline",
            lambda: change.can_change_accounts,
        ),
    ]
