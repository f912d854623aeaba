"""Numbers, times, names and verdicts as a reader of the report meets them. Pure text; nothing about layout.

Numbers are never rounded here, except where a function says so: what the report prints is what the record holds, with
the decimal mark of the reader's language.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import PurePath

from storage.records import Actor
from storage.reports.language import mark, spoken_language, tr, trn

_VERDICTS = {
    "accept": mark("accept"),
    "review": mark("review"),
    "reject": mark("reject"),
    None: mark("no verdict"),
}
VERDICTS = tuple(_VERDICTS)
"""In the order in which they are counted; None last."""
_DECISIONS = {
    "accept": mark("accept"),
    "use-as-is": mark("use-as-is"),
    "rework": mark("rework"),
    "scrap": mark("scrap"),
    "return": mark("return"),
}
_SEVERITIES = {"minor": mark("minor"), "major": mark("major"), "critical": mark("critical")}
_MEANINGS = {"reviewed": mark("Reviewed"), "approved": mark("Approved"), "rejected": mark("Rejected")}
_ACTOR_KINDS = {"person": mark("person"), "agent": mark("agent")}
_STEPS = {
    "decode": mark("decode"),
    "features": mark("features"),
    "score": mark("score"),
    "total": mark("total"),
}
ADVISORY_SENTENCE = mark(
    "The verdict is the machine's alone and is never altered. Words of a conversation and decisions of people are"
    " recorded beside it; they do not change it."
)
NO_REGIONS_SENTENCE = mark("No region of this photo differs from the references by more than the limit.")
SHORT_HASH = 12


def tell_verdict(verdict: str | None) -> str:
    """Return the verdict's large word, in capitals where the language has them."""
    return name_verdict(verdict).upper()


def name_verdict(verdict: str | None) -> str:
    """Return the verdict's word within a table or a sentence."""
    return tr(_VERDICTS[verdict])


def tell_decision(decision: str) -> str:
    """Return the large word of what a person decided."""
    return name_decision(decision).upper()


def name_decision(decision: str) -> str:
    """Return what a person decided, within a table or a sentence."""
    return tr(_DECISIONS[decision]) if decision in _DECISIONS else decision


def name_severity(severity: str) -> str:
    """Return how grave a person found a defect, within a table or a sentence."""
    return tr(_SEVERITIES[severity]) if severity in _SEVERITIES else severity


def name_meaning(meaning: str) -> str:
    """Return what a signature says, at the beginning of a sentence."""
    return tr(_MEANINGS[meaning]) if meaning in _MEANINGS else meaning


def name_actor(actor: Actor) -> str:
    """Return who acted and whether that is a person: "Anna Meier (person)"."""
    kind = tr(_ACTOR_KINDS[actor.kind]) if actor.kind in _ACTOR_KINDS else actor.kind
    return f"{actor.name} ({kind})"


def name_step(step: str) -> str:
    """Return the word of a step whose seconds were measured."""
    return tr(_STEPS[step]) if step in _STEPS else step


def format_number(value: object) -> str:
    """Return a number with every digit of the record's JSON; "not recorded" for None."""
    if value is None:
        return tr("not recorded")
    return _mark_decimals(str(value)) if isinstance(value, int | float) else str(value)


def format_score(score: float, limit: float) -> str:
    """Round a score to one decimal, or to as many as keep it on its own side of the limit (49.96 is not 50.0)."""
    for decimals in range(1, 12):
        text = f"{score:.{decimals}f}"
        if (float(text) >= limit) == (score >= limit):
            return _mark_decimals(text)
    return _mark_decimals(str(score))


def format_short(value: float) -> str:
    """Return a round number without needless zeros: 50, not 50.0."""
    return _mark_decimals(f"{value:g}")


def format_p_value(p_value: float | None) -> str:
    """Round a p-value to three digits, for a glance; the exact one is printed with the calibration."""
    return "–" if p_value is None else _mark_decimals(f"{p_value:.3g}")


def format_alpha(alpha: object) -> str:
    """Return the targeted share of good parts rejected, as recorded and in per cent: "0.05 (5 % of good parts)"."""
    if not isinstance(alpha, int | float):
        return format_number(alpha)
    share = _mark_decimals(f"{alpha * 100:.4g}")
    return tr("{alpha} ({share} % of good parts)", alpha=format_number(alpha), share=share)


def _mark_decimals(number: str) -> str:
    return number.replace(".", spoken_language().decimal_mark)


def count_regions(count: int) -> str:
    """Return "1 region", "3 regions"."""
    return trn("{count} region", "{count} regions", count)


def format_utc(moment: str) -> str:
    """Return an ISO 8601 time in the language's way, such as "2026-03-01 14:03:07 UTC"; else as given."""
    try:
        return f"{spoken_language().format_time(datetime.fromisoformat(moment).astimezone(UTC))} UTC"
    except ValueError:
        return moment


def format_moment(moment: str, local_offset: str) -> str:
    """Return an ISO 8601 time in UTC and, where it differs, as the local time of that place."""
    utc = format_utc(moment)
    offset = parse_offset(local_offset)
    if utc == moment or not offset:
        return utc
    local = datetime.fromisoformat(moment).astimezone(timezone(offset))
    return tr(
        "{utc} (local {local} {offset})", utc=utc, local=spoken_language().format_time(local), offset=local_offset
    )


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
    return digest[:SHORT_HASH] or tr("none")


def explain_verdict(verdict: str | None, gates: int, regions: int) -> str:
    """Return the sentence under the verdict's word."""
    if verdict is None:
        return tr("No product was given, so nothing was judged.")
    if verdict == "accept":
        return tr("The score is below the limit.")
    if verdict == "reject":
        return _explain_rejection(regions)
    if gates:
        return tr("A person has to decide: the photo itself raises doubts, given below.")
    return tr("A person has to decide: the score is too close to the limit.")


def _explain_rejection(regions: int) -> str:
    if not regions:
        return tr("The score has reached the limit.")
    return trn(
        "The score has reached the limit: {count} region marked.",
        "The score has reached the limit: {count} regions marked.",
        regions,
    )
