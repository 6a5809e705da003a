"""Runs an untouched script under measurement, as the interpreter itself would run it.

    aipower export run.py
      │  parent: checks the script and the settings, leaves a reporter behind, and
      │          turns itself into `python run.py` (same process id, same terminal)
      ▼
    python run.py
      │  site/sitecustomize.py, before the script: starts the tracker (child)
      │  at exit: last reading, then hands the record to the reporter
      ▼
    reporter: writes the reports and the summary; from the last journal if the script was killed

The script is `__main__` of a real interpreter: its arguments, tracebacks,
signals, exit code and children are those of a bare run.
"""
