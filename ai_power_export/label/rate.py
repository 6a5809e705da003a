"""Rates one report under a scheme: a letter for each metric and for all, with its range."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ai_power_export.errors import BadInput
from ai_power_export.label import amounts
from ai_power_export.label.boundaries import UNRATED
from ai_power_export.label.comparable import Run
from ai_power_export.label.groups import TOLD_BY, key_of
from ai_power_export.label.index import FEW, MISSING, NO_BOUNDARIES, RATED, REASONS
from ai_power_export.label.judge import Judged, check_for_reports, is_alike, judge, needs_runs
from ai_power_export.label.metrics import Measured, measured_of
from ai_power_export.label.rated import LETTERS, NO_REASON, Group, MetricRating, Rating, Reason, letter_of
from ai_power_export.label.runs import indices_of
from ai_power_export.label.scheme import Metric, Scheme, hash_of
from ai_power_export.label.stages import is_of, stages_of
from ai_power_export.label.subject import Subject

Array = Any
"""A numpy array; its shape is told where it matters."""


def rate(subject: Subject, scheme: Scheme, others: Sequence[Run] | None = None) -> Rating:
    """Rate a report.

    Args:
        subject: The report.
        scheme: The rules.
        others: The runs to compare with; the report itself and those of other groups do not count. None
            where there are none at hand. A frozen scheme looks at none.

    Raises:
        BadInput: The scheme is not for reports, or for those of another stage; one line.
    """
    check_for_reports(scheme)
    stages = stages_of(subject.document)
    if not all(is_of(stage, scheme.stage) for stage in stages):
        of = f"the report is of {'+'.join(stages)}"
        raise BadInput(f"scheme {scheme.name!r} rates {scheme.stage}, and {of}", mend="name another --scheme")
    measured = measured_of(subject.document, scheme.functional_unit)
    key = key_of(subject.document, measured.unit.name)
    among = (others or ()) if needs_runs(scheme) else ()
    identity = subject.identity
    members = [run for run in among if is_alike(scheme, run, key) and run.identity != identity]
    judged = judge(scheme, measured, key, members)
    return _rating(subject, scheme, measured, key, judged, others is None)


def _rating(
    subject: Subject,
    scheme: Scheme,
    measured: Measured,
    key: Mapping[str, str],
    judged: Judged,
    alone: bool,
) -> Rating:
    group = _group(scheme, key, judged)
    teller = _Teller(scheme, measured, key, judged, group, alone)
    letter, best, worst = _letters(judged.graded.compound)
    return Rating(
        scheme_name=scheme.name,
        scheme_version=scheme.version,
        scheme_hash=hash_of(scheme),
        report_id=subject.report_id,
        report_hash=subject.sha256,
        title=subject.title,
        functional_unit=measured.unit.name,
        metrics=tuple(teller.metric(metric) for metric in scheme.metrics),
        group=group,
        letter=letter,
        best=best,
        worst=worst,
        date=subject.day,
        quality=measured.quality,
        uncovered_weight=float(judged.graded.uncovered[0]),
        why_not=NO_REASON if letter else teller.why_no_letter(),
    )


def _group(scheme: Scheme, key: Mapping[str, str], judged: Judged) -> Group | None:
    if not scheme.group:
        return None
    frozen = scheme.frozen_group({name: key[name] for name in scheme.group})
    members = frozen.members if frozen else len(judged.members.values)
    return Group(
        key["task_family"], key["stage"], key["data_type"], key["hardware_class"], members, scheme.needed
    )


def _letters(grades: Array) -> tuple[str | None, str | None, str | None]:
    """Return the letter of three rows, and the best and the worst of them; None where one has none."""
    if UNRATED in grades:
        return None, None, None
    return letter_of(int(grades[0])), letter_of(int(grades.min())), letter_of(int(grades.max()))


@dataclass(frozen=True)
class _Teller:
    """Tells in words and letters what the arithmetic gave."""

    scheme: Scheme
    measured: Measured
    key: Mapping[str, str]
    judged: Judged
    group: Group | None
    alone: bool
    """Whether there were no runs at hand to compare with."""

    def metric(self, metric: Metric) -> MetricRating:
        value = self.measured.values.get(metric.name)
        one = amounts.factor(metric.name, metric.unit)
        rating = MetricRating(
            name=metric.name,
            title=metric.title,
            unit=metric.unit,
            higher_is_better=metric.higher_is_better,
            weight=metric.weight / sum(each.weight for each in self.scheme.metrics),
            rated=metric.rated,
            value=None if value is None else value / one,
            why_not=NO_REASON if value is not None else self.measured.why_not[metric.name],
        )
        return self._rated(metric, rating) if metric.rated else rating

    def _rated(self, metric: Metric, rating: MetricRating) -> MetricRating:
        import numpy as np

        place = self.scheme.rated_metrics.index(metric)
        letter, best, worst = _letters(self.judged.graded.grades[:, place])
        index = float(self.judged.graded.indices[0, place])
        return replace(
            rating,
            index=None if np.isnan(index) else index,
            letter=letter,
            best=best,
            worst=worst,
            percentile=self._percentile(place, metric) if letter else None,
            boundaries=self._boundaries(place, metric),
            why_not=NO_REASON if letter else self._why_not(place, metric),
        )

    def _percentile(self, place: int, metric: Metric) -> float | None:
        import numpy as np

        members = self.judged.members
        if not len(members.values):
            return None
        theirs, _ = indices_of(self.scheme, members, self.judged.yardstick.against)
        column = theirs[~np.isnan(theirs[:, place]), place]
        own = self.judged.graded.indices[0, place]
        rising = self.scheme.index.against != "none" or metric.higher_is_better
        return 100.0 * float(np.mean(own >= column if rising else own <= column)) if len(column) else None

    def _boundaries(self, place: int, metric: Metric) -> tuple[float, ...]:
        """Return the boundaries in the metric's unit, the best first; none where one is no number."""
        import numpy as np

        if self.judged.yardstick.why_not[0, place] != RATED:
            return ()
        cuts = np.sort(self.judged.yardstick.boundaries[0, place])
        if self.scheme.index.against != "none":
            against = self.judged.yardstick.against[0, place]
            with np.errstate(divide="ignore"):
                cuts = np.sort(cuts * against if metric.higher_is_better else against / cuts)
        found = tuple(float(cut) for cut in (cuts[::-1] if metric.higher_is_better else cuts))
        return found if np.isfinite(found).all() and len(found) == len(LETTERS) - 1 else ()

    def _why_not(self, place: int, metric: Metric) -> Reason:
        reason = int(self.judged.graded.why_not[0, place])
        if reason == MISSING:
            return self.measured.why_not.get(metric.name, REASONS[MISSING])
        lacking = [name for name in self.scheme.group if not self.key[name]]
        if lacking:
            told_by = TOLD_BY[lacking[0]]
            return _none_comparable(
                f"the report does not tell {told_by.en}", f"le rapport n'indique pas {told_by.fr}"
            )
        if reason == FEW:
            return self._too_few(place)
        if reason == NO_BOUNDARIES and self.scheme.group and not self.scheme.frozen_group(self._words):
            words = ", ".join(self._words.values())
            return _none_comparable(f"the scheme has none of {words}", f"le barème n'en a pas pour {words}")
        return REASONS[reason] or Reason(
            "one end of its uncertainty has no letter", "une borne de son incertitude n'a pas de lettre"
        )

    def _too_few(self, place: int) -> Reason:
        """Tell how many comparable runs have the metric."""
        import numpy as np

        if self.alone and not self.scheme.is_frozen:
            return Reason("no comparable runs", "aucune exécution comparable")
        members = self.group.members if self.group else 0
        if not self.scheme.is_frozen:
            members = int((~np.isnan(self.judged.members.values[:, place])).sum())
        needed, plural, pluriel = self.scheme.needed, "s" * (members != 1), "s" * (members > 1)
        return Reason(
            f"{members} comparable run{plural}, {needed} needed",
            f"{members} exécution{pluriel} comparable{pluriel}, {needed} requises",
        )

    def why_no_letter(self) -> Reason:
        """Return the reason of the metric that counts most."""
        counting = max(self.scheme.rated_metrics, key=lambda metric: metric.weight)
        return self._why_not(self.scheme.rated_metrics.index(counting), counting)

    @property
    def _words(self) -> dict[str, str]:
        """What the scheme tells groups by."""
        return {name: self.key[name] for name in self.scheme.group}


def _none_comparable(why: str, in_french: str) -> Reason:
    return Reason(f"no comparable runs: {why}", f"aucune exécution comparable : {in_french}")
