"""Qt's own words (buttons of its dialogs, menus of its text fields) in the language of the window."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

_PARTS = ("qtbase",)


class _Installed:
    """The translators in use. One set per process, like the language they belong to."""

    translators: tuple[QTranslator, ...] = ()


def use_qt_language(app: QCoreApplication, code: str) -> bool:
    """Let Qt speak a language, "en" or "zh_CN"; numbers and dates in its widgets follow. Whether it has the words."""
    for translator in _Installed.translators:
        app.removeTranslator(translator)
    locale = QLocale(code)
    QLocale.setDefault(locale)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    found = [(QTranslator(app), part) for part in _PARTS]
    loaded = tuple(translator for translator, part in found if translator.load(locale, part, "_", folder))
    for translator in loaded:
        app.installTranslator(translator)
    _Installed.translators = loaded
    return bool(loaded) or code == "en"
