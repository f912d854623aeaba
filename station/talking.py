"""Conversations on a terminal: a question is asked and its answer printed as it comes."""

from __future__ import annotations

from collections.abc import Sequence

from station.console import Console
from station.conversing import ask, find_failure, find_problem
from station.language import tr
from station.station import Station


def talk(station: Station, console: Console, inspection_id: int, questions: Sequence[str]) -> list[str]:
    """Ask one question after the other; return a sentence for each answer that failed.

    Raises the known errors of `ask`; what was recorded before stays.
    """
    failures = []
    for question in questions:
        console.result(f"> {question}")
        failure = answer_one(station, console, inspection_id, question)
        failures += [failure] if failure else []
    return failures


def answer_one(station: Station, console: Console, inspection_id: int, question: str) -> str:
    """Ask one question and print the answer; return why it failed, or ""."""
    _, answer = ask(station, inspection_id, question, console.piece)
    console.result("")
    if problem := find_problem(answer):
        console.warn(problem)
    failure = find_failure(answer)
    return (
        tr("The answer to “{question}” broke off: {failure}", question=question[:60], failure=failure)
        if failure
        else ""
    )
