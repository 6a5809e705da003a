"""Runs an untouched script under measurement, as the interpreter itself would run it.

    aipower export run.py
      │  parent: checks the script and the settings, leaves a watchdog behind, and
      │          turns itself into `python run.py` (same process id, same terminal)
      ▼
    python run.py
      │  site/sitecustomize.py, before the script: starts the tracker (child)
      │  at exit: last reading, then hands the record to a clean process (finisher)
      ▼
    finisher: writes the reports, prints the summary
    watchdog: does the same from the last journal if the script was killed

The script is `__main__` of a real interpreter: its arguments, tracebacks,
signals, exit code and children are those of a bare run.
"""
