"""The words that records are made of: who acts, which choices there are, how long texts may be; and their checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from storage.errors import InvalidRecord

ActorKind = Literal["person", "agent"]
ReferenceState = Literal["proposed", "approved", "retired"]
Verdict = Literal["accept", "review", "reject"]
QueryOutcome = Literal["found", "not found", "failed"]
Role = Literal["operator", "engineer", "auditor", "administrator"]
Meaning = Literal["reviewed", "approved", "rejected"]
"""What a signature says."""
Decision = Literal["accept", "use-as-is", "rework", "scrap", "return"]
Severity = Literal["minor", "major", "critical"]
"""How grave a defect is; the mildest first."""
Reviewed = Literal["none", "any", "accept", "use-as-is", "rework", "scrap", "return"]
"""What people decided on an inspection: nothing yet, something, or, as the newest decision, this."""
HistorySort = Literal["time", "verdict", "score", "product", "file_name", "serial", "decision", "person"]
Json = Mapping[str, object]

MIN_REASON = 10
"""Characters, blanks at both ends not counted, that a reason needs where one is required."""
MAX_REASON = 10_000
"""Characters a reason may have; what is longer belongs into a comment or a file."""
MAX_NAME = 200
"""Characters a product or actor name may have."""
MAX_COMMENT = 100_000
"""Characters a comment may have."""


@dataclass(frozen=True)
class Actor:
    """Who does something: a named person or a named automatic agent; never empty."""

    name: str
    kind: ActorKind = "person"

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise InvalidRecord(
                "The name of whoever acts is empty; give the name of a person or of an automatic agent."
            )
        check_choice("kind of actor", self.kind, get_args(ActorKind))


@dataclass(frozen=True)
class BlobRef:
    """A file in the blob folder: lower-case hex SHA-256 of its bytes, and their number."""

    sha256: str
    size: int


def check_reason(reason: str) -> str:
    """The reason, blanks at both ends cut off; `InvalidRecord` when too few words are left to tell anybody anything."""
    reason = reason.strip()
    if "\0" in reason:
        raise InvalidRecord(
            f"The reason holds a zero byte, which is no text; say in at least {MIN_REASON} characters why."
        )
    if len(reason) < MIN_REASON:
        raise InvalidRecord(f"The reason {reason!r} is too short; say in at least {MIN_REASON} characters why.")
    if len(reason) > MAX_REASON:
        raise InvalidRecord(
            f"The reason has {len(reason)} characters; at most {MAX_REASON} can be kept. Say it shorter, and the rest"
            " in a comment."
        )
    return reason


def check_comment(text: str) -> str:
    """The text as it is; `InvalidRecord` when it says nothing or more than is kept."""
    refuse_zero_bytes("comment", text)
    if not text.strip():
        raise InvalidRecord("The comment is empty; write what you want to say.")
    return check_length(text)


def check_length(text: str) -> str:
    """The text as it is; `InvalidRecord` when it is longer than a comment can be."""
    if len(text) > MAX_COMMENT:
        raise InvalidRecord(
            f"The comment has {len(text)} characters; at most {MAX_COMMENT} can be kept. Keep longer texts as a file of"
            " their own and name it here."
        )
    return text


def refuse_zero_bytes(what: str, text: str) -> None:
    """Raise `InvalidRecord` for a text that SQL and other programs would see cut off."""
    if "\0" in text:
        raise InvalidRecord(f"The {what} holds a zero byte, which is no text; write it anew.")


def check_choice(what: str, value: str, choices: tuple[str, ...]) -> None:
    """Raise `InvalidRecord` for a value that is none of those there are."""
    if value not in choices:
        raise InvalidRecord(f"The {what} is {value!r}; use one of {', '.join(choices)}.")
