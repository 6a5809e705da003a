"""Other meters than CodeCarbon, one file each behind one small interface.

    the user's process                          a process of its own for each meter
    company ── remote ═══ one socket ═════════► host ── eco2ai, zeus, ..., a third party's

A tool may print, write files, end its process or import half of PyPI: in its own process, in an
empty folder and without a network, none of that reaches the program that is measured.
"""
