"""Words for values that records keep in English, in the person's language: verdicts, places, gates, decisions.

Also hands on what `station.language` offers, so that a widget needs one import for all its words. A sentence that is
not known here is shown as it was recorded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass

from station.language import format_clock, format_moment, format_number, format_share, mark, tr, trn
from station.sentences import tell

__all__ = [
    "decision_word",
    "decision_words",
    "format_clock",
    "format_moment",
    "format_number",
    "format_share",
    "gate_sentence",
    "mark",
    "place_word",
    "promise_sentence",
    "severity_word",
    "tell",
    "tr",
    "trn",
    "verdict_word",
]

_VERDICTS = {"accept": mark("Accept"), "review": mark("Review"), "reject": mark("Reject")}
_DECISIONS = {
    "accept": mark("Accepted"),
    "use-as-is": mark("Use as is"),
    "rework": mark("Rework"),
    "scrap": mark("Scrap"),
    "return": mark("Return to supplier"),
}
_SEVERITIES = {"minor": mark("minor"), "major": mark("major"), "critical": mark("critical")}
_PLACES = {
    "top left": mark("top left"),
    "top": mark("top"),
    "top right": mark("top right"),
    "left": mark("left"),
    "center": mark("center"),
    "right": mark("right"),
    "bottom left": mark("bottom left"),
    "bottom": mark("bottom"),
    "bottom right": mark("bottom right"),
}
_SURE = re.compile(r"at most (\d+)% are, (\d+)% sure")


def verdict_word(verdict: str | None) -> str:
    """Return the word of a verdict; None is "No verdict"."""
    return tr(_VERDICTS[verdict]) if verdict in _VERDICTS else tr("No verdict")


def decision_word(decision: str) -> str:
    """Return the word of a person's decision."""
    return tr(_DECISIONS[decision]) if decision in _DECISIONS else decision


def decision_words(decision: str, severity: str | None) -> str:
    """Return the word of a person's decision, with how grave the defect is where that was said."""
    if severity is None:
        return decision_word(decision)
    return tr("{decision} ({severity})", decision=decision_word(decision), severity=severity_word(severity))


def severity_word(severity: str) -> str:
    """Return the word for how grave a person found a defect."""
    return tr(_SEVERITIES[severity]) if severity in _SEVERITIES else severity


def place_word(place: str) -> str:
    """Return where on the photo a region lies, such as "bottom right"."""
    return tr(_PLACES[place]) if place in _PLACES else place


def promise_sentence(calibration: object) -> str:
    """Return the promise behind a verdict, from a record's mapping or a `Calibration`; "" when there is none."""
    values = _as_mapping(calibration)
    promise = str(values.get("promise", ""))
    parts, alpha = values.get("parts"), values.get("alpha")
    if not promise or not isinstance(parts, int) or not isinstance(alpha, (int, float)):
        return tell(promise)
    share = format_share(alpha, 0 if round(alpha * 100, 6) % 1 == 0 else 1)
    counted = trn("{count} good part", "{count} good parts", parts)
    if values.get("provisional"):
        return tr("Aims to reject at most {share} of good parts; rests on {parts}.", share=share, parts=counted)
    if not (sure := _SURE.search(promise)):
        return tell(promise)
    return tr(
        "Aims to reject at most {share} of good parts; at most {bound} are, {sure} sure ({parts}).",
        share=share,
        bound=format_share(int(sure[1]) / 100),
        sure=format_share(int(sure[2]) / 100),
        parts=counted,
    )


def gate_sentence(gate: object) -> str:
    """Return why a photo cannot be accepted silently, from a record's mapping or a `GateFinding`."""
    return tell(str(_as_mapping(gate).get("sentence", "")))


def _as_mapping(value: object) -> Mapping[str, object]:
    if isinstance(value, Mapping):
        return value
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else {}
