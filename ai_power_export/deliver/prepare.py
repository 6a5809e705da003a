"""Makes a report ready to leave, or says why it may not: checked, public, and past the privacy filter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ai_power_export.deliver.interface import Parcel
from ai_power_export.errors import BadInput
from ai_power_export.facts import Origin
from ai_power_export.report.checks.check import check
from ai_power_export.report.checks.finding import Finding
from ai_power_export.report.edit.changes import CORRECTS
from ai_power_export.report.evidence import value_at
from ai_power_export.report.header import CONFIDENTIALITY, STATUS
from ai_power_export.report.privacy.filter import PrivacyFilter
from ai_power_export.report.privacy.level import Level
from ai_power_export.report.privacy.outgoing import Outgoing, outgoing
from ai_power_export.report.read import Saved
from ai_power_export.report.signing.canonical import canonical
from ai_power_export.report.signing.verify import CHANGED, is_changed, signature_that_holds
from ai_power_export.report.write import report_name
from ai_power_export.settings import Settings

PROJECT = "header.publisher.projectName"


@dataclass(frozen=True)
class Prepared:
    """A report as it would leave."""

    saved: Saved
    outgoing: Outgoing
    refusals: tuple[str, ...]
    """Why it may not leave, one line each; empty if it may."""
    doubled: str = ""
    """Why it need not leave: which others that do hold its energy."""

    @property
    def leaves(self) -> bool:
        """Whether it leaves."""
        return not self.refusals and not self.doubled

    @property
    def parcel(self) -> Parcel:
        """What is delivered."""
        document = self.outgoing.document
        # A signature is of the whole report: it does not hold for what is left of one.
        signature = None if self.outgoing.removals else signature_that_holds(self.saved.path)
        return Parcel(f"{report_name(document)}.json", document, signature, self._corrects)

    @property
    def _corrects(self) -> str | None:
        """The id of the report that this one takes the place of: the format has no field for it."""
        facts = self.saved.evidence.other if self.saved.evidence else ()
        return next((str(fact.value) for fact in facts if fact.field == CORRECTS), None)


class Gate:
    """What every report passes on its way out; one for all reports of a command."""

    def __init__(self, settings: Settings, level: Level | None = None, *, with_drafts: bool = True) -> None:
        """Take what holds.

        Args:
            settings: The settings.
            level: A level of privacy that wins over theirs.
            with_drafts: Whether drafts may leave, too.
        """
        self._with_drafts = with_drafts
        self.level = level or Level(settings.privacy)
        self._project = settings.project
        self._private = PrivacyFilter(coordinates_decimals=settings.coordinates_decimals)

    def prepare(self, saved: Saved) -> Prepared:
        """Return a report as it would leave, and why it may not."""
        left = outgoing(
            saved.document, self.level, self._private, project_is_said=self._is_project_said(saved)
        )
        before = check(saved.document).errors
        refusals = [*_invalid(before), *_unshared(saved)]
        if not self._with_drafts and value_at(saved.document, STATUS) == "draft":
            refusals.append("it is a draft")
        if not before:
            refusals += [*_unhashable(left), *_lost(left)]
        return Prepared(saved, left, tuple(map(self._private.text, refusals)))

    def _is_project_said(self, saved: Saved) -> bool:
        """Tell whether the name of the project is the user's own word."""
        said = value_at(saved.document, PROJECT)
        decision = saved.evidence.decisions.get(PROJECT) if saved.evidence else None
        if decision is None or decision.winner.origin is not Origin.USER:
            return bool(said == self._project)
        return said in (self._project, decision.winner.value)


def _unhashable(left: Outgoing) -> Iterator[str]:
    """Say why a report has no hash, by which it is known where it arrives, or another one than it says."""
    try:
        canonical(left.document)
    except BadInput as error:
        yield str(error)
        return
    if is_changed(left.document):
        yield f"{CHANGED} (aipower sign)"


def _invalid(errors: tuple[Finding, ...]) -> Iterator[str]:
    if errors:
        more = f", and {len(errors) - 1} more" if len(errors) > 1 else ""
        yield f"it is not valid: {errors[0]}{more}"


def _unshared(saved: Saved) -> Iterator[str]:
    said = value_at(saved.document, CONFIDENTIALITY)
    if said != "public":
        word = f"it is {said}" if said else "it does not say who may see it"
        yield f"{word}, and only public reports leave (aipower edit --set {CONFIDENTIALITY}=public)"


def _lost(left: Outgoing) -> Iterator[str]:
    """Say which required values were private: without them the report is none."""
    why = {removal.path: removal.kind.value for removal in left.removals}
    for error in check(left.document).errors:
        kind = next((why[path] for path in why if path.startswith(error.path)), "")
        reason = f" (it held a {kind})" if kind else ""
        yield f"what may leave is not valid: {error.path} {error.what}{reason}; say it in other words"
