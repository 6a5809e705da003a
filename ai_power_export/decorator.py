"""`@track_power`: measures a function and writes a report of each call."""

from __future__ import annotations

import functools
import inspect
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from contextlib import aclosing, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar, cast, overload

from codecarbon import track_emissions

from ai_power_export.console import say
from ai_power_export.run.record import Scope
from ai_power_export.tracker import OfflinePowerTracker, PowerTracker

F = TypeVar("F", bound=Callable[..., Any])

ACCEPTED = frozenset(inspect.signature(track_emissions).parameters) - {"fn"} | {
    "report_settings",
    "watch",
    "live_csv",
    "per_stage",
    "meters",
}
"""Every argument of the installed `codecarbon.track_emissions`, and our own."""

OFFLINE_ONLY = ("country_iso_code", "region", "cloud_provider", "cloud_region", "country_2letter_iso_code")
"""Arguments that only the offline tracker has."""


@overload
def track_power(fn: F) -> F: ...


@overload
def track_power(fn: None = None, **options: Any) -> Callable[[F], F]: ...


def track_power(fn: F | None = None, **options: Any) -> F | Callable[[F], F]:
    """Measure each call of a function and write a report of it.

    Works bare and with arguments, on functions, generators (measured from the
    first `next` to the end), coroutines and asynchronous generators.

    Args:
        fn: The function, where the decorator is used bare.
        **options: Every argument of `codecarbon.track_emissions`, and those of our trackers:
            `report_settings` (a dict of `[tool.aipower]` settings), `per_stage`, `watch`, `live_csv`,
            `meters`.

    Raises:
        TypeError: An argument that `track_emissions` does not have, or
            `offline=True` without a country or cloud provider.
    """
    _check(options)
    return functools.partial(_decorated, options=options) if fn is None else _decorated(fn, options)


def _check(options: dict[str, Any]) -> None:
    unknown = sorted(set(options) - ACCEPTED)
    if unknown:
        raise TypeError(f"track_power() got an unexpected keyword argument {unknown[0]!r}")
    if options.get("offline") and not (options.get("country_iso_code") or options.get("cloud_provider")):
        raise TypeError("track_power(offline=True) needs country_iso_code or cloud_provider")


def _decorated(fn: F, options: dict[str, Any]) -> F:
    if inspect.isasyncgenfunction(fn):
        return cast(F, _of_async_generator(fn, options))
    if inspect.iscoroutinefunction(fn):
        return cast(F, _of_coroutine(fn, options))
    if inspect.isgeneratorfunction(fn):
        return cast(F, _of_generator(fn, options))
    return cast(F, _of_function(fn, options))


def _of_function(fn: Callable[..., Any], options: dict[str, Any]) -> Callable[..., Any]:
    @functools.wraps(fn)
    def measured(*args: Any, **kwargs: Any) -> Any:
        with _tracking(fn, options):
            return fn(*args, **kwargs)

    return measured


def _of_generator(fn: Callable[..., Any], options: dict[str, Any]) -> Callable[..., Any]:
    @functools.wraps(fn)
    def measured(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        with _tracking(fn, options):
            return (yield from fn(*args, **kwargs))

    return measured


def _of_coroutine(fn: Callable[..., Any], options: dict[str, Any]) -> Callable[..., Any]:
    @functools.wraps(fn)
    async def measured(*args: Any, **kwargs: Any) -> Any:
        with _tracking(fn, options):
            return await fn(*args, **kwargs)

    return measured


def _of_async_generator(fn: Callable[..., Any], options: dict[str, Any]) -> Callable[..., Any]:
    @functools.wraps(fn)
    async def measured(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
        with _tracking(fn, options):
            async with aclosing(fn(*args, **kwargs)) as inner:
                step = inner.asend(None)
                with suppress(StopAsyncIteration):
                    while True:
                        item = await step
                        try:
                            step = inner.asend((yield item))
                        except Exception as thrown:  # noqa: BLE001 - handed on to the generator itself
                            step = inner.athrow(thrown)

    return measured


@contextmanager
def _tracking(fn: Callable[..., Any], options: dict[str, Any]) -> Iterator[None]:
    """Track the body; a tracker that cannot be built leaves the body unmeasured."""
    try:
        tracker = _tracker(fn, options)
        tracker.start()
    except Exception as error:  # noqa: BLE001 - the user's function runs whatever fails in us
        say(f"not measured: {error}")
        yield
        return
    try:
        yield
    finally:
        tracker.stop()


def _tracker(fn: Callable[..., Any], options: dict[str, Any]) -> PowerTracker | OfflinePowerTracker:
    given = {name: value for name, value in options.items() if name != "offline"}
    scope = _scope(fn)
    if options.get("offline"):
        return OfflinePowerTracker(report_scope=scope, **given)
    online = {name: value for name, value in given.items() if name not in OFFLINE_ONLY}
    return PowerTracker(report_scope=scope, **online)


def _scope(fn: Callable[..., Any]) -> Scope | None:
    bare = inspect.unwrap(fn)
    code = getattr(bare, "__code__", None)
    if code is None or not Path(code.co_filename).is_file():
        return None
    return Scope(str(Path(code.co_filename).resolve()), function=bare.__qualname__)
