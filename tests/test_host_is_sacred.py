"""Whatever a script does, it does the same under `aipower export`, and its report is still written."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from running import AIPOWER, clean_environment

WORK = "import time; deadline = time.monotonic() + 0.3\nwhile time.monotonic() < deadline: sum(range(999))\n"

METER = "wattmeter:unit=W,command=echo 12"

SCRIPTS = {
    "raises": "def f(): raise ValueError('wrong')\nf()",
    "raises with a cause": "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    raise KeyError('x') from error",
    "exits with 3": "import sys; print('so far'); sys.exit(3)",
    "exits with a text": "import sys; sys.exit('no more')",
    "exits without a code": "raise SystemExit",
    "is interrupted": "import os, signal; os.kill(os.getpid(), signal.SIGINT); import time; time.sleep(5)",
    "says who it is": """
        import os, sys
        print(__name__, os.path.basename(__file__), sys.argv[1:], os.path.basename(sys.path[0]))
        print(__spec__, __builtins__.__name__, __doc__, sorted(vars()))
        print({k: v for k, v in os.environ.items() if "AIPOWER" in k or k.startswith("PYTHON")})
        print([p for p in sys.path if "ai_power_export" in p], sys.flags, len(sys.orig_argv))
    """,
    "reads stdin": "import sys; print(sys.stdin.read().upper(), sys.stdin.isatty(), sys.stdout.isatty())",
    "looks at its signals": """
        import signal
        print([signal.getsignal(s) for s in (signal.SIGTERM, signal.SIGHUP, signal.SIGALRM, signal.SIGCHLD)])
        print(signal.getsignal(signal.SIGINT).__name__, signal.pthread_sigmask(signal.SIG_BLOCK, ()))
    """,
    "forks and waits for all children": """
        import os, sys
        for code in (4, 5):
            if os.fork() == 0:
                sys.exit(code)
        codes = []
        try:
            while True:
                codes.append(os.waitstatus_to_exitcode(os.wait()[1]))
        except ChildProcessError:
            print(sorted(codes))
    """,
    "forks again and again": """
        import os, threading, time
        end = time.monotonic() + 3
        while time.monotonic() < end:
            pid = os.fork()
            if pid == 0:
                threading.Thread(target=int).start()
                os._exit(0)
            os.waitpid(pid, 0)
            time.sleep(0.05)
    """,
    "forks beside a thread of its own": """
        import os, threading
        stop = threading.Event(); threading.Thread(target=stop.wait).start()
        if os.fork() == 0: os._exit(0)
        os.wait(); stop.set()
    """,
    "multiprocessing by spawn": """
        import multiprocessing
        def square(x): return x * x
        if __name__ == "__main__":
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                print(pool.map(square, [1, 2, 3]))
    """,
    "starts Python": """
        import subprocess, sys
        print(subprocess.run([sys.executable, "-c", "import sys; print('sitecustomize' in sys.modules, "
              "[m for m in sys.modules if m.startswith('ai_power')])"], capture_output=True, text=True).stdout)
    """,
    "threads": """
        import threading, time
        def late(): time.sleep(0.5); print("late")
        threading.Thread(target=late).start()
        print("main is done")
    """,
    "a thread raises": """
        import threading
        thread = threading.Thread(target=lambda: 1 / 0, name="mine"); thread.start(); thread.join()
    """,
    "atexit": "import atexit; atexit.register(print, 'bye'); print('hi')",
    "closes stderr": "import sys, os; sys.stderr.close(); print('still here')",
    "closes all descriptors": "import os, sys; print('x'); sys.stdout.flush(); os.closerange(0, 50); os._exit(0)",
    "closes stderr for good": "import os; os.close(2); print('quiet')",
    "changes directory": "import os; os.mkdir('elsewhere'); os.chdir('elsewhere'); print(os.getcwd()[-9:])",
    "removes its directory": "import os; os.mkdir('x'); os.chdir('x'); os.rmdir('../x'); print('gone')",
    "deletes the output folder": "import shutil; shutil.rmtree('power-reports', True); print('deleted')",
    "recurses": "def f(): return f()\ntry:\n    f()\nexcept RecursionError as e:\n    print(str(e)[:20])",
    "has modules named like ours": """
        import json, git, resource
        print(json.mine, git.mine, resource.mine)
    """,
    "breaks print": "import builtins, sys; builtins.print = None; sys.stdout.write('ok')",
    "exits in atexit": "import atexit, os; atexit.register(os._exit, 9); print('x', flush=True)",
    "pickles what it defines": """
        import pickle
        class Mine: pass
        print(type(pickle.loads(pickle.dumps(Mine()))) is Mine, Mine.__module__)
    """,
    "asyncio": "import asyncio\nasync def f(): await asyncio.sleep(0.01); return 7\nprint(asyncio.run(f()))",
    "a framework raises": """
        import sys, traceback
        from sklearn.pipeline import make_pipeline
        from sklearn.svm import SVC
        try:
            make_pipeline(SVC(C=-1)).fit([[0], [1]], [0, 1])
        except ValueError:
            print(traceback.format_exc(), sys.exc_info()[1].__context__)
        SVC().fit([["a"]], [1])
    """,
    "logs and warns": """
        import logging, warnings
        logging.basicConfig(level=logging.INFO); logging.info("info"); warnings.warn("careful")
        logging.getLogger("codecarbon").propagate
    """,
    "leaves by os._exit": "import os; print('out', flush=True); os._exit(7)",
    "terminates itself": "import os, signal, time; os.kill(os.getpid(), signal.SIGTERM); time.sleep(5)",
    "crashes": "import ctypes, faulthandler, resource; resource.setrlimit(resource.RLIMIT_CORE, (0, 0)); "
    "ctypes.string_at(0)",
}


def without_pids(text: str) -> str:
    return re.sub(r"pid=\d+", "pid", text)


def write(folder: Path, body: str) -> Path:
    script = folder / "script.py"
    body = textwrap.dedent(body)
    lead, rest = ("", body) if "__doc__" in body else (WORK, body)
    script.write_text(lead + rest + "\n")
    return script


KILLED = {"leaves by os._exit", "terminates itself", "crashes", "exits in atexit", "closes all descriptors"}
"""Those that leave no process which could write a report before they are gone."""


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_does_the_same_with_and_without_us_and_leaves_one_report(name, tmp_path, run, export):
    script = write(tmp_path, SCRIPTS[name])
    if "named like ours" in name:
        for module in ("json", "git", "resource"):
            (tmp_path / f"{module}.py").write_text("mine = True\n")
    bare = run(script, "a", "--b", stdin="hello")
    for left in ("elsewhere", "x"):
        if (tmp_path / left).exists():
            (tmp_path / left).rmdir()
    measured = export(script, "a", "--b", stdin="hello")
    assert (measured.returncode, measured.stdout, without_pids(measured.own_stderr)) == (
        bare.returncode,
        bare.stdout,
        without_pids(bare.stderr),
    )
    if name not in KILLED:
        (report,) = measured.reports
        assert report["measures"][0]["powerConsumption"] > 0, measured.stderr
        assert not list(tmp_path.glob("power-reports/.runs/*"))


CLOSED = {"stdin": "<&-", "stdout": ">&-", "stdin and stdout": "<&- >&-", "all three": "<&- >&- 2>&-"}


@pytest.mark.parametrize("which", CLOSED)
def test_standard_streams_that_are_closed_are_closed_for_the_script_and_its_report_is_written(
    which, tmp_path, run
):
    script = write(
        tmp_path,
        """
        import os, sys
        def is_open(descriptor):
            try:
                return bool(os.fstat(descriptor))
            except OSError:
                return False
        seen = [is_open(0), is_open(1), is_open(2), sys.stdin is None, sys.stdout is None]
        with open("seen", "a") as file:
            print(seen, file=file)
        """,
    )
    closed = ("-c", f'exec "$@" {CLOSED[which]}', "closed")
    measured = (AIPOWER, "export", "--offline", "--quiet", "--meter", "codecarbon", "--meter", METER, script)
    run(*closed, sys.executable, script, program="/bin/bash")
    ended = run(*closed, *measured, program="/bin/bash")
    bare, under_us = (tmp_path / "seen").read_text().splitlines()
    assert under_us == bare
    (report,) = ended.reports
    assert [measure["powerConsumption"] > 0 for measure in report["measures"]] == [True, True]


def test_an_exception_is_named_in_the_draft(tmp_path, export):
    ended = export(write(tmp_path, SCRIPTS["raises"]))
    assert ended.reports[0]["header"]["reportStatus"] == "draft"
    assert ended.evidence[0]["run"]["cutShort"] == "the script ended with ValueError"
    assert "the script ended with ValueError" in ended.stderr


def wait_for_report(folder: Path, seconds: float = 30) -> None:
    """The watchdog writes after the script is gone: a moment later than its exit."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not list(folder.glob("power-reports/*.evidence.json")):
        time.sleep(0.1)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["os._exit(7)", "os.kill(os.getpid(), 9)", "os.kill(os.getpid(), 15)"])
def test_a_script_that_is_killed_leaves_a_draft_of_what_was_measured(how, tmp_path, export):
    script = tmp_path / "script.py"
    script.write_text(f"import os, time\ntime.sleep(5)\n{how}\n")
    bare = {"os._exit(7)": 7, "os.kill(os.getpid(), 9)": -9, "os.kill(os.getpid(), 15)": -15}[how]
    begun = time.monotonic()
    ended = export(script)
    lasted = time.monotonic() - begun
    wait_for_report(tmp_path)
    assert ended.returncode == bare
    (report,) = ended.reports
    assert report["header"]["reportStatus"] == "draft"
    (measure,) = report["measures"]
    assert measure["powerConsumption"] > 0
    assert 1.5 < measure["measurementDuration"] < lasted
    assert "killed" in ended.evidence[0]["run"]["cutShort"]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_from_outside_ends_the_script_as_it_would_bare(number, tmp_path):
    script = tmp_path / "script.py"
    script.write_text("import time\nprint('ready', flush=True)\ntime.sleep(60)\n")
    command = [AIPOWER, "export", "--offline", "--quiet", str(script)]
    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        env=clean_environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # Who runs the tests in the background has SIGINT ignored, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout.readline() == b"ready\n"
    time.sleep(3)
    process.send_signal(number)
    assert process.wait(20) == -number
    wait_for_report(tmp_path)
    (path,) = (each for each in tmp_path.glob("power-reports/report_*.json") if "evidence" not in each.name)
    assert '"draft"' in path.read_text()


def test_a_full_disk_costs_the_report_and_nothing_else(tmp_path, run):
    script = write(tmp_path, "print('done')")
    # A limit of 0 blocks on the size of files fails every write to a file, as a full disk does.
    full = ("-c", 'ulimit -f 0; exec "$@"', "full-disk")
    bare = run(*full, sys.executable, script, program="/bin/bash")
    measured = run(*full, AIPOWER, "export", "--offline", "--quiet", script, program="/bin/bash")
    assert (measured.returncode, measured.stdout) == (bare.returncode, bare.stdout) == (0, "done\n")
    assert measured.reports == []
    assert measured.stderr.count("\n") == 1
    assert measured.stderr.startswith(("aipower: no report: ", "aipower: not measured: "))


BAD = {
    "no such script": (["nothing.py"], "nothing.py"),
    "a binary file": (["binary.py"], "binary.py: not readable as Python"),
    "a syntax error": (["syntax.py"], "syntax.py: not readable as Python"),
    "a notebook": (["book.ipynb"], "notebook"),
    "a folder": (["."], "."),
    "no such module": (["-m", "no_such_module"], "no such module"),
    "an unknown option": (["--nope", "fine.py"], "--nope"),
    "an unknown country": (["--country", "Atlantis", "fine.py"], "Atlantis"),
    "an unknown field": (["--set", "task.stage=x", "fine.py"], "task.stage"),
    "a word for a number": (["--set", "task.nbRequest=many", "fine.py"], "'many' is not a number"),
    "a word that the format lacks": (["--set", "quality=superb", "fine.py"], "one of high, medium, low"),
    "no value": (["--set", "quality", "fine.py"], "quality"),
    "an unwritable folder": (["--output", "/proc/nowhere", "fine.py"], "/proc/nowhere"),
    "a file as folder": (["--output", "fine.py", "fine.py"], "fine.py"),
    "an empty destination": (["--upload", "", "fine.py"], "destination is empty"),
    "a host for a destination": (["--upload", "registry.example", "fine.py"], "https://registry.example"),
    "nothing": ([], "no script"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_line_and_exit_code_2_and_starts_nothing(name, tmp_path, run):
    (tmp_path / "fine.py").write_text("print('started')\n")
    (tmp_path / "binary.py").write_bytes(b"\x7fELF\x00\x01\x02")
    (tmp_path / "syntax.py").write_text("print('a'\nif\n")
    (tmp_path / "book.ipynb").write_text("{}")
    arguments, words = BAD[name]
    ended = run("export", *arguments, program=AIPOWER)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr.count("\n") == 1
    assert ended.stderr.startswith("aipower: ")
    assert words in ended.stderr


SETTINGS = {
    "not TOML": ("[tool.aipower]\npublisher = = 1\n", {}, "not readable as TOML"),
    "unknown setting": ("[tool.aipower]\ncolour = 'green'\n", {}, "colour"),
    "wrong value": ("[tool.aipower]\nconfidentiality = 'hidden'\n", {}, "confidentiality"),
    "a value of an unknown field": (
        "[tool.aipower.set]\n'task.taskFamly' = 'x'\n",
        {},
        "mean task.taskFamily",
    ),
    "wrong variable": ("", {"AIPOWER_OFFLINE": "perhaps"}, "AIPOWER_OFFLINE"),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_malformed_settings_are_one_line_and_the_script_is_not_started(name, tmp_path, run):
    text, environment, words = SETTINGS[name]
    (tmp_path / "pyproject.toml").write_text(text)
    (tmp_path / "fine.py").write_text("print('started')\n")
    ended = run("export", "fine.py", program=AIPOWER, **environment)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    assert words in ended.stderr


def test_options_after_the_script_or_module_are_the_scripts(tmp_path, export):
    (tmp_path / "echo.py").write_text("import sys; print(sys.argv[1:], __name__)\n")
    assert export("echo.py", "-m", "x", "--country", "y").stdout == "['-m', 'x', '--country', 'y'] __main__\n"
    assert export("-m", "echo", "--quiet", "-o", "z").stdout == "['--quiet', '-o', 'z'] __main__\n"
