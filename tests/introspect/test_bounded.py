"""Whatever an introspector does, the host goes on."""

import subprocess
import sys
import threading
import time

from ai_power_export.facts import Facts, Origin
from ai_power_export.introspect.bounded import bounded


def learnt():
    facts = Facts()
    facts.add("system.os", "linux", Origin.MACHINE, "here")
    return facts


def test_what_was_learnt_comes_back():
    facts = bounded("system", learnt, "system.os", 5)
    assert facts.value("system.os") == "linux"
    assert not facts.warnings


def test_an_exception_is_a_lack_with_its_reason():
    facts = bounded("system", lambda: 1 / 0, "system.os", 5)
    assert [warning.code for warning in facts.warnings] == ["introspector-failed"]
    assert facts.missing[0].field == "system.os"
    assert "division by zero" in facts.missing[0].reason


def test_even_an_exit_is_only_a_lack():
    facts = bounded("system", lambda: sys.exit(3), "system.os", 5)
    assert [warning.code for warning in facts.warnings] == ["introspector-failed"]


def test_a_slow_one_is_given_up():
    begin = time.monotonic()
    facts = bounded("system", lambda: time.sleep(60) or learnt(), "system.os", 0.1)
    assert time.monotonic() - begin < 30
    assert [warning.code for warning in facts.warnings] == ["introspector-timeout"]
    assert facts.missing[0].field == "system.os"
    assert not facts.found


def test_a_hanging_one_does_not_keep_the_process_from_ending():
    script = """
import threading
from ai_power_export.introspect.bounded import bounded
print(bounded("x", threading.Event().wait, "system.os", 0.1).warnings[0].code)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=300)
    assert (done.stdout, done.stderr, done.returncode) == ("introspector-timeout\n", "", 0)


def test_it_works_while_the_interpreter_shuts_down():
    script = """
import atexit
from ai_power_export.facts import Facts, Origin
from ai_power_export.introspect.bounded import bounded
def learnt():
    facts = Facts()
    facts.add("system.os", "linux", Origin.MACHINE, "here")
    return facts
atexit.register(lambda: print(bounded("x", learnt, "system.os", 5).value("system.os")))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=300)
    assert (done.stdout, done.stderr) == ("linux\n", "")


def test_where_no_thread_can_be_started_it_runs_in_place(monkeypatch):
    def refuse(thread):
        raise RuntimeError("can't create new thread at interpreter shutdown")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert bounded("system", learnt, "system.os", 5).value("system.os") == "linux"
