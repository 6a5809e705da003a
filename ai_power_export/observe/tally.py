"""The running account of one kind of call within one window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ai_power_export.evidence_names import LIVE_MODEL
from ai_power_export.facts import JsonValue
from ai_power_export.observe.data.shape import DataShape
from ai_power_export.observe.observation import Inner, Observation, Part
from ai_power_export.observe.reader import Outcome, Reading

MOST_VALUES = 8
"""Values kept of a parameter that differs between calls."""


class Tally:
    """Adds up calls that began at the same line with objects of the same classes."""

    def __init__(self, method: str, place: str, reading: Reading, begin: float) -> None:
        """Open an account.

        Args:
            method: What was called.
            place: The user's line.
            reading: What was read of the first call.
            begin: When that began, Unix time in seconds.
        """
        self.reading = reading
        """The latest reading that was added."""
        self._method, self._place = method, place
        self._parts = _Common(reading.parts)
        self._chosen: _Common | None = None
        self._data = _AllData()
        self._data.add(reading.data)
        self._output = _AllData()
        self._inner: dict[tuple[str, str], list[float]] = {}
        self._count = self._failed = self._passed = 0
        self._seconds = 0.0
        self._begin = self._end = begin
        self._accuracy: float | None = None
        self._accuracy_seen = self._accuracy_differed = 0.0

    def add_call(self) -> None:
        """Count a call that begins."""
        self._count += 1

    def add_passed(self, count: int) -> None:
        """Count calls that were not read, and take them to be like those that were."""
        self._seconds += count * self.mean_seconds
        self._passed += count

    @property
    def mean_seconds(self) -> float:
        """Seconds of a call on average."""
        return self._seconds / max(self._count + self._passed, 1)

    @property
    def may_be_spaced(self) -> bool:
        """Whether calls can go unread without losing what only each single one tells."""
        return not (self.reading.gives_accuracy or self._failed)

    def add_reading(self, reading: Reading) -> None:
        """Take in what another call shows, and keep what is common."""
        self.reading = reading
        self._parts.end_call()
        self._parts.add(reading.parts)
        self._data.add(reading.data)

    def add_inner(self, class_path: str, method: str, seconds: float) -> None:
        """Count a call that happened inside."""
        sums = self._inner.setdefault((class_path, method), [0, 0.0])
        sums[0] += 1
        sums[1] += seconds

    def add_outcome(self, outcome: Outcome) -> None:
        """Take in what the end of a call shows."""
        self._data.add(outcome.data)
        self.add_inner_outcome(outcome)
        self.add_progress(outcome)
        if outcome.parts is not None and self._chosen is not None:
            self._chosen.end_call()

    def add_inner_outcome(self, outcome: Outcome) -> None:
        """Take in what the end of a call inside shows: what came out, and how good it was."""
        self._output.add(outcome.output)
        self._add_accuracy(outcome.accuracy)

    def add_progress(self, outcome: Outcome) -> None:
        """Take in what a call that is still open shows so far; that may be asked again and again."""
        self._add_accuracy(outcome.accuracy)
        if outcome.parts is not None and self._chosen is None:
            self._chosen = _Common(outcome.parts)
        elif outcome.parts is not None and self._chosen is not None:
            self._chosen.add(outcome.parts)

    def _add_accuracy(self, accuracy: float | None) -> None:
        if accuracy is None:
            return
        if self._accuracy not in (None, accuracy):
            self._accuracy_differed = self._accuracy_seen
        self._accuracy, self._accuracy_seen = accuracy, self._end

    def charge(self, seconds: float, until: float) -> None:
        """Add time of a call that was still open at a Unix time."""
        self._seconds += seconds
        self._end = until

    def end(self, seconds: float, until: float, *, failed: bool) -> None:
        """Add the (remaining) time of a call that ended at a Unix time."""
        self.charge(seconds, until)
        self._failed += failed

    def observation(self, *, complete: bool) -> Observation:
        """Return the account as it stands."""
        return Observation(
            self._method,
            self.reading.does,
            (self._chosen or self._parts).parts(),
            self._place,
            self._count + self._passed,
            self._seconds,
            self._begin,
            self._end,
            self._failed,
            self._data.common if self._data.count >= self._count else None,
            self._data.together(self._passed) if self._data.count >= self._count else None,
            self._output.together(self._passed),
            self._accuracy,
            self._accuracy_differed,
            self.reading.seen_before,
            self.reading.settled or self._chosen is not None,
            complete,
            self._passed > 0,
            self._children(),
            self.reading.is_trial,
        )

    def _children(self) -> tuple[Inner, ...]:
        """Return the calls inside; those in calls that were not read are taken to be as many each time."""
        share = 1 + self._passed / max(self._count, 1)
        return tuple(
            Inner(path, method, round(count * share), seconds * share)
            for (path, method), (count, seconds) in self._inner.items()
        )


class _AllData:
    """What is common to the data of several calls, and how much it is together."""

    def __init__(self) -> None:
        self.common: DataShape | None = None
        self.count = 0
        """Pieces of data."""
        self._rows: float | None = 0
        self._nbytes: float | None = 0

    def add(self, data: DataShape | None) -> None:
        if data is None:
            return
        if not self.count:
            self.common = data
        elif self.common is not None and self.common is not data:
            self.common = self.common.common(data)
        self.count += 1
        self._rows = None if self._rows is None or data.rows is None else self._rows + data.rows
        self._nbytes = None if self._nbytes is None or data.nbytes is None else self._nbytes + data.nbytes

    def together(self, passed: int) -> DataShape | None:
        """Return all as one; of calls that were not read, only what was the same in all others is known."""
        if self.common is None or self.count + passed == 1:
            return self.common
        rows, nbytes = self._rows, self._nbytes
        if passed:
            calls = self.count + passed
            rows = None if self.common.rows is None else self.common.rows * calls
            nbytes = None if self.common.nbytes is None else self.common.nbytes * calls
        return replace(self.common, rows=rows, nbytes=nbytes, shape=None)


class _Common:
    """What is common to the parts of several calls, and what is not."""

    def __init__(self, parts: tuple[Part, ...]) -> None:
        self._first = self._last = parts
        self._varied: list[dict[str, list[JsonValue]]] = [{} for _ in parts]
        self._said: tuple[Mapping[str, JsonValue], ...] | None = None
        """What the objects of all calls that have ended said of themselves alike."""

    def add(self, parts: tuple[Part, ...]) -> None:
        self._last = parts
        for known, seen, varied in zip(self._first, parts, self._varied, strict=True):
            if seen is not known and seen.parameters != known.parameters:
                _note_differences(known, seen, varied)

    def end_call(self) -> None:
        """Note that what comes next is said of another call."""
        self._said = self._said_by_all()

    def parts(self) -> tuple[Part, ...]:
        return tuple(map(_merged, self._first, self._last, self._varied, self._said_by_all()))

    def _said_by_all(self) -> tuple[Mapping[str, JsonValue], ...]:
        last = tuple(part.said for part in self._last)
        return last if self._said is None else tuple(map(said_alike, self._said, last))


def said_alike(first: Mapping[str, JsonValue], last: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
    """Return what two objects say of themselves alike; of the same one what it says at last."""
    if first is last or (LIVE_MODEL in last and first.get(LIVE_MODEL) == last[LIVE_MODEL]):
        return last
    return {name: value for name, value in first.items() if name in last and last[name] == value}


def _note_differences(known: Part, seen: Part, varied: dict[str, list[JsonValue]]) -> None:
    for name, value in seen.parameters.items():
        first = known.parameters.get(name)
        if name in varied or type(value) is not type(first) or value != first:
            values = varied.setdefault(name, [first])
            if value not in values and len(values) < MOST_VALUES:
                values.append(value)
    for name in known.parameters.keys() - seen.parameters.keys():
        varied.setdefault(name, [known.parameters[name]])


def _merged(
    first: Part, last: Part, varied: dict[str, list[JsonValue]], said: Mapping[str, JsonValue]
) -> Part:
    """Return a part with the parameters and what else all calls share, and the layers that the last left."""
    if not varied:
        return first if last is first else replace(first, said=said, layers=last.layers)
    constant = {name: value for name, value in first.parameters.items() if name not in varied}
    defaults = tuple(name for name in first.defaults if name in constant)
    return replace(last, parameters=constant, defaults=defaults, varied=dict(varied), said=said)
