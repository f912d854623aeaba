"""Small pictures for lists of inspections: asked for by hash, loaded on the database's lane, kept in memory.

A widget asks `find` while it paints and paints again when `loaded` names the hash. What is wanted last is loaded first,
so that a list that was scrolled far shows what is on screen now.
"""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPixmap

from gui.operations import Control, Failure, Lane, Operations
from gui.pixmaps import pixmap_of_pixels
from gui.translated import tr
from inference.results import RgbPixels
from station.errors import KNOWN_ERRORS
from station.station import Station
from station.thumbnails import SIDE, read_thumbnail_pixels

AT_ONCE = 4
"""Thumbnails of one operation: the first look at a large photo takes long, and pages of the history wait meanwhile."""
MOST_WANTED = 64
"""Hashes that wait; what was scrolled past is forgotten and asked for again when it is back on screen."""
MOST_KEPT = 600

Loaded = dict[str, RgbPixels | None]


class Thumbnails(QObject):
    """Pictures by hash of their blob. Use it from the window's thread."""

    loaded = Signal(str)
    """The hash of a picture that `find` now knows, or knows to be missing."""

    def __init__(self, operations: Operations, side: int = SIDE, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._side = side
        self._kept: OrderedDict[str, QPixmap | None] = OrderedDict()
        self._wanted: list[str] = []
        self._loading: tuple[str, ...] = ()

    def find(self, sha256: str) -> QPixmap | None:
        """Return a picture at once, or None and load it; None also for one that cannot be read."""
        if sha256 in self._kept:
            self._kept.move_to_end(sha256)
            return self._kept[sha256]
        if sha256 not in self._loading:
            self._want(sha256)
        return None

    def is_missing(self, sha256: str) -> bool:
        """Tell whether a picture was looked for and cannot be read."""
        return sha256 in self._kept and self._kept[sha256] is None

    def forget_missing(self) -> None:
        """Look again for what could not be read."""
        for sha256 in [sha256 for sha256, picture in self._kept.items() if picture is None]:
            del self._kept[sha256]

    def _want(self, sha256: str) -> None:
        if sha256 in self._wanted:
            self._wanted.remove(sha256)
        self._wanted = [*self._wanted, sha256][-MOST_WANTED:]
        if not self._loading:
            self._load_next()

    def _load_next(self) -> None:
        self._loading = tuple(reversed(self._wanted[-AT_ONCE:]))
        self._wanted = self._wanted[:-AT_ONCE]
        if not self._loading:
            return
        hashes, side = self._loading, self._side
        self._operations.run(
            tr("Loading pictures"),
            lambda station, control: _read_all(station, control, hashes, side),
            lane=Lane.DATABASE,
            owner=self,
            on_success=self._keep,
            on_failure=self._give_up,
            on_cancelled=lambda: self._end(()),
        )

    def _keep(self, pictures: Loaded) -> None:
        for sha256, pixels in pictures.items():
            self._kept[sha256] = None if pixels is None else pixmap_of_pixels(pixels)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        self._end(tuple(pictures))

    def _give_up(self, failure: Failure) -> None:
        """A list without pictures is still a list; whoever reads its rows hears why the database cannot be read."""
        self._keep(dict.fromkeys(self._loading))

    def _end(self, loaded: tuple[str, ...]) -> None:
        self._loading = ()
        for sha256 in loaded:
            self.loaded.emit(sha256)
        if not self._loading:
            self._load_next()


def _read_all(station: Station, control: Control, hashes: tuple[str, ...], side: int) -> Loaded:
    """Decode without Qt: its reader waits for Qt's locks while it holds Python's; the window does it the other way."""
    pictures: Loaded = {}
    for sha256 in hashes:
        control.check()
        try:
            pictures[sha256] = read_thumbnail_pixels(station, sha256, side)
        except KNOWN_ERRORS:
            pictures[sha256] = None
    return pictures
