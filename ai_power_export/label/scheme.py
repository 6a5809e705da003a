"""A scheme: the rules that a label follows, as one frozen value with a hash.

It says which metrics count and how much (`metrics`), what a value is measured against (`index`), where
a letter begins (`boundaries`), how the letters become one (`compound`), who is compared with whom
(`group`, `needed`), and what was frozen for each group (`groups`). `schemes` reads it from files.
"""

from __future__ import annotations

import datetime
import hashlib
import math
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    model_validator,
)
from typing_extensions import Self

from ai_power_export.label.rated import LETTERS, Words
from ai_power_export.label.rules import FAULTS, MODES
from ai_power_export.label.sense import check

ONE_LINE = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"

DECIMALS = 12
"""Of a weight, so that sums of weights times grades are reckoned exactly in whole numbers of 64 bits."""


def _words(value: Any) -> Any:
    """Make `Words` of one text for both languages, or of `{en = …, fr = …}`."""
    if isinstance(value, Words):
        return value
    texts = {"en": value, "fr": value} if isinstance(value, str) else value
    if not isinstance(texts, Mapping) or set(texts) != {"en", "fr"}:
        raise ValueError("is neither a text nor a table of `en` and `fr`")
    if not all(isinstance(text, str) and re.match(ONE_LINE, text) for text in texts.values()):
        raise ValueError("is no text of one line")
    return Words(**texts)


def _finite(number: float) -> float:
    """Refuse what is no number, or is too large to be one: pydantic takes whole numbers of any length."""
    if not math.isfinite(number):
        raise ValueError("is no finite number")
    return number


def _few_decimals(weight: float) -> float:
    if round(weight, DECIMALS) != weight:
        raise ValueError(f"a weight has at most {DECIMALS} decimals")
    return weight


def _four(boundaries: tuple[float, ...]) -> tuple[float, ...]:
    if len(boundaries) not in (0, len(LETTERS) - 1):
        raise ValueError(f"there are {len(boundaries)} boundaries between 5 letters, not 4")
    if list(boundaries) not in (sorted(boundaries), sorted(boundaries, reverse=True)):
        raise ValueError(f"the boundaries are out of order: {', '.join(map(str, boundaries))}")
    return boundaries


Number = Annotated[StrictFloat, AfterValidator(_finite)]
Positive = Annotated[StrictFloat, Field(gt=0), AfterValidator(_finite)]
Count = Annotated[StrictInt, Field(ge=0, le=10**12)]
Weight = Annotated[StrictFloat, Field(ge=0, le=1000), AfterValidator(_few_decimals)]
Four = Annotated[tuple[Number, ...], AfterValidator(_four)]
"""Where A becomes B, B becomes C, C becomes D, D becomes E; or nothing."""
Name = Annotated[StrictStr, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._ -]*$", max_length=80)]
Line = Annotated[StrictStr, Field(pattern=ONE_LINE, max_length=500)]
Title = Annotated[Words, BeforeValidator(_words)]


class _Part(BaseModel):
    """What all parts of a scheme have in common: frozen, and no key that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Metric(_Part):
    """One metric: what it is called, which way is better, how much it counts, where its letters begin."""

    name: Name
    title: Title
    better: Literal["lower", "higher"]
    unit: Line = ""
    weight: Weight = 0.0
    """Its share of the compound, relative to the others'; 0 where it gets a letter that does not count."""
    rated: StrictBool = True
    """False where it is shown for information, without a letter."""
    stage: Line = ""
    """The stage of runs that have it, such as `training`; empty for all."""
    column: Line = ""
    """Its column in result tables; empty where that is `name`."""
    reference: Positive | None = None
    """The value of the reference model, frozen; None where it is found in the group."""
    boundaries: Four = ()
    """Of the index, or of the value where there is none; empty where they are the group's."""

    @property
    def higher_is_better(self) -> bool:
        """Tell whether a higher value is better."""
        return self.better == "higher"

    @property
    def in_table(self) -> str:
        """The name of its column in result tables."""
        return self.column or self.name


class Index(_Part):
    """What a value is measured against; the index is value/that or that/value, so that more is better."""

    against: Literal["reference", "best", "none"]
    """`reference`: a reference model; `best`: the best of the group; `none`: values stay as they are."""
    reference: Line = ""
    """Name of the model that is the reference of its group."""
    by: Line = ""
    """The column that chooses the reference where it is not the same everywhere."""
    references: Mapping[StrictStr, Line] = Field(default_factory=dict)
    """Names of the reference models by the words of that column."""


