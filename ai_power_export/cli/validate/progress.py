"""How far `aipower validate` has come, on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SOON = 200
"""Files after which progress is worth a line; so many take less than a second."""


@contextmanager
def progress() -> Iterator[tuple[Callable[[int], None], Callable[[str], None]]]:
    """Yield how to show how many files are done, and how to write to stdout meanwhile."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield (lambda _: None), _write
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.completed:,} files checked"), TimeElapsedColumn())
    console = Console(stderr=True)
    bar = Progress(*columns, console=console, transient=True, redirect_stdout=sys.stdout.isatty())
    task = bar.add_task("", total=None)

    def show(done: int) -> None:
        if done == SOON:
            bar.start()
        bar.update(task, completed=done)

    try:
        yield show, _write
    finally:
        bar.stop()


def _write(text: str) -> None:
    """Write to stdout as it is at the moment: the bar puts its own in place."""
    sys.stdout.write(text)
