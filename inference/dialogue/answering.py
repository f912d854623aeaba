"""Puts facts into the sentences of one language. Every number, place and verdict in them is taken from the facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from inference.dialogue.facts import Facts, RegionFact
from inference.dialogue.phrasebook import AnswerTexts, Intent
from inference.dialogue.understanding import ABOUT_REGIONS, Understood

MOST_LISTED = 8
"""Regions that an answer lists; the region list shows the rest."""
_SMALLEST_P = 1e-4
_NOTES_LENGTH = 400
"""Characters of a product's notes that an answer repeats."""


class Wording:
    """The facts of one inspection, to be told in one language."""

    def __init__(self, facts: Facts, answers: AnswerTexts) -> None:
        self._facts = facts
        self._answers = answers

    def tell(self, intents: Sequence[Intent], regions: Sequence[RegionFact] | None, understood: Understood) -> str:
        """Return the answer to what is asked of `regions`; None says that those meant are not there."""
        makers: Mapping[Intent, Callable[[], list[str]]] = {
            Intent.PRESENCE: lambda: self._tell_presence(understood),
            Intent.COUNT: lambda: [self._count()],
            Intent.CAUSE: lambda: [self._say("cause_unknown"), self._verdict()],
            Intent.GOOD: self._tell_whether_good,
            Intent.WHY: self._tell_why,
            Intent.SURE: self._tell_how_sure,
            Intent.NEXT: self._tell_what_next,
            Intent.COMPARE: self._tell_what_with,
            Intent.SUMMARY: self._summarise,
            Intent.SELF: lambda: [self._say("self")],
            Intent.HELP: lambda: [self._say("help")],
            Intent.HELLO: lambda: [self._say("hello"), self._say("help")],
            Intent.THANKS: lambda: [self._say("thanks")],
        }
        told: list[str] = []
        asked = [intent for intent in intents if intent in ABOUT_REGIONS]
        if asked:
            told.append(self._tell_regions(asked, regions))
        for intent in intents:
            told += makers[intent]() if intent in makers else []
        told += self._find_queries(understood, intents)
        return self._join(dict.fromkeys(told)) or self._join([self._say("not_understood"), self._say("help")])

    def restate(self, intents: Sequence[Intent], regions: Sequence[RegionFact] | None) -> str:
        """Return the facts in place of a statement that is against them, whatever was asked."""
        if not self._facts.regions:
            return self._join([*([self._count()] if self._facts.verdict else []), self._verdict()])
        makers: Mapping[Intent, Callable[[], list[str]]] = {
            Intent.PRESENCE: lambda: [self._count(), self._verdict()],
            Intent.COUNT: lambda: [self._count()],
            Intent.GOOD: lambda: [self._verdict()],
            Intent.SURE: self._tell_how_sure,
        }
        asked = [intent for intent in intents if intent in ABOUT_REGIONS]
        told = [self._tell_regions(asked, regions)] if asked else []
        told += [sentence for intent in intents if intent in makers for sentence in makers[intent]()]
        return self._join(dict.fromkeys(told))

    def mark_corrected(self, sentence: str) -> str:
        """Return a sentence with the mark of what was put in place of something said."""
        return self._say("corrected", sentence=sentence)

    def mark_added(self, sentence: str) -> str:
        """Return a sentence with the mark of what a model left unsaid."""
        return self._say("added", sentence=sentence)

    @property
    def named_by_model(self) -> str:
        """The remark behind a name for a defect that the facts do not know."""
        return self._say("named_by_model")

    # Regions

    def _tell_regions(self, asked: Sequence[Intent], regions: Sequence[RegionFact] | None) -> str:
        if not self._facts.regions:
            return self._join([self._count(), self._verdict()])
        if regions is None:
            count = [self._count()] if self._total == 1 else []
            return self._join([self._say("no_such"), *count, self._list(self._facts.regions, (Intent.WHERE,))])
        told = [self._list(regions, asked)]
        if Intent.KIND in asked and not all(region.label for region in regions):
            told.append(self._say("kind_unknown"))
            told += self._tell_notes()
        if Intent.STRENGTH in asked:
            told.append(self._say("severity_unknown"))
        return self._join(told)

    def _list(self, regions: Sequence[RegionFact], asked: Sequence[Intent]) -> str:
        """One region in a sentence, several in lines."""
        lines = [self._describe(region, asked) for region in regions[:MOST_LISTED]]
        if len(regions) > MOST_LISTED:
            lines.append(self._say("more", count=str(len(regions) - MOST_LISTED)))
        if len(regions) == 1:
            return lines[0]
        head = [self._join([self._count(), self._say("strongest_first")])] if len(regions) == self._total else []
        return "\n".join([*head, *lines]) + ("\n" if set(asked) & {Intent.KIND, Intent.STRENGTH} else "")

    def _describe(self, region: RegionFact, asked: Sequence[Intent]) -> str:
        clauses = []
        if Intent.WHERE in asked or set(asked) == {Intent.KIND}:
            clauses.append(self._say("lies", place=self._answers.places.get(region.place, region.place)))
        if Intent.SIZE in asked:
            clauses.append(self._say("measures", size=self._measure(region)))
        if Intent.STRENGTH in asked:
            clauses.append(self._say("reaches", peak=self._number(region.peak, 1 if region.peak >= 1.1 else 2)))
        if region.label:
            clauses.append(self._say("labelled", label=region.label))
        return self._say("region", number=str(region.number), clauses=self._enumerate(clauses))

    def _measure(self, region: RegionFact) -> str:
        scale = self._facts.mm_per_px
        if scale is None:
            lengths = (region.width_px, region.height_px, region.area_px)
            return self._say_sizes("size_px", [str(length) for length in lengths])
        lengths_mm = (region.width_px * scale, region.height_px * scale, region.area_px * scale**2)
        return self._say_sizes("size_mm", [self._number(length, _count_decimals(length)) for length in lengths_mm])

    def _say_sizes(self, name: str, sizes: Sequence[str]) -> str:
        return self._say(name, width=sizes[0], height=sizes[1], area=sizes[2])

    @property
    def _total(self) -> int:
        return len(self._facts.regions)

    def _count(self) -> str:
        name = {0: "found_none", 1: "found_one"}.get(self._total, "found_many")
        return self._say(name, count=str(self._total))

    # The whole part

    def _verdict(self) -> str:
        facts = self._facts
        if facts.verdict is None or facts.score is None or facts.limit is None:
            return self._say("no_verdict")
        score, limit = self._tell_apart(facts.score, facts.limit)
        verdict = self._answers.verdicts.get(facts.verdict, facts.verdict)
        return self._say("verdict", verdict=verdict, score=score, limit=limit)

    def _tell_presence(self, understood: Understood) -> list[str]:
        facts = self._facts
        if facts.verdict is None:
            return [self._verdict()]
        strongest = [self._describe(facts.regions[0], (Intent.WHERE,))] if self._total == 1 else []
        found = [self._count(), *strongest]
        if understood.names_kind:
            # "Is it a crack?" must not be answered with yes: that something is there does not make it a crack.
            found.append(self._say("named_kind" if facts.regions else "nothing_named"))
        else:
            found.insert(0, self._say({"accept": "no", "review": "perhaps", "reject": "yes"}[facts.verdict]))
        return [*found, *self._list_gates(), self._verdict()]

    def _tell_whether_good(self) -> list[str]:
        facts = self._facts
        decided = self._answers.decisions.get(facts.decision, facts.decision)
        decision = [self._say("decided", decision=decided)] if facts.decision else []
        answer = [self._say(f"good_{facts.verdict}")] if facts.verdict else []
        return [*answer, self._verdict(), *decision]

    def _tell_why(self) -> list[str]:
        facts = self._facts
        if facts.verdict is None:
            return [self._verdict()]
        told = self._list_gates() or [self._say(f"why_{facts.verdict}")]
        strongest = facts.regions[:1] if facts.verdict != "accept" else ()
        return [self._verdict(), *told, *(self._describe(each, (Intent.WHERE, Intent.STRENGTH)) for each in strongest)]

    def _tell_how_sure(self) -> list[str]:
        facts = self._facts
        told = [self._verdict()]
        if facts.p_value is not None:
            told.append(self._say("sure_p", p=self._share(facts.p_value)))
        if facts.reject_rate is not None:
            parts = self._say("one_part" if facts.parts == 1 else "many_parts", count=str(facts.parts))
            told.append(self._say("promise", share=self._share(facts.reject_rate), parts=parts))
        return [*told, self._say("provisional")] if facts.provisional else told

    def _tell_what_next(self) -> list[str]:
        facts = self._facts
        if facts.gates:
            return [self._verdict(), self._say("next_gates", gates=self._name_gates())]
        return [self._verdict(), self._say(f"next_{facts.verdict or 'none'}"), *self._tell_notes()]

    def _tell_what_with(self) -> list[str]:
        facts = self._facts
        if not facts.references:
            return [self._say("no_references")]
        references = self._say(
            "one_reference" if facts.references == 1 else "many_references", count=str(facts.references)
        )
        told = [self._say("compared", references=references)]
        if facts.product:
            told.append(self._say("of_product", product=facts.product, version=str(facts.product_version)))
        if facts.nearest_reference:
            told.append(self._say("nearest", name=facts.nearest_reference))
        return [*told, self._count()]

    def _summarise(self) -> list[str]:
        facts = self._facts
        found = self._list(facts.regions, (Intent.WHERE, Intent.SIZE)) if facts.regions else self._count()
        return [self._verdict(), found, *self._list_gates(), *self._tell_notes()]

    def _list_gates(self) -> list[str]:
        return [self._say("why_gates", gates=self._name_gates())] if self._facts.gates else []

    def _name_gates(self) -> str:
        names = (self._answers.gates.get(gate.code, gate.sentence.rstrip(".")) for gate in self._facts.gates)
        return "; ".join(names)

    def _tell_notes(self) -> list[str]:
        notes = self._facts.notes.strip()
        if len(notes) > _NOTES_LENGTH:
            notes = notes[:_NOTES_LENGTH].rstrip() + "…"
        return [self._say("notes", notes=notes)] if notes else []

    def _find_queries(self, understood: Understood, intents: Sequence[Intent]) -> list[str]:
        """Tell what highlighting found where somebody names or asks for a kind of defect."""
        if not understood.names_kind and Intent.KIND not in intents:
            return []
        return [self._tell_query(query.text, query.places) for query in self._facts.queries]

    def _tell_query(self, text: str, places: Sequence[str]) -> str:
        named = self._enumerate(list(dict.fromkeys(self._answers.places.get(place, place) for place in places)))
        return self._say("query_found" if places else "query_none", text=text, places=named)

    # Words and numbers

    def _say(self, name: str, /, **values: str) -> str:
        return self._answers.texts[name].format(**values)

    def _enumerate(self, things: Sequence[str]) -> str:
        """Return "a, b and c"."""
        head = self._answers.comma.join(things[:-1])
        return self._answers.last_comma.join([head, things[-1]] if head else things)

    def _join(self, sentences: Sequence[str] | Mapping[str, None]) -> str:
        joined = ""
        for sentence in sentences:
            gap = (
                "" if not joined or joined.endswith("\n") else "\n" if "\n" in sentence else self._answers.sentence_gap
            )
            joined += gap + sentence
        return joined.rstrip("\n")

    def _number(self, value: float, decimals: int) -> str:
        return f"{value:.{decimals}f}".replace(".", self._answers.decimal_mark)

    def _share(self, value: float) -> str:
        """A share of 0 to 1 in per cent, with as few decimals as keep it right to a twentieth."""
        if value < _SMALLEST_P:
            return self._say("less_than", value=self._number(100 * _SMALLEST_P, 2) + " %")
        percent = 100 * value
        decimals = next((n for n in (0, 1) if abs(round(percent, n) - percent) <= 0.05 * percent), 2)
        return self._number(percent, decimals) + " %"

    def _tell_apart(self, score: float, limit: float) -> tuple[str, str]:
        """Round a score so far that it still lies on its side of the limit."""
        shown_limit = self._number(limit, 0)
        for decimals in range(4):
            rounded = round(score, decimals)
            if (rounded < limit) == (score < limit) and (rounded != limit or score == limit):
                return self._number(score, decimals), shown_limit
        return self._number(score, 4), shown_limit


def _count_decimals(length: float) -> int:
    return 2 if length < 10 else 1 if length < 100 else 0
