"""Gives a page of help its looks: room around paragraphs, headings in their sizes, code on a ground, ruled tables."""

from __future__ import annotations

import re

from PySide6.QtGui import (
    QBrush,
    QFont,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)

from gui.theme import POINT_SIZE, SPACING, colour, mono_font

_SIZES = {1: 18.0, 2: 13.0, 3: 11.0}
"""Points of headings by their level."""
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
_LINE_HEIGHT = 132.0


def list_headings(text: str) -> list[str]:
    """Return the headings of the second level of a Markdown text, without its marks."""
    outside_code = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return [re.sub(r"[*`]", "", heading).strip() for heading in _HEADING.findall(outside_code)]


def dress_page(document: QTextDocument) -> None:
    """Dress a document that was read from Markdown, in the colours in use."""
    document.setDocumentMargin(3 * SPACING)
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    block = document.begin()
    while block.isValid():
        cursor.setPosition(block.position())
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        _dress_block(cursor, block.blockFormat())
        _soften_bold(cursor, block)
        block = block.next()
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _dress_table(frame)
    cursor.endEditBlock()


def _dress_block(cursor: QTextCursor, old: QTextBlockFormat) -> None:
    shape = QTextBlockFormat()
    letters = QTextCharFormat()
    is_code = old.hasProperty(QTextFormat.Property.BlockCodeFence) or old.nonBreakableLines()
    if level := old.headingLevel():
        shape.setTopMargin(3 * SPACING if level > 1 else 0)
        shape.setBottomMargin(SPACING)
        letters.setFontPointSize(_SIZES.get(level, POINT_SIZE))
        letters.setFontWeight(QFont.Weight.DemiBold)
    elif is_code:
        shape.setBackground(QBrush(colour("panel_alt")))
        shape.setLeftMargin(SPACING)
        letters.setFontFamilies(mono_font().families())
    elif cursor.currentTable() is None:
        shape.setBottomMargin(SPACING + 2 if cursor.currentList() is None else SPACING // 2)
        shape.setLineHeight(_LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    cursor.mergeBlockFormat(shape)
    cursor.mergeCharFormat(letters)


def _soften_bold(cursor: QTextCursor, block: QTextBlock) -> None:
    """Our fonts have no bolder weight than this; a bolder one would be smeared."""
    softer = QTextCharFormat()
    softer.setFontWeight(QFont.Weight.DemiBold)
    places = block.begin()
    while not places.atEnd():
        fragment = places.fragment()
        if fragment.charFormat().fontWeight() > QFont.Weight.DemiBold:
            cursor.setPosition(fragment.position())
            cursor.setPosition(fragment.position() + fragment.length(), QTextCursor.MoveMode.KeepAnchor)
            cursor.mergeCharFormat(softer)
            places = block.begin()
        else:
            places += 1


def _dress_table(table: QTextTable) -> None:
    style = table.format()
    style.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    style.setBorder(1)
    style.setBorderBrush(QBrush(colour("border")))
    style.setBorderCollapse(True)
    style.setCellPadding(SPACING - 2)
    style.setCellSpacing(0)
    style.setTopMargin(SPACING)
    style.setBottomMargin(2 * SPACING)
    style.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    table.setFormat(style)
