"""Which signal of the window's parts leads where. Nothing else: what then happens is in `steering` or in the parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.window_state import ScreenKeeper

if TYPE_CHECKING:
    from gui.main_window import MainWindow


def connect_window(window: MainWindow) -> None:
    """Connect every part of a window."""
    _connect_flow(window)
    _connect_page(window)
    _connect_highlights(window)
    _connect_pages(window)
    _connect_dialogs(window)
    _connect_engine(window)
    window.page_bar.page_wanted.connect(window.show_page)
    ScreenKeeper(window)


def _connect_flow(window: MainWindow) -> None:
    flow, banner, steering = window.flow, window.page.banner, window.steering
    flow.inspection_shown.connect(window.show_inspection)
    flow.inspection_opened.connect(steering.show_opened)
    flow.inspection_recorded.connect(steering.note_recorded)
    flow.not_recorded.connect(banner.show_not_recorded)
    flow.not_inspected.connect(banner.show_not_inspected)
    flow.state_changed.connect(banner.show_state)
    flow.state_changed.connect(lambda _: window.commands.refresh())
    flow.folders_given.connect(steering.take_folders)
    flow.product_needed.connect(steering.ask_product)
    flow.message.connect(window.show_message)


def _connect_page(window: MainWindow) -> None:
    page, steering = window.page, window.steering
    page.open_requested.connect(steering.open_photos)
    page.banner.cancel_requested.connect(window.flow.cancel)
    page.banner.review_requested.connect(steering.review)
    page.banner.was_good_requested.connect(steering.mark_as_good)
    page.banner.report_requested.connect(steering.report)
    page.viewer.files_dropped.connect(steering.inspect)
    page.viewer.view_changed.connect(window.commands.refresh)
    page.references.product_chosen.connect(steering.use_product)
    page.references.product_changed.connect(lambda _: steering.note_event())
    page.recent.open_requested.connect(window.flow.open)
    for part in (page.viewer, page.references, page.chat):
        part.message.connect(window.show_message)


def _connect_highlights(window: MainWindow) -> None:
    highlights, page = window.highlights, window.page
    page.chat.query_asked.connect(highlights.ask)
    highlights.found.connect(page.viewer.show_highlights)
    highlights.found.connect(page.chat.say_highlights)
    highlights.recorded.connect(lambda _: window.steering.note_event())
    highlights.failed.connect(window.steering.say_failure)


def _connect_pages(window: MainWindow) -> None:
    for page in (window.history, window.batch):
        page.settled.connect(window.messages.withdraw)
        page.open_requested.connect(window.flow.open)
        page.report_requested.connect(window.dialogs.open_report)
        page.message.connect(window.show_message)
    window.history.review_requested.connect(window.steering.review_from_history)
    window.history.compare_requested.connect(window.dialogs.open_comparison)
    window.dialogs.days_wanted.connect(window.show_days)
    window.batch.inspection_recorded.connect(window.steering.note_recorded)


def _connect_dialogs(window: MainWindow) -> None:
    dialogs, steering = window.dialogs, window.steering
    dialogs.reviewed.connect(steering.show_again)
    dialogs.reference_added.connect(steering.show_again)
    dialogs.reference_added.connect(lambda _: window.page.references.refresh())
    dialogs.settings_changed.connect(window.settings_changed)
    dialogs.models_changed.connect(steering.reload_models)
    dialogs.database_changed.connect(steering.note_event)
    dialogs.message.connect(window.show_message)
    window.upkeep.message.connect(window.show_message)
    window.upkeep.done.connect(steering.note_event)


def _connect_engine(window: MainWindow) -> None:
    window.operations.failed.connect(window.steering.say_failed_operation)
    window.engine.changed.connect(window.status.say_engine)
    window.engine.failed.connect(window.steering.say_failure)
    window.status.models_wanted.connect(window.dialogs.open_models)
    window.status.audit_wanted.connect(window.dialogs.open_database)
