"""The process of `aipower export` itself, until it becomes the script."""

from __future__ import annotations

import importlib.machinery
import os
import subprocess
import sys
import uuid
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from ai_power_export.console import say
from ai_power_export.errors import BadInput
from ai_power_export.launch.plan import Plan, with_plan
from ai_power_export.measure.ranks import rank_by_launcher
from ai_power_export.project import JOURNALS
from ai_power_export.settings import Settings, load_settings

if TYPE_CHECKING:
    from ai_power_export.launch.afterwards import Asker


def run_script(
    target: list[str],
    given: dict[str, Any],
    *,
    quiet: bool,
    asker: Callable[[Settings], Asker | None] = lambda _: None,
) -> NoReturn:
    """Become the script, measured. Returns only by raising.

    Args:
        target: What follows `python` on the command line: `["run.py", "arg"]`
            or `["-m", "module", "arg"]`.
        given: Settings given by flags; None is "not given".
        quiet: True: no summary at the end.
        asker: Returns what asks the user about the reports after the script, None where nobody is to be
            asked. Where it returns something the script is a child, and this process ends as it does.

    Raises:
        BadInput: The script, the settings or the output folder cannot be used.
    """
    check_target(target)
    command = [sys.executable, *target]
    rank, folder = rank_by_launcher(), Path.cwd()
    settings = load_settings(folder, given)
    if settings.set:
        from ai_power_export.report.answers import typed_answers

        typed_answers(settings.set, "set")
    if settings.meters:
        from ai_power_export.measure.meters.registry import check, wanted

        check(wanted(settings.meters, settings.meter), folder)
    if settings.upload is not None:
        from ai_power_export.deliver.destinations import address, destination

        destination(address(settings.upload, settings), settings)
    plan = _plan(settings, folder, target, given, quiet)
    if rank is not None and not rank.measures:
        say(f"no report of {rank}: rank 0 writes that of the job")
        _become(command, _environment(replace(plan, observes_only=True)))
    if not hasattr(os, "fork"):
        sys.exit(_as_a_child(plan, command))
    from ai_power_export.launch import reporter

    ask = asker(settings) if rank is None else None
    telling = None
    if ask is not None:
        from ai_power_export.launch.afterwards import fork_and_ask

        telling = fork_and_ask(_then_deliver(ask, plan, folder))
    channel, descriptor = reporter.open_channel()
    plan = replace(plan, channel=descriptor)
    reporter.leave_behind(plan, channel, telling)
    _become(command, _environment(plan))


def _then_deliver(ask: Asker, plan: Plan, folder: Path) -> Asker:
    """Return what asks about reports and delivers them with the answers."""

    def both(reports: Sequence[Path]) -> None:
        from ai_power_export.run.delivery import deliver

        ask(reports)
        deliver(reports, folder, plan.settings)

    return both


def _become(command: list[str], environment: dict[str, str]) -> NoReturn:
    """Become the script, or run it and end as it does where a process cannot become another."""
    if not hasattr(os, "fork"):
        sys.exit(subprocess.call(command, env=environment))
    os.execve(sys.executable, command, environment)


def _as_a_child(plan: Plan, command: list[str]) -> int:
    """Run the script as a child, where a process cannot fork, and write its reports afterwards."""
    from ai_power_export.launch import reporter

    code = subprocess.call(command, env=_environment(plan))
    record = reporter.left_over(plan)
    reporter.upload(record, reporter.report(plan, record))
    return code


def _environment(plan: Plan) -> dict[str, str]:
    return {**os.environ, **with_plan(plan)}


def _folder_of(target: list[str], folder: Path) -> str:
    """Return the folder that Python puts first on the import path of a target."""
    path = Path(target[0])
    return str(folder if target[0] == "-m" else path if path.is_dir() else path.resolve().parent)


def _plan(settings: Settings, folder: Path, target: list[str], given: dict[str, Any], quiet: bool) -> Plan:
    runs = folder / settings.output / JOURNALS
    _check_writable(runs)
    return Plan(
        settings={name: _as_text(value) for name, value in given.items() if value is not None},
        journal=str(runs / f"{uuid.uuid4()}.json"),
        script_folder=_folder_of(target, folder),
        launches=_is_launcher(target),
        country=settings.country,
        offline=settings.offline,
        quiet=quiet,
        upload_time_limit=0.0 if settings.upload is None else settings.upload_time_limit,
        python_path=os.environ.get("PYTHONPATH"),
    )


def _as_text(value: Any) -> Any:
    return str(value) if isinstance(value, Path) else value


LAUNCHERS = frozenset(
    {
        "accelerate",
        "accelerate.commands.accelerate_cli",
        "accelerate.commands.launch",
        "torch.distributed.launch",
        "torch.distributed.run",
        "torchrun",
    }
)
"""Modules and commands that start the ranks of a job on a machine; these inherit their environment."""


def _is_launcher(target: list[str]) -> bool:
    return (target[1] if target[0] == "-m" else Path(target[0]).name) in LAUNCHERS


def check_target(target: list[str]) -> None:
    """Make sure that there is something Python can run.

    Raises:
        BadInput: No such script or module, or not readable as Python.
    """
    if target[0] == "-m":
        _check_module(target[1])
    else:
        _check_script(Path(target[0]))


def _check_module(name: str) -> None:
    top = name.partition(".")[0]
    if importlib.machinery.PathFinder.find_spec(top, ["", *sys.path]) is None:
        raise BadInput("no such module", name, "is it installed, or in the working folder?")


def _check_script(path: Path) -> None:
    if path.suffix == ".ipynb":
        raise BadInput(
            "a notebook is no script", str(path), "use PowerTracker in a cell, or convert it to a script"
        )
    if path.is_dir() and (path / "__main__.py").is_file():
        path = path / "__main__.py"
    try:
        code = path.read_bytes()
    except OSError as error:
        raise BadInput(
            f"cannot be read: {error.strerror or error}", str(path), "is the path right?"
        ) from None
    if not zipfile.is_zipfile(path):
        _check_python(path, code)


def _check_python(path: Path, code: bytes) -> None:
    version = f"Python {sys.version_info[0]}.{sys.version_info[1]}"
    try:
        compile(code, str(path), "exec", dont_inherit=True)
    except SyntaxError as error:
        raise BadInput(f"not readable as {version}: line {error.lineno}: {error.msg}", str(path)) from None
    except ValueError as error:
        raise BadInput(f"not readable as {version}: {error}", str(path)) from None


def _check_writable(folder: Path) -> None:
    trial = folder / f".{uuid.uuid4()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        trial.touch()
        trial.unlink()
    except OSError as error:
        mend = "choose another folder with --output"
        raise BadInput(f"cannot be written: {error.strerror}", str(folder.parent), mend) from None
