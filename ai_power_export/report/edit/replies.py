"""What a user types: checked at once, and turned into a value of the type that the format wants."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from enum import Enum

from ai_power_export.errors import BadInput
from ai_power_export.facts import JsonValue
from ai_power_export.report.answers import typed_answers
from ai_power_export.report.edit.questions import Question
from ai_power_export.report.format.fields import FieldInfo

LONGEST_ANSWER = 2000
"""Characters: a long paragraph of `taskDescription`."""

MOST_NUMBERED = 20
"""Choices that are shown with numbers; data formats are too many to be."""

MULTILINE = "task.taskDescription"

_UNFIT = ("Cc", "Cs", "Cn", "Co")
"""Unicode categories of what no text holds: control characters, halves of pairs, what is not assigned."""
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of the text behind them, by which it can be made to read as another."""

Words = Mapping[str, Callable[[str], str]]
"""Turns what users say of a field, by its path, into the word that reports use; raises ValueError."""


class Reply(Enum):
    """What a user can type that is no value."""

    SKIP = "-"
    HELP = "?"
    END = "q"


def understood(question: Question, text: str, words: Words) -> JsonValue | Reply:
    """Return the value or the wish that a user has typed at a question.

    Raises:
        BadInput: It is neither.
    """
    typed = text.strip()
    if not typed:
        return question.proposal.value if question.proposal else Reply.SKIP
    if typed.lower() in (reply.value for reply in Reply):
        return Reply(typed.lower())
    return answer(question.info, _choice(question.info, typed), words)


def answer(info: FieldInfo, said: str, words: Words, where: str = "") -> JsonValue:
    """Return what a user has said of a field, as a value that the format can have there.

    Raises:
        BadInput: It cannot.
    """
    text = said.strip()
    _check_text(info, text, where)
    value = typed_answers({info.path: text}, where)[info.path]
    if info.path not in words:
        return value
    try:
        return words[info.path](text)
    except ValueError as error:
        raise BadInput(str(error), where) from None


def _check_text(info: FieldInfo, text: str, where: str) -> None:
    if not text:
        raise BadInput(f"{info.path}: nothing is no value", where, "--remove takes a value out")
    if len(text) > LONGEST_ANSWER:
        raise BadInput(
            f"{info.path}: {len(text)} characters are too many", where, f"{LONGEST_ANSWER} at most"
        )
    if any(_is_unfit(char) and not (char == "\n" and info.path == MULTILINE) for char in text):
        raise BadInput(f"{info.path}: that holds control characters", where, "type it again")


def _is_unfit(char: str) -> bool:
    return unicodedata.category(char) in _UNFIT or char in _TURNING


def _choice(info: FieldInfo, text: str) -> str:
    """Return the choice that a number, a beginning or a slip means; other texts as they are."""
    choices = info.choices
    if not choices:
        return text
    if text.isdecimal() and len(choices) <= MOST_NUMBERED and 1 <= int(text) <= len(choices):
        return choices[int(text) - 1]
    by_letters = {choice.lower(): choice for choice in choices}
    if text.lower() in by_letters:
        return by_letters[text.lower()]
    begun = [choice for low, choice in by_letters.items() if low.startswith(text.lower())]
    near = get_close_matches(text.lower(), by_letters, 2, 0.8)
    if len(begun) == 1:
        return begun[0]
    return by_letters[near[0]] if len(near) == 1 else text
