"""Which ones of very many things were seen before, in 8 bytes each."""

from __future__ import annotations

from array import array

BUCKETS = 4096


class Codes:
    """A set of 64-bit numbers that are spread evenly, such as hashes."""

    def __init__(self) -> None:
        self._buckets = [array("Q") for _ in range(BUCKETS)]

    def add(self, code: int) -> bool:
        """Add a number; return whether it was new."""
        bucket = self._buckets[code % BUCKETS]
        if code in bucket:
            return False
        bucket.append(code)
        return True
