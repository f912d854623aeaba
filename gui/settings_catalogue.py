"""Every setting a person can change, as data: its group, name, explanation and what its value is chosen from.

What a setting does is `station.settings`' affair; a test keeps both lists equal. Words are translated when shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from station.language import LANGUAGES, mark


class Group(StrEnum):
    """Where in the dialog a setting stands."""

    GENERAL = "general"
    ENGINE = "engine"
    PHOTOS = "photos"
    REPORTS = "reports"
    REVIEW = "review"
    DATABASE = "database"
    LOGGING = "logging"


GROUPS: dict[Group, tuple[str, str]] = {
    Group.GENERAL: (mark("General"), "tune-variant"),
    Group.ENGINE: (mark("Engine"), "memory"),
    Group.PHOTOS: (mark("Photos"), "image-outline"),
    Group.REPORTS: (mark("Reports"), "file-document-outline"),
    Group.REVIEW: (mark("Defect codes"), "tag-outline"),
    Group.DATABASE: (mark("Database"), "database-outline"),
    Group.LOGGING: (mark("Logging"), "text-box-outline"),
}
"""Name and icon of each group, in their order."""


class Kind(StrEnum):
    """Which control a setting has."""

    CHOICE = "choice"
    FLAG = "flag"
    TEXT = "text"
    PICTURE = "picture"
    LINES = "lines"
    MEGAPIXELS = "megapixels"
    MINUTES = "minutes"
    NUMBER = "number"


@dataclass(frozen=True)
class SettingInfo:
    """What the dialog says about one setting."""

    name: str
    """As in the settings file."""
    group: Group
    kind: Kind
    title: str
    explanation: str
    choices: tuple[tuple[str, str], ...] = ()
    """Values with their words, for a choice."""
    most: int = 0
    """Characters a text may have."""
    placeholder: str = ""
    least: int = 0
    """The smallest number; `most` is the largest."""
    unit: str = ""
    """What a number counts."""


_LANGUAGES = tuple((code, name) for code, name in LANGUAGES.items())

SETTINGS: tuple[SettingInfo, ...] = (
    SettingInfo(
        "language",
        Group.GENERAL,
        Kind.CHOICE,
        mark("Language"),
        mark("The language of the window and of reports. Records keep their English words."),
        (("system", mark("As the system")), *_LANGUAGES),
    ),
    SettingInfo(
        "theme",
        Group.GENERAL,
        Kind.CHOICE,
        mark("Look"),
        mark("Light, dark, or as the system is set. The colours of verdicts stay apart in both."),
        (("system", mark("As the system")), ("light", mark("Light")), ("dark", mark("Dark"))),
    ),
    SettingInfo(
        "user",
        Group.GENERAL,
        Kind.TEXT,
        mark("Your name"),
        mark("Stands in every record as the person who acted. Empty means the user of this computer."),
        most=200,
        placeholder=mark("User of this computer"),
    ),
    SettingInfo(
        "operator_mode",
        Group.GENERAL,
        Kind.FLAG,
        mark("Operator mode"),
        mark(
            "Shows only what a station needs, large: verdict, photo, serial number. The window itself offers no way "
            "out of it; it is switched off in the settings file or with ANOMALYGPT_OPERATOR_MODE=false."
        ),
    ),
    SettingInfo(
        "lock_after_minutes",
        Group.GENERAL,
        Kind.MINUTES,
        mark("Lock after"),
        mark(
            "Minutes without mouse and keyboard after which whoever has logged on is logged off and asked again; what "
            "still runs is waited for. Only where people log on."
        ),
    ),
    SettingInfo(
        "device",
        Group.ENGINE,
        Kind.CHOICE,
        mark("Device"),
        mark("What computes. Automatic takes the fastest that works; the window of model packs has a test."),
        (
            ("auto", mark("Automatic")),
            ("cpu", mark("Processor (CPU)")),
            ("cuda", mark("NVIDIA GPU (CUDA)")),
            ("mps", mark("Apple GPU (MPS)")),
        ),
    ),
    SettingInfo(
        "profile",
        Group.ENGINE,
        Kind.CHOICE,
        mark("Profile"),
        mark("Thorough finds smaller defects; fast answers about three times sooner. New products keep to it."),
        (("default", mark("Thorough")), ("fast", mark("Fast"))),
    ),
    SettingInfo(
        "backbone",
        Group.ENGINE,
        Kind.CHOICE,
        mark("Models"),
        mark("Without models the program can be tried out, but verdicts mean nothing; every result is marked so."),
        (("packs", mark("Installed model packs")), ("dummy", mark("None, for trying out only"))),
    ),
    SettingInfo(
        "components",
        Group.ENGINE,
        Kind.CHOICE,
        mark("Components"),
        mark(
            "Whose code computes. The textbook's was written by hand to learn from: the same numbers in single "
            "precision, on the processor only, and several times slower. Records state which was used."
        ),
        (
            ("framework", mark("Framework (PyTorch, OpenVINO)")),
            ("textbook", mark("Textbook (written by hand)")),
        ),
    ),
    SettingInfo(
        "answers",
        Group.ENGINE,
        Kind.CHOICE,
        mark("Answers"),
        mark(
            "Who answers questions about a part. The small language model looks at photo and map and speaks English; "
            "what it says is checked against the record. Templates repeat the record in three languages."
        ),
        (
            ("auto", mark("Language model where it is installed")),
            ("facts", mark("Templates only")),
            ("mini", mark("Small language model")),
            ("anomalygpt-7b", mark("AnomalyGPT with the official weights")),
            ("vlm", mark("Vision-language model in a folder")),
        ),
    ),
    SettingInfo(
        "vlm_folder",
        Group.ENGINE,
        Kind.TEXT,
        mark("Vision-language model"),
        mark("Folder of any model for pictures and text that transformers loads. Nothing is fetched from a network."),
        most=1000,
        placeholder=mark("No folder"),
    ),
    SettingInfo(
        "anomalygpt_folder",
        Group.ENGINE,
        Kind.TEXT,
        mark("AnomalyGPT's weights"),
        mark(
            "Folder with the official weights, laid out as the official code wants them. Their licences are "
            "CC-BY-NC-SA-4.0 and LLaMA's research licence: they may not be used for business."
        ),
        most=1000,
        placeholder=mark("No folder"),
    ),
    SettingInfo(
        "pixel_limit",
        Group.PHOTOS,
        Kind.MEGAPIXELS,
        mark("Largest photo"),
        mark("Photos with more pixels are refused, before they fill the computer's memory."),
    ),
    SettingInfo(
        "organisation",
        Group.REPORTS,
        Kind.TEXT,
        mark("Company"),
        mark("Stands at the head of every page of a report, where there is no logo."),
        most=200,
        placeholder="AnomalyGPT Inspector",
    ),
    SettingInfo(
        "report_text",
        Group.REPORTS,
        Kind.TEXT,
        mark("Line at the foot"),
        mark("Stands at the foot of every page of a report, such as an address."),
        most=500,
    ),
    SettingInfo(
        "report_logo",
        Group.REPORTS,
        Kind.PICTURE,
        mark("Logo"),
        mark("A PNG or JPEG file for the head of reports, in place of the company's name."),
        most=1000,
        placeholder=mark("No logo"),
    ),
    SettingInfo(
        "defect_codes",
        Group.REVIEW,
        Kind.LINES,
        mark("Codes"),
        mark("What a decision on a part can be filed under, one code a line. Codes in old records stay as they are."),
    ),
    SettingInfo(
        "backup_folder",
        Group.DATABASE,
        Kind.TEXT,
        mark("Folder for backups"),
        mark("Where the program makes backups by itself, best on another disk. Empty means that it makes none."),
        most=1000,
        placeholder=mark("No backups by itself"),
    ),
    SettingInfo(
        "backup_hours",
        Group.DATABASE,
        Kind.NUMBER,
        mark("Time between backups"),
        mark("A backup is due when the newest is older. It is made in the background while the window is open."),
        least=1,
        most=8760,
        unit=mark("hours"),
    ),
    SettingInfo(
        "backup_keep",
        Group.DATABASE,
        Kind.NUMBER,
        mark("Backups to keep"),
        mark("Older ones are removed once a newer one is made and verified."),
        least=1,
        most=1000,
    ),
    SettingInfo(
        "check_days",
        Group.DATABASE,
        Kind.NUMBER,
        mark("Time between full checks"),
        mark("The program recomputes every hash of every record and file by itself, in the background; 0 means never."),
        most=365,
        unit=mark("days"),
    ),
    SettingInfo(
        "log_level",
        Group.LOGGING,
        Kind.CHOICE,
        mark("Log"),
        mark("From which level on the program writes its log in the data folder. It holds no photos and no passwords."),
        (
            ("debug", mark("Everything (for finding faults)")),
            ("info", mark("Normal")),
            ("warning", mark("Warnings and errors")),
            ("error", mark("Errors only")),
        ),
    ),
)
