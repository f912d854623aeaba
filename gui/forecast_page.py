"""How much room the records take, how much they will take in years, and when their time is over."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from gui.database_page import DatabasePage, make_words
from gui.listing import Listing
from gui.model_packs_page import format_size
from gui.operations import Operations
from gui.translated import format_number, tr, trn
from station.retaining import forecast
from storage.forecasting import Forecast


class ForecastPage(DatabasePage):
    """Only shows."""

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(operations, parent)
        self.growth = make_words(self, "")
        self.ahead = Listing(tr("Room that is needed"), (tr("When"), tr("Database and files")), 1, self)
        headers = (tr("Time is over"), tr("Inspections"), tr("Files"), tr("Size"))
        self.expiring = Listing(tr("When the time of records is over"), headers, 3, self)
        note = make_words(self)
        note.setText(tr("Room in years assumes that inspections go on as in the last 30 days and nothing is purged."))
        self.body.addWidget(self.growth)
        self.body.addWidget(self.ahead, 1)
        self.body.addWidget(note)
        self.body.addWidget(self.expiring, 1)

    def refresh(self) -> None:
        """Measure anew."""
        self.read(tr("Measuring the records"), lambda station, control: forecast(station), self.show_forecast)

    def enable(self) -> None:
        """There is nothing to press."""

    def show_forecast(self, seen: Forecast) -> None:
        """Show sizes now and in years."""
        days = trn("the last day", "the last {count} days", seen.days_looked_at)
        size = format_size(round(seen.bytes_per_day))
        self.growth.setText(tr("Records grow by {size} a day, measured over {days}.", size=size, days=days))
        now = (tr("Now"), format_size(seen.database_bytes + seen.file_bytes))
        later = (
            (trn("In {count} year", "In {count} years", years), format_size(size_then))
            for years, size_then in seen.ahead
        )
        self.ahead.fill([now, *later])
        self.expiring.fill(
            [
                (
                    tr("never") if each.year is None else tr("after {year}", year=str(each.year)),
                    format_number(each.inspections),
                    format_number(each.files),
                    format_size(each.size),
                )
                for each in seen.expiring
            ]
        )
