"""The bundled tutorial and its fellow pages: contents at the left, the page at the right, searched as one types.

A window of its own, so that it can stay open beside the work. Nothing is fetched: links lead to pages that came along.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QKeySequence, QShortcut, QTextCursor, QTextDocument
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QSplitter,
    QTextBrowser,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.help_text import dress_page, list_headings
from gui.theme import SPACING, icon, theme_notifier
from gui.translated import tr, trn
from station.help_pages import HelpPage, missing_sentence, read_pages, search_pages

_PAGE = Qt.ItemDataRole.UserRole
_PLACE = Qt.ItemDataRole.UserRole + 1


class HelpWindow(QWidget):
    """Shows pages of help."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(tr("Help"))
        self.resize(QSize(980, 720))
        self._pages = {page.name: page for page in read_pages()}
        self._shown: HelpPage | None = None
        self._visited: list[str] = []
        self._build()
        self._connect()
        self.show_page(next(iter(self._pages), ""))
        self._list_contents()
        self.search_edit.setFocus()

    @property
    def page(self) -> str:
        """Name of the page on show; "" without one."""
        return self._shown.name if self._shown else ""

    def show_page(self, name: str) -> None:
        """Show a page by its name, such as "tutorial"; an unknown one changes nothing."""
        page = self._pages.get(name.removesuffix(".md"))
        if page is None:
            if self._shown is None:
                self.text.setPlainText(missing_sentence())
            return
        if self._shown is not None and page is not self._shown:
            self._visited.append(self._shown.name)
        self._show(page)

    def go_back(self) -> None:
        """Show the page before."""
        if self._visited:
            self._show(self._pages[self._visited.pop()])

    def search(self, text: str) -> None:
        """List the pages that hold all words; nothing searched for lists the contents."""
        if not text.strip():
            self._list_contents()
            return
        found = search_pages(tuple(self._pages.values()), text)
        self.contents.clear()
        for each in found:
            item = QTreeWidgetItem([f"{each.page.title}\n{each.excerpt}"])
            item.setData(0, _PAGE, each.page.name)
            item.setToolTip(0, each.excerpt)
            self.contents.addTopLevelItem(item)
        said = trn("{count} page found", "{count} pages found", len(found)) if found else tr("Nothing found")
        self.contents.setHeaderLabel(said)

    # Building

    def _build(self) -> None:
        self.search_edit = QLineEdit(self)
        self.search_edit.setPlaceholderText(tr("Search the help"))
        self.search_edit.setAccessibleName(tr("Search the help"))
        self.search_edit.setClearButtonEnabled(True)
        self.search_edit.addAction(icon("magnify", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        self.contents = QTreeWidget(self)
        self.contents.setAccessibleName(tr("Contents"))
        self.contents.setWordWrap(True)
        self.contents.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.text = QTextBrowser(self)
        self.text.setAccessibleName(tr("Page of the help"))
        self.text.setOpenLinks(False)
        self.back_button = QToolButton(self)
        self.back_button.setIcon(icon("arrow-left"))
        self.back_button.setToolTip(tr("Back (Alt+Left)"))
        self.back_button.setAccessibleName(tr("Back"))
        self.back_button.setEnabled(False)
        left, right = QWidget(self), QWidget(self)
        self._stack_up(left, self.search_edit, self.contents)
        bar = QHBoxLayout()
        bar.addWidget(self.back_button)
        bar.addStretch(1)
        outer = self._stack_up(right, self.text)
        outer.insertLayout(0, bar)
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(left)
        splitter.addWidget(right)
        splitter.setSizes([290, 690])
        splitter.setStretchFactor(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING, SPACING, SPACING, SPACING)
        layout.addWidget(splitter)

    def _stack_up(self, pane: QWidget, *widgets: QWidget) -> QVBoxLayout:
        layout = QVBoxLayout(pane)
        layout.setContentsMargins(SPACING, SPACING, SPACING, SPACING)
        layout.setSpacing(SPACING)
        for widget in widgets:
            layout.addWidget(widget)
        return layout

    def _connect(self) -> None:
        self.search_edit.textChanged.connect(self.search)
        self.search_edit.returnPressed.connect(self._open_first)
        self.contents.itemClicked.connect(self._open)
        self.contents.itemActivated.connect(self._open)
        self.text.anchorClicked.connect(self._follow)
        self.back_button.clicked.connect(self.go_back)
        theme_notifier().changed.connect(self._show_again)
        for keys, do in (("Alt+Left", self.go_back), ("Ctrl+F", self.search_edit.setFocus), ("Esc", self.close)):
            QShortcut(QKeySequence(keys), self).activated.connect(do)

    def _list_contents(self) -> None:
        """Every page with its headings below it."""
        self.contents.clear()
        self.contents.setHeaderLabel(tr("Contents"))
        for page in self._pages.values():
            top = QTreeWidgetItem([page.title])
            top.setData(0, _PAGE, page.name)
            for place, heading in enumerate(list_headings(page.text)):
                item = QTreeWidgetItem([heading])
                item.setData(0, _PAGE, page.name)
                item.setData(0, _PLACE, place)
                top.addChild(item)
            self.contents.addTopLevelItem(top)
            top.setExpanded(page is self._shown)

    # Showing

    def _show(self, page: HelpPage) -> None:
        self._shown = page
        self.text.document().setBaseUrl(QUrl.fromLocalFile(f"{page.folder}/"))
        self.text.setMarkdown(page.text)
        dress_page(self.text.document())
        self.text.moveCursor(QTextCursor.MoveOperation.Start)
        self.back_button.setEnabled(bool(self._visited))
        self.setWindowTitle(tr("{page} – help", page=page.title))

    def _show_again(self) -> None:
        if self._shown is not None:
            place = self.text.verticalScrollBar().value()
            self._show(self._shown)
            self.text.verticalScrollBar().setValue(place)

    def _open(self, item: QTreeWidgetItem) -> None:
        self.show_page(str(item.data(0, _PAGE)))
        place = item.data(0, _PLACE)
        if place is not None:
            self._go_to_heading(int(place))
        elif self.search_edit.text().strip():
            self._mark(self.search_edit.text().split()[0])
        else:
            item.setExpanded(True)

    def _open_first(self) -> None:
        first = self.contents.topLevelItem(0)
        if first is not None:
            self._open(first)

    def _go_to_heading(self, place: int) -> None:
        block = self.text.document().begin()
        while block.isValid():
            if block.blockFormat().headingLevel() == 2:
                if place == 0:
                    layout = self.text.document().documentLayout()
                    self.text.verticalScrollBar().setValue(round(layout.blockBoundingRect(block).top()) - SPACING)
                    return
                place -= 1
            block = block.next()

    def _mark(self, word: str) -> None:
        """Select the first place of a word and bring it into view."""
        self.text.moveCursor(QTextCursor.MoveOperation.Start)
        self.text.find(word, QTextDocument.FindFlag(0))

    def _follow(self, url: QUrl) -> None:
        """Links lead to other pages; nothing outside is opened."""
        if url.isRelative() or url.isLocalFile():
            self.show_page(url.fileName())
