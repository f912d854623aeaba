"""What sentences of an answer claim of an inspection: presence, verdict, count, place, size, kind, score.

Where words leave open what is claimed, the claim is `UNCLEAR`: whoever compares it with the facts must not let it pass.
Whether a claim is true is told by `contradictions`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from inference.dialogue import claim_words as words
from inference.dialogue.claim_numbers import find_counts, find_scores, find_sizes, read_bare_number
from inference.dialogue.claim_values import Amount, Claim, ClaimKind
from inference.dialogue.phrasebook import Choice, Intent
from inference.dialogue.phrases import PHRASEBOOKS
from inference.dialogue.readable import is_readable, normalise
from inference.dialogue.understanding import Chosen, understand

_CLAUSE = re.compile(
    r"(?<!\d),|,(?!\d)|[;:()\[\]{}|\"!]| [-/] |[，；：（）。]|\.\.+|\b(?:but|however|although|though"
    r"|while|because|since|whereas"
    r"|yet|and|so|aber|jedoch|sondern|obwohl|weil|w[aä]hrend|und)\b|但是?|而且|不过|因为|然而|并且"
)
_ANYWHERE = re.compile(r"\b(?:anywhere|elsewhere|at all|whatsoever|nirgends|nirgendwo|[uü]berhaupt|irgendwo)\b|任何")
_PRONOUN = re.compile(r"^\W*(?:it|its|this one|that one|he|she|er|sie|es|dieser?|sein|ihr)\b|^\W*(?:它|其|该区域)")
_PLAIN_QUESTION = re.compile(
    r"^\W*(?:is|are|was|were|does|do|did|can|could|what|where|which|how|why|who|shall|should|ist|sind"
    r"|gibt|hat|wo|was|wie"
    r"|warum|welche\w*|kann|soll)\b(?!(?: \w+)? not\b)|(?:吗|呢)\W*$"
)
_RHETORICAL = re.compile(r"^(\W*(?:is|are|was|were|does|do|did|can|could|should) )not ")
_NO_SUCH = re.compile(r"\b(?:there is )?no such \w+|\beine\w* solche\w* \w+ gibt es nicht|没有这样的区域")
_NONE = re.compile(r"\W*(?:there (?:is|are) )?(?:none|nothing|not any|no one|keine[rsn]?|nichts|没有|沒有|无|無)\W*")
_SIDES = {"left": "left", "right": "right", "links": "left", "rechts": "right", "左": "left", "右": "right"}
_NUMBERED = re.compile(
    r"\b(?:region|number|defect|anomaly|bereich|stelle|nummer|nr\.?|fehler|defekt) ?#? ?(\d+)\b|#(\d+)"
    r"|区域 ?(\d+)|第 ?(\d+) ?个"
)
_ORDINALS: tuple[tuple[int, re.Pattern[str]], ...] = tuple(
    (number, re.compile(pattern)) for book in PHRASEBOOKS.values() for number, pattern in book.patterns.ordinals.items()
)
_EXTREMES: tuple[tuple[Choice, re.Pattern[str]], ...] = tuple(
    (how, re.compile(book.patterns.choices[how]))
    for book in PHRASEBOOKS.values()
    for how in (Choice.LARGEST, Choice.SMALLEST, Choice.STRONGEST, Choice.WEAKEST)
)
_THINGS = re.compile(
    rf"(?:{words.DEFECT_NOUNS}|{words.REGION_NOUNS})|\b(?:ones?|spots?|areas?|places?|stellen?)\b|处|個|个"
)
_SAID_OF_ONE = re.compile(r"\b(?:is|lies|measures|ist|liegt|misst)\b|位于|大小")
_VERBS, _NEGATIONS, _NO_NEGATIONS = (re.compile(each) for each in (words.VERBS, words.NEGATIONS, words.NO_NEGATIONS))
_HEDGES, _CONDITIONS, _ELSEWHERE = (re.compile(each) for each in (words.HEDGES, words.CONDITIONS, words.ELSEWHERE))
_YES, _NO = re.compile(words.YES), re.compile(words.NO)
_VERDICTS = tuple(
    (word, re.compile(pattern))
    for word, pattern in (("review", words.REVIEW), ("reject", words.REJECT), ("accept", words.ACCEPT))
)
_DEFECTIVE, _FLAWLESS = re.compile(words.DEFECTIVE), re.compile(words.FLAWLESS)
_NOUN, _REGIONS = (
    re.compile(rf"(?<!\w){words.DEFECT_NOUNS}|[\u4e00-\u9fff]{words.DEFECT_NOUNS}"),
    re.compile(words.REGION_NOUNS),
)
_KINDS = {kind: re.compile(pattern) for kind, pattern in words.KINDS.items()}
_WORDED: tuple[tuple[Claim, re.Pattern[str]], ...] = (
    (Claim(ClaimKind.PRESENCE, affirmed=False), _FLAWLESS),
    *((Claim(ClaimKind.VERDICT, verdict), pattern) for verdict, pattern in _VERDICTS),
    *((Claim(ClaimKind.PLACE, place), re.compile(pattern)) for place, pattern in words.PLACES),
)


class ClaimReader:
    """Reads an answer sentence by sentence; what was asked and spoken of before tells what "yes" and "it" mean."""

    def __init__(self, question: str = "") -> None:
        self._asked: tuple[Claim, ...] = ()
        self._intents: tuple[Intent, ...] = ()
        self._about: Chosen | None = None
        self._take_question(question)

    def read(self, sentence: str) -> tuple[Claim, ...]:
        """Return everything a sentence claims."""
        if not is_readable(sentence):
            return (Claim(ClaimKind.UNREADABLE),)
        text = normalise(sentence)
        if text.endswith("?") and _PLAIN_QUESTION.search(text):
            self._take_question(text)
            return ()
        answered, rest = self._take_answer_word(_RHETORICAL.sub(r"\1", text) if text.endswith("?") else text)
        denied = self._deny_asked() if _NO_SUCH.search(rest) else ()
        rest = _NO_SUCH.sub(" ", rest) if denied else rest
        bare = self._read_bare(rest.strip(" .!,;:"))
        if not _PRONOUN.match(rest) and (_VERBS.search(rest) or _NUMBERED.search(rest)):
            self._about = None
        return (*answered, *denied, *bare, *self._read_clauses(split_clauses(rest), skips_conditions=True))

    def _take_question(self, question: str) -> None:
        """Only the last sentence of a question is answered by "yes"."""
        text = normalise(question)
        parts = [part for part in re.split(r"(?<=[?.!？。])\s+", text) if part.strip()]
        last = parts[-1] if parts else ""
        self._about = None
        self._asked = tuple(self._read_clauses(split_clauses(last.rstrip("?？ ")), skips_conditions=False))
        self._intents = understand(last[-1000:], "en").intents

    def _read_clauses(self, clauses: Sequence[str], *, skips_conditions: bool) -> list[Claim]:
        claims: list[Claim] = []
        for clause in clauses:
            self._about = find_region(clause) or self._about
            if not (skips_conditions and _CONDITIONS.match(clause)):
                claims += (replace(claim, about=claim.about or self._about) for claim in read_clause(clause))
        return claims

    def _take_answer_word(self, text: str) -> tuple[tuple[Claim, ...], str]:
        """Take "yes" and "no" off the head of a sentence, with what they claim."""
        says_yes, says_no = _YES.match(text), _NO.match(text)
        found = says_yes or says_no
        if found is None or not _ends_answer(text, found):
            return (), text
        return tuple(_answer(claim, is_yes=says_yes is not None) for claim in self._asked), text[found.end() :]

    def _deny_asked(self) -> tuple[Claim, ...]:
        """ "There is no such region" is said of the one that was asked about."""
        meant = (claim for claim in self._asked if claim.kind in (ClaimKind.REGION, ClaimKind.PLACE))
        return tuple(replace(claim, affirmed=False) for claim in meant)

    def _read_bare(self, text: str) -> Iterator[Claim]:
        """Read sentences of one word by what was asked."""
        if text in _SIDES:
            yield Claim(ClaimKind.PLACE, _SIDES[text])
        elif _NONE.fullmatch(text):
            yield Claim(ClaimKind.PRESENCE, affirmed=False)
        elif (amount := read_bare_number(text)) is not None:
            kinds = {Intent.COUNT: ClaimKind.COUNT, Intent.SURE: ClaimKind.SCORE}
            kind = next((kinds[intent] for intent in self._intents if intent in kinds), ClaimKind.UNCLEAR)
            yield Claim(kind, amounts=(amount,))


def split_clauses(text: str) -> list[str]:
    """Return the clauses of a normalised sentence; words without a verb belong to what stands before them."""
    clauses: list[str] = []
    for part in _CLAUSE.split(text):
        if not part.strip():
            continue
        is_own = not clauses or bool(_VERBS.search(part)) or bool(re.search(r"[\u4e00-\u9fff]", part))
        if is_own:
            clauses.append(part.strip())
        else:
            clauses[-1] += f" , {part.strip()}"
    return clauses


def find_region(clause: str) -> Chosen | None:
    """Return the one region that a clause speaks of."""
    if found := _NUMBERED.search(clause):
        return Chosen(Choice.NUMBER, int(next(group for group in found.groups() if group)[:9]))
    if not _THINGS.search(clause) and not _SAID_OF_ONE.search(clause):
        return None
    for how, pattern in _EXTREMES:
        if pattern.search(clause):
            return Chosen(how)
    number = next((number for number, pattern in _ORDINALS if pattern.search(clause)), None)
    return None if number is None else Chosen(Choice.NUMBER, number)


def find_kinds(text: str) -> tuple[str, ...]:
    """Return the kinds of defects that a label or a query names."""
    plain = normalise(text)
    return tuple(kind for kind, pattern in _KINDS.items() if kind == plain or pattern.search(plain))


def read_clause(clause: str) -> Iterator[Claim]:
    """Yield what one clause claims."""
    about = find_region(clause)
    if about is not None and about.how is Choice.NUMBER:
        yield Claim(ClaimKind.REGION, about=about)
    stated = [*_read_words(clause)]
    polarity = _count_negations(clause)
    is_hedged, is_elsewhere = bool(_HEDGES.search(clause)), bool(_ELSEWHERE.search(clause))
    if polarity > 1 and (stated or _REGIONS.search(clause)):
        yield Claim(ClaimKind.UNCLEAR, "negations")
    else:
        turned = [replace(each, affirmed=each.affirmed == (polarity == 0)) for each in stated]
        for claim in _settle(clause, turned):
            yield replace(claim, is_hedged=is_hedged, is_elsewhere=is_elsewhere)
    counts = [*find_counts(clause)]
    for claim in (*counts, *find_sizes(clause), *find_scores(clause)):
        yield claim if polarity == 0 else replace(claim, affirmed=False)
    if not counts and about is None and _REGIONS.search(clause):
        yield Claim(ClaimKind.COUNT, amounts=(Amount((1.0,)),), affirmed=polarity == 0, bound="least")


def _read_words(clause: str) -> Iterator[Claim]:
    """Yield what the words of a clause say, negations apart; each word is read once."""
    rest = clause
    for claim, pattern in _WORDED:
        if pattern.search(rest):
            yield claim
            rest = pattern.sub(" ", rest)
    yield from (Claim(ClaimKind.DEFECT, kind) for kind, pattern in _KINDS.items() if pattern.search(rest))
    if _DEFECTIVE.search(rest) or _NOUN.search(_NUMBERED.sub(" ", rest)):
        yield Claim(ClaimKind.PRESENCE)


def _settle(clause: str, claims: Sequence[Claim]) -> Iterator[Claim]:
    """A named kind that is there is a defect; "no defect at the left" says nothing of the right."""
    has_place = any(claim.kind is ClaimKind.PLACE for claim in claims)
    yield from (
        claim
        for claim in claims
        if not (has_place and claim.kind is ClaimKind.PRESENCE and not claim.affirmed and not _ANYWHERE.search(clause))
    )
    if any(claim.kind is ClaimKind.DEFECT and claim.affirmed for claim in claims):
        yield Claim(ClaimKind.PRESENCE)


def _count_negations(clause: str) -> int:
    rest = clause
    for pattern in (_FLAWLESS, *(pattern for _, pattern in _VERDICTS), _NO_NEGATIONS):
        rest = pattern.sub(" ", rest)
    return len(_NEGATIONS.findall(rest))


def _ends_answer(text: str, found: re.Match[str]) -> bool:
    """ "No, ..." and "no there is" answer; "no anomaly", "right side" and "true to size" go on."""
    rest = text[found.end() :]
    return (
        not rest
        or rest[0] in ",.!;:，。；：、)"
        or bool(re.match(r" ?[-,]| (?:there|it|this|that|the|you|i|es|das|er|sie)\b", rest))
    )


def _answer(claim: Claim, *, is_yes: bool) -> Claim:
    """What "yes" and "no" say to a question; with a negation in the question nobody can tell."""
    if not claim.affirmed or claim.kind is ClaimKind.UNCLEAR:
        return Claim(ClaimKind.UNCLEAR, "answer")
    return replace(claim, affirmed=is_yes)
