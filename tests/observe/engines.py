"""The engines of a watch that this Python has."""

from __future__ import annotations

import sys

ENGINES = ["monitoring", "wrapping"] if sys.version_info >= (3, 12) else ["wrapping"]
