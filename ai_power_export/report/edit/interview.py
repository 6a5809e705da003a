"""The conversation about a report: question after question, each answer kept before the next is asked.

Whom it talks to is not known here: a terminal, or a test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from ai_power_export.errors import AipowerError, BadInput
from ai_power_export.facts import JsonValue
from ai_power_export.report.edit.changes import Changes
from ai_power_export.report.edit.editing import Editing
from ai_power_export.report.edit.memory import Memory
from ai_power_export.report.edit.questions import Question, questions
from ai_power_export.report.edit.replies import Reply, Words, understood
from ai_power_export.report.read import Saved

MISSING = "missing-field"
"""The code of what a check says of a field that the format wants and the report lacks."""


Private = Callable[[str, JsonValue], str]
"""Says why a value may not stand at a place of any report; empty where it may."""


class Refused(BadInput):
    """A report would be wrong by what was said."""


class Person(Protocol):
    """Somebody who can be asked."""

    def ask(self, question: Question, further: int) -> str:
        """Return what is typed at a question, after which so many are left.

        Raises:
            EOFError: There is nothing more to come.
        """

    def tell(self, text: str) -> None:
        """Show one line."""

    def help(self, question: Question) -> None:
        """Show what is known about a question."""


@dataclass
class Interview:
    """One conversation about one report."""

    editing: Editing
    memory: Memory
    words: Words
    private: Private
    person: Person
    said: dict[str, JsonValue] = field(default_factory=dict)
    """What has been answered, by place."""
    ended: bool = False
    """Whether the person has had enough."""

    def hold(self) -> None:
        """Ask until nothing is left or the person has had enough.

        Raises:
            KeyboardInterrupt: The person interrupts; what was said until then is kept.
            BadInput: The report can no longer be read.
            OSError: The report cannot be written.
        """
        asked: set[str] = set()
        left = self.open_questions()
        while left:
            question, *left = left
            asked.add(question.place)
            try:
                has_answer = self._settle(question, len(left))
            except EOFError:
                self.ended = True
                return
            if has_answer:  # which may open questions, or close some
                left = [each for each in self.open_questions() if each.place not in asked]

    def open_questions(self) -> list[Question]:
        """Return what is to be asked of the report as it stands."""
        return questions(self.editing.saved(), self.memory.proposal)

    def say(self, changes: Changes, where: str = "", *, complete: bool = False) -> None:
        """Write what is said into the report, and keep it for the next time.

        Args:
            changes: What is said; None removes.
            where: Where it was said, for the message: `--set`.
            complete: Whether it is refused, too, that something required is missing afterwards.

        Raises:
            Refused: The report would be wrong by it, or tell what is private. Nothing is written then.
        """
        for place, value in changes.items():
            why = "" if value is None else self.private(place, value)
            if why:
                raise Refused(f"{place}: that is or holds {why}, which no report may", where)
        doubts = self.editing.wrong(changes)
        for each in doubts:
            if each.severity == "error" and (complete or each.code != MISSING):
                raise Refused(f"{each.path} {each.what}", where, each.mend)
        before = self.editing.saved()
        for fact in self.editing.say(changes):
            self.person.tell(f"no longer said: {fact.field} {fact.value}, found for another value")
        for each in doubts:
            if each.code != MISSING:
                self.person.tell(str(each))
        self.said.update(changes)
        self._remember(before, changes)

    def _remember(self, before: Saved, changes: Changes) -> None:
        try:
            for place, value in changes.items():
                self.memory.remember(before, place, value)
        except AipowerError as error:
            self.person.tell(str(error))

    def _settle(self, question: Question, further: int) -> bool:
        """Ask until there is an answer that can be kept; return False where there is none."""
        for value in self._values(question, further):
            try:
                self.say({question.place: value})
            except Refused as error:
                self.person.tell(str(error))
            else:
                return True
        return False

    def _values(self, question: Question, further: int) -> Iterator[JsonValue]:
        """Yield each value that is typed at a question until it is skipped.

        Raises:
            EOFError: The person has had enough.
        """
        while True:
            text = self.person.ask(question, further)
            try:
                reply = understood(question, text, self.words)
            except BadInput as error:
                self.person.tell(str(error))
                continue
            if reply is Reply.SKIP:
                return
            if reply is Reply.END:
                raise EOFError
            if reply is Reply.HELP:
                self.person.help(question)
            elif not isinstance(reply, Reply):
                if text.strip() not in ("", str(reply)):
                    self.person.tell(f"= {reply}")
                yield reply
