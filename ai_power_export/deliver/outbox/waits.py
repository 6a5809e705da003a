"""How long to wait before something is sent again."""

from __future__ import annotations

import random

from tenacity import RetryCallState, wait_random_exponential

ATTEMPTS = 4
"""How often one command sends a report that does not arrive: a fault that lasts longer lasts for minutes."""

LONGEST_WAIT = 15.0
"""Seconds that one command waits at most where a destination asks to be left alone."""

FIRST_MINUTES, MOST_MINUTES = 1.0, 360.0
"""How long a report is left alone after the first command that could not deliver it, and at most."""

_backoff = wait_random_exponential(multiplier=1, max=8)


def within_a_command(state: RetryCallState, asked: float | None) -> float:
    """Return the seconds until the next attempt of the same command.

    Args:
        state: What tenacity knows of the attempts so far.
        asked: Seconds that the destination asked for.
    """
    return _backoff(state) if asked is None else asked + random.uniform(0, 0.5)


def across_commands(commands: int) -> float:
    """Return the seconds until a report is due again: twice as long each time, less a random part.

    Args:
        commands: How many commands have tried before this one.
    """
    minutes = min(FIRST_MINUTES * 2.0 ** min(commands, 20), MOST_MINUTES)
    return random.uniform(0.5, 1.0) * minutes * 60
