"""Reports from files, rated: each under the scheme that is named, or that of its stage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from ai_power_export.errors import AipowerError, BadInput
from ai_power_export.label.comparable import NotAtHand, Place, Run, runs_of
from ai_power_export.label.groups import key_of
from ai_power_export.label.judge import needs_runs
from ai_power_export.label.metrics import measured_of
from ai_power_export.label.rate import rate
from ai_power_export.label.rated import Rating
from ai_power_export.label.scheme import Scheme
from ai_power_export.label.schemes import load
from ai_power_export.label.stages import INFERENCE, TRAINING, is_of, stages_of
from ai_power_export.label.subject import Subject, subject_of
from ai_power_export.report.read import read_document


class Rated(NamedTuple):
    """A report that was rated."""

    subject: Subject
    scheme: Scheme
    runs: tuple[Run, ...] | None
    """What it was compared with; None where there was nothing, or nothing was needed."""
    rating: Rating

    @property
    def lacks_runs(self) -> bool:
        """Tell whether its scheme compares with other runs, and none were at hand."""
        return self.runs is None and needs_runs(self.scheme)


class Rater:
    """Rates reports; what they are compared with is read once."""

    def __init__(
        self, scheme: Scheme | None, against: Sequence[Place] | None, tell: Callable[[str], object]
    ) -> None:
        """Take the rules.

        Args:
            scheme: None for that of each report's stage.
            against: Places of reports to compare with.
            tell: Is told what is left out of them.
        """
        self._scheme, self._against, self._tell = scheme, against, tell
        self._runs: dict[tuple[str, ...], tuple[Run, ...]] = {}
        """By the functional unit that a scheme asks for, and the words of the group that was asked for."""

    def rate(self, path: Path) -> Rated:
        """Rate the report in a file.

        Raises:
            BadInput: It cannot be read, or no scheme is for it.
            CheckFailed: It is not valid.
            NotAtHand: What it is to be compared with cannot be fetched.
        """
        subject = subject_of(read_document(path), path.name)
        scheme = self._scheme or scheme_of_stage(subject, path.name)
        runs = self._runs_for(scheme, subject)
        return Rated(subject, scheme, runs, rate(subject, scheme, runs))

    def _runs_for(self, scheme: Scheme, subject: Subject) -> tuple[Run, ...] | None:
        if not self._against or not needs_runs(scheme):
            return None
        unit, places, group = scheme.functional_unit, self._against, {}
        if any(not isinstance(place, str) for place in places):
            group = _group(scheme, subject)
            if not all(group.values()):  # what is not told is like nothing: there is nothing to ask for
                places = [place for place in places if isinstance(place, str)]
        asked = (unit, *group.values())
        if asked not in self._runs:
            self._runs[asked] = runs_of(places, unit, self._tell, group)
        return self._runs[asked]


def _group(scheme: Scheme, subject: Subject) -> dict[str, str]:
    """Return what comparable runs have in common with a report, by names of the scheme's `group`."""
    unit = measured_of(subject.document, scheme.functional_unit).unit.name
    key = key_of(subject.document, unit)
    # Another unit than the scheme's may be a report's own, by which collections know it.
    known = [name for name in scheme.group if not (name == "functional_unit" and scheme.functional_unit)]
    return {name: key[name] for name in known}


def rate_all(rater: Rater, paths: Sequence[Path], tell: Callable[[str], object]) -> tuple[list[Rated], int]:
    """Rate reports; return those that could be, and the exit code: one that is wrong does not stop others.

    Raises:
        AipowerError: There is one report, and it cannot be rated.
        NotAtHand: What they are to be compared with cannot be fetched.
    """
    rated, codes = [], [0]
    for path in paths:
        try:
            rated.append(rater.rate(path))
        except NotAtHand:
            raise
        except AipowerError as error:
            if len(paths) == 1:
                raise
            tell(str(error))
            codes.append(error.exit_code)
    codes += [1 for each in rated if each.rating.letter is None]
    return rated, max(codes)


def scheme_of_stage(subject: Subject, where: str) -> Scheme:
    """Return our own scheme for the stage of a report.

    Raises:
        BadInput: There is none.
    """
    stages = stages_of(subject.document)
    for name in (TRAINING, INFERENCE):
        if stages and all(is_of(stage, name) for stage in stages):
            return load(name)
    told = "+".join(stages) or "not told"
    raise BadInput(
        f"no scheme is for its stage ({told})", where, "training and inference are rated; or name a --scheme"
    )