class Boundaries(_Part):
    """Where letters begin, as far as no metric says it."""

    quantiles: Four = ()
    """Shares of the group, such as `[0.8, 0.6, 0.4, 0.2]`, where boundaries are quantiles of its indices;
    empty where they are frozen numbers."""
    on_boundary: Literal["below", "above"] = "below"
    """Whether a value on a boundary belongs to the interval below or above it."""
    data: Line = ""
    """The data set that frozen boundaries were computed from."""


class Compound(_Part):
    """How the letters of a run become one."""

    mode: Literal[MODES]  # type: ignore[valid-type] # the names are listed once
    boundaries: Four = ()
    """Of the mean index, for `index mean` where its boundaries are frozen."""


class Table(_Part):
    """Which columns of a result table say what a row is."""

    run: Line = "model"
    """Names the model, and finds the reference."""
    stage: Line = ""
    """Names the stage; empty where all metrics are of all rows."""


class FrozenGroup(_Part):
    """What was frozen for one group of comparable runs."""

    key: Mapping[StrictStr, Line]
    """What its members have in common: a word for each name in the scheme's `group`."""
    members: Count
    """How many runs it was frozen from."""
    boundaries: Mapping[StrictStr, Four] = Field(default_factory=dict)
    """By metric."""
    references: Mapping[StrictStr, Positive] = Field(default_factory=dict)
    """By metric."""


class Scheme(_Part):
    """A named, versioned scheme; equal content has an equal hash, however its file is laid out."""

    name: Name
    version: Line
    date: datetime.date
    title: Title | None = None
    note: Line = ""
    """One line on what it is for, or where its numbers are from."""
    functional_unit: Line = ""
    """What one unit of the energy is counted for, such as `request`."""
    stage: Line = ""
    """The only stage that it rates, such as `training`; empty for all."""
    group: tuple[Name, ...] = ()
    """What comparable runs have in common: columns of a table, or names of `rated.Group`."""
    needed: Annotated[Count, Field(ge=1)] = 1
    """How many comparable runs a letter needs."""
    index: Index
    boundaries: Boundaries = Boundaries()
    compound: Compound
    table: Table = Table()
    faults: tuple[Literal[tuple(FAULTS)], ...] = ()  # type: ignore[valid-type] # the names are listed once
    """Faults of the original that it has, so that it gives the same letters."""
    as_published: tuple[Literal[tuple(FAULTS)], ...] = ()  # type: ignore[valid-type] # as above
    """Faults of the original that it has not, unless asked for by `published`."""
    metrics: Annotated[tuple[Metric, ...], Field(min_length=1)]
    groups: tuple[FrozenGroup, ...] = ()

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        check(self)
        return self

    @property
    def is_frozen(self) -> bool:
        """Tell whether the letter of a run depends on no other run of its group but the reference."""
        return self.index.against != "best" and not self.boundaries.quantiles

    @property
    def rated_metrics(self) -> tuple[Metric, ...]:
        """The metrics that get letters."""
        return tuple(metric for metric in self.metrics if metric.rated)

    def is_rising(self, metric: Metric) -> bool:
        """Tell whether more is better of what boundaries cut: of all indices, of values by their metric."""
        return self.index.against != "none" or metric.higher_is_better

    def metric(self, name: str) -> Metric:
        """Return the metric of a name, or raise KeyError."""
        return {metric.name: metric for metric in self.metrics}[name]

    def frozen_group(self, key: Mapping[str, str]) -> FrozenGroup | None:
        """Return what was frozen for the group whose members have these words in common."""
        return next((group for group in self.groups if dict(group.key) == dict(key)), None)

    def published(self) -> Scheme:
        """Return the scheme with all faults of the original, for comparison; its version says so."""
        if not self.as_published:
            return self
        faults, version = self.faults + self.as_published, f"{self.version} as published"
        return self.model_copy(update={"faults": faults, "as_published": (), "version": version})


PARTS: tuple[type[BaseModel], ...] = (Scheme, Metric, Index, Boundaries, Compound, Table, FrozenGroup)


def content_of(scheme: Scheme) -> dict[str, Any]:
    """Return what a scheme says as JSON has it, without what goes without saying."""
    return scheme.model_dump(mode="json", exclude_defaults=True)


def hash_of(scheme: Scheme) -> str:
    """Return the SHA-256 of a scheme's content as canonical JSON (RFC 8785), in hexadecimal.

    What is as by default is left out: a later version of this package that knows more keys gives the
    same hash.
    """
    import rfc8785

    return hashlib.sha256(rfc8785.dumps(content_of(scheme))).hexdigest()
