"""How a rating looks in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from ai_power_export.cli.rows import HEADING, HINT, Row, print_rows, printable
from ai_power_export.report.rating.matrix import medal_of, medal_words

if TYPE_CHECKING:
    from rich.console import Console

    from ai_power_export.report.rating.rate import Rating

MOST_LIFTS = 5
"""Ways to a better rating that are told; those that help most come first."""


def show_rating(out: Console, rating: Rating) -> None:
    """Print the medal, the scores with their reasons, and what would lift them."""
    heading = f"\ndata quality: {medal_words(rating.medal)} ({rating.rating:.2f}, from 1, the best, to 5)"
    out.print(Text(heading, style=HEADING))
    print_rows(out, [*_scores(rating), *_lifts(rating)])


def _scores(rating: Rating) -> list[Row]:
    return [(each.indicator.title, Text(f"{each.score}  {printable(each.why)}")) for each in rating.scores]


def _lifts(rating: Rating) -> list[Row]:
    helping = [lift for lift in rating.lifts if lift.rating < rating.rating][:MOST_LIFTS]
    return [
        (
            f"→ {medal_words(medal_of(lift.rating))} {lift.rating:.2f}",
            Text(printable(lift.how), style=HINT),
        )
        for lift in helping
    ]
