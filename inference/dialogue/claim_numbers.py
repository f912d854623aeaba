"""Numbers that an answer claims: counts, sizes, scores, shares. In digits or words, with any unit of length."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from inference.dialogue import claim_words as words
from inference.dialogue.claim_values import Amount, Bound, Claim, ClaimKind, Role

_TEN_WORDS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_TENS = {word: 10 * number for number, word in enumerate(_TEN_WORDS, start=2)}
_SMALL = {word.replace("ß", "ss"): value for word, value in words.NUMBERS.items()}
_LATIN = "|".join(sorted((word for word in _SMALL if word.isascii() or word[0] in "fz"), key=len, reverse=True))
_HAN = "|".join(sorted((word for word in _SMALL if word[0] >= "\u4e00"), key=len, reverse=True))
_DIGITS = r"(?<!\d)\d+(?:[.,]\d+){0,4}"
_NUMBER = rf"(?:{_DIGITS}|\b(?:{'|'.join(_TENS)})(?:[- ](?:{_LATIN}))?\b|\b(?:{_LATIN})\b|(?:{_HAN}))"
_UNIT = "|".join((*words.UNITS, words.PIXELS))
_SQUARE = r"(?:square|sq\.?|quadrat|平方)[ -]?"
_PAIR = re.compile(
    rf"({_NUMBER}) ?(?:{_UNIT})? ?(?:x|by|mal|auf|\*|乘以?) ?({_NUMBER}) ?-?({_UNIT}) ?(2|\^2)?(?![a-z])"
)
_ONE = re.compile(rf"({_NUMBER}) ?-?({_SQUARE})?({_UNIT}) ?(2(?!\d)|\^2|squared)?(?![a-z])")
_BARE_PAIR = re.compile(rf"({_DIGITS}) ?(?:x|\*) ?({_DIGITS})(?! ?(?:{_UNIT}))")
_SAYS_SIZE = re.compile(
    rf"(?<!per )\b(?:{words.PIXELS}|mm|cm|millimet(?:er|re)s?|centimet(?:er|re)s?|inch(?:es)?)\b|像素|毫米|厘米"
)
_ROUGH = re.compile(
    r"(?:about|approx\w*\.?|roughly|around|some|nearly|almost|ca\.?|circa|etwa|ungef[aä]hr|rund|knapp"
    r"|约|約|大约|~|≈)\s*$"
)
_LEAST = re.compile(r"(?:at least|no less than|not less than|more than|over|mindestens|mehr als|[uü]ber|至少|超过)\s*$")
_MOST = re.compile(
    r"(?:at most|no more than|not more than|up to|fewer than|less than|under|h[oö]chstens|weniger als"
    r"|bis zu|最多|不超过)\s*$"
)
_IS = r"\W{0,2}(?:of|is|von|ist|为|為|是)?\W{0,3}$"
_ROLES: tuple[tuple[Role, str, str], ...] = (
    ("area", rf"(?:area|fl[aä]che|面积){_IS}", r"^ ?(?:in area|fl[aä]che)"),
    ("width", rf"(?:width|breite|宽度?){_IS}", r"^ ?(?:wide|in width|breit|宽)"),
    ("height", rf"(?:height|h[oö]he|高度?){_IS}", r"^ ?(?:high|tall|in height|hoch|高)"),
)
_COUNTED = "|".join((words.DEFECT_NOUNS, words.REGION_NOUNS, r"(?:areas|places|spots|stellen)", *words.KINDS.values()))
_COUNT = re.compile(
    rf"(?<![\w#.,])(?<!region )(?<!number )(?<!defect )(?<!anomaly )(?<!bereich )(?<!nummer )(?<!version )(?<!limit )"
    rf"(?<!score )({_NUMBER}) ((?:[^\W\d_][\w-]* ){{0,3}}?)(?:{_COUNTED})\b"
)
_HAN_COUNT = re.compile(rf"({_DIGITS}|{_HAN}) ?(?:个|個|处|處|条|道|块|点|种)[^，。；、,;:]{{0,8}}?(?:{_COUNTED})")
_MANY_COUNT = re.compile(rf"(?:{words.MANY}) ?((?:[^\W\d_][\w-]* ){{0,3}}?)(?:{_COUNTED})")
_ONLY_ONE = re.compile(
    r"\b(?:only|just|exactly|solely|nur|genau|lediglich)(?: a| an| ein\w*) "
    rf"((?:[^\W\d_][\w-]* ){{0,3}}?)(?:{_COUNTED})"
)
_THERE_ARE = re.compile(
    r"(?:\bthere (?:is|are|was|were)|\bi (?:see|count|found|find)|\bes (?:gibt|sind)|^ ?[这那]?里?有)"
    rf"(?: only| just| exactly| nur| genau)? ?({_NUMBER}) ?(?:个|處|处)?\W*$"
)
_NO_ADJECTIVES = re.compile(
    r"\b(?:of|the|an?|x|by|times|and|or|to|is|are|was|lies|shows?|has|have|contains?|that|which|px"
    r"|pixels?|[cm]m|out|per"
    r"|den|der|die|das|des|von|zeigt|ist|sind|hat|mal|oder|und)\b"
)
_SCORE = re.compile(rf"(?:score|punktzahl|punktwert|得分|分数|分數)(?:[^\d.!?]{{0,16}})({_DIGITS})")
_LIMIT = re.compile(
    rf"(?:limit|threshold|grenze|grenzwert|schwelle|限值|阈值)(?:[^\d.!?]{{0,10}})({_DIGITS})(?! ?(?:倍|times))"
)
_PEAK = re.compile(rf"({_DIGITS}) ?-?(?:times|fold|fache?n?|mal)\b|限值的 ?({_DIGITS}) ?倍")
_SHARE = re.compile(rf"({_DIGITS}) ?(?:%|percent|per cent|prozent)|百分之 ?({_DIGITS})")
_BARE = re.compile(rf"\W*({_NUMBER})\W*")


def find_sizes(text: str) -> Iterator[Claim]:
    """Yield what a clause says of lengths and areas."""
    rest, found_any = text, False
    for found in _PAIR.finditer(text):
        found_any = True
        rest = rest[: found.start()] + " " * len(found[0]) + rest[found.end() :]
        yield _make_size(text, found, (found[1], found[2]), found[3], is_area=False)
    for found in _ONE.finditer(rest):
        found_any = True
        yield _make_size(rest, found, (found[1],), found[3], is_area=bool(found[2] or found[4]))
    for found in _BARE_PAIR.finditer(rest):
        found_any = True
        yield Claim(ClaimKind.SIZE, "px", (read_amount(found[1]), read_amount(found[2])))
    if not found_any and _SAYS_SIZE.search(text):
        yield Claim(ClaimKind.UNCLEAR, "size")


def find_counts(text: str) -> Iterator[Claim]:
    """Yield how many there are said to be."""
    for found in _COUNT.finditer(text):
        if not _NO_ADJECTIVES.search(found[2]):
            yield _make_count(text, found)
    for found in (*_HAN_COUNT.finditer(text), *_THERE_ARE.finditer(text)):
        yield _make_count(text, found)
    for found in _MANY_COUNT.finditer(text):
        if not _NO_ADJECTIVES.search(found[1]):
            yield Claim(ClaimKind.COUNT, amounts=(Amount((2.0,)),), bound="least")
    for found in _ONLY_ONE.finditer(text):
        if not _NO_ADJECTIVES.search(found[1]):
            yield Claim(ClaimKind.COUNT, amounts=(Amount((1.0,)),))


def find_scores(text: str) -> Iterator[Claim]:
    """Yield scores, limits, peaks in units of the limit, and shares in per cent."""
    rest = text
    for kind, pattern in (
        (ClaimKind.PEAK, _PEAK),
        (ClaimKind.SCORE, _SCORE),
        (ClaimKind.LIMIT, _LIMIT),
        (ClaimKind.SHARE, _SHARE),
    ):
        for found in pattern.finditer(rest):
            yield Claim(kind, amounts=(read_amount(next(group for group in found.groups() if group)),))
        if kind is ClaimKind.PEAK:
            rest = pattern.sub(" ", text)


def read_bare_number(text: str) -> Amount | None:
    """Return the number that a sentence consists of."""
    found = _BARE.fullmatch(text)
    return read_amount(found[1]) if found else None


@lru_cache(1024)
def read_amount(written: str) -> Amount:
    """Return a number in digits or words; "1,234" can mean two things."""
    if written[0].isdigit():
        return _read_digits(written)
    tens, _, ones = written.replace(" ", "-").partition("-")
    value = _TENS[tens] + _SMALL.get(ones, 0) if tens in _TENS else _SMALL[written]
    return Amount((float(value),))


def _read_digits(written: str) -> Amount:
    whole, _, tail = re.sub(r"[.,](?=.*[.,])", "", written).replace(",", ".").partition(".")
    values = [float(f"{whole}.{tail or 0}")]
    if len(tail) == 3 and whole != "0":
        values.append(float(whole + tail))
    return Amount(tuple(values), 0.5 * 10.0 ** -len(tail))


def _make_size(text: str, found: re.Match[str], written: tuple[str, ...], unit: str, *, is_area: bool) -> Claim:
    before, after = text[: found.start()], text[found.end() :]
    role: Role = "area" if is_area else ""
    if not role and len(written) == 1:
        role = next(
            (name for name, ahead, behind in _ROLES if re.search(ahead, before) or re.search(behind, after)), ""
        )
    factor = next((factor for pattern, factor in words.UNITS.items() if re.fullmatch(pattern, unit)), None)
    amounts = tuple(_scale(read_amount(each), (factor or 1.0) ** (2 if role == "area" else 1)) for each in written)
    return Claim(
        ClaimKind.SIZE,
        "px" if factor is None else "mm",
        amounts,
        bound=_find_bound(before),
        role=role,
        is_rough=bool(_ROUGH.search(before)),
    )


def _make_count(text: str, found: re.Match[str]) -> Claim:
    before = text[: found.start()]
    amount = read_amount(found[1])
    if _LEAST.search(before) and re.search(r"(?:more than|over|mehr als|[uü]ber|超过)\s*$", before):
        amount = _shift(amount, 1.0)
    if re.search(r"(?:fewer than|less than|under|weniger als)\s*$", before):
        amount = _shift(amount, -1.0)
    return Claim(ClaimKind.COUNT, amounts=(amount,), bound=_find_bound(before))


def _find_bound(before: str) -> Bound:
    return "least" if _LEAST.search(before) else "most" if _MOST.search(before) else "exactly"


def _scale(amount: Amount, factor: float) -> Amount:
    return Amount(tuple(value * factor for value in amount.values), amount.slack * factor)


def _shift(amount: Amount, step: float) -> Amount:
    return Amount(tuple(value + step for value in amount.values), amount.slack)
