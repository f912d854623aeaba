"""Numbers, times, names and verdicts as a reader of the report meets them. Pure text; nothing about layout.

Numbers are never rounded here, except where a function says so: what the report prints is what the record holds.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import PurePath

VERDICT_WORDS = {"accept": "ACCEPT", "review": "REVIEW", "reject": "REJECT", None: "NO VERDICT"}
ADVISORY_SENTENCE = (
    "The verdict is the machine's alone and is never altered. Words of a conversation and decisions of people are"
    " recorded beside it; they do not change it."
)
NO_REGIONS_SENTENCE = "No region of this photo differs from the references by more than the limit."
SHORT_HASH = 12


def format_number(value: object) -> str:
    """Return a number exactly as the record's JSON writes it; "not recorded" for None."""
    return "not recorded" if value is None else str(value)


def format_score(score: float, limit: float) -> str:
    """Round a score to one decimal, or to as many as keep it on its own side of the limit (49.96 is not 50.0)."""
    for decimals in range(1, 12):
        text = f"{score:.{decimals}f}"
        if (float(text) >= limit) == (score >= limit):
            return text
    return str(score)


def format_p_value(p_value: float | None) -> str:
    """Round a p-value to three digits, for a glance; the exact one is printed with the calibration."""
    return "–" if p_value is None else f"{p_value:.3g}"


def format_alpha(alpha: object) -> str:
    """Return the targeted share of good parts rejected, as recorded and in per cent: "0.05 (5 % of good parts)"."""
    return f"{alpha} ({alpha * 100:.4g} % of good parts)" if isinstance(alpha, int | float) else format_number(alpha)


def format_count(count: int, noun: str) -> str:
    """Return "1 region", "3 regions"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def format_utc(moment: str) -> str:
    """Return an ISO 8601 time as "2026-03-01 14:03:07 UTC"; as given where it is no such time."""
    try:
        return datetime.fromisoformat(moment).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except ValueError:
        return moment


def format_moment(moment: str, local_offset: str) -> str:
    """Return an ISO 8601 time in UTC and, where it differs, as the local time of that place."""
    utc = format_utc(moment)
    offset = parse_offset(local_offset)
    if utc == moment or not offset:
        return utc
    local = datetime.fromisoformat(moment).astimezone(timezone(offset))
    return f"{utc} (local {local:%Y-%m-%d %H:%M:%S} {local_offset})"


def parse_offset(local_offset: str) -> timedelta:
    """Return "+01:00" as one hour; zero for what is no offset."""
    try:
        return datetime.fromisoformat(f"2000-01-01T00:00:00{local_offset}").utcoffset() or timedelta()
    except ValueError:
        return timedelta()


def shorten_middle(text: str, length: int) -> str:
    """Cut the middle out of a text longer than `length` characters; the end keeps a file's suffix and number."""
    if len(text) <= length:
        return text
    tail = min(length // 2, max(length // 3, len(PurePath(text.replace("\0", "")).suffix) + 4))
    return f"{text[: length - tail - 1]}…{text[-tail:]}"


def shorten_hash(digest: str) -> str:
    """Return the first characters of a hash, enough to compare by eye."""
    return digest[:SHORT_HASH] or "none"


def explain_verdict(verdict: str | None, gates: int, regions: int) -> str:
    """Return the sentence under the verdict's word."""
    if verdict is None:
        return "No product was given, so nothing was judged."
    if verdict == "accept":
        return "The score is below the limit."
    if verdict == "reject":
        found = f": {format_count(regions, 'region')} marked" if regions else ""
        return f"The score has reached the limit{found}."
    if gates:
        return "A person has to decide: the photo itself raises doubts, given below."
    return "A person has to decide: the score is too close to the limit."
