"""A folder as a destination: a file share, or a checkout of a data set."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from ai_power_export.deliver.interface import Answer, Parcel, Receipt, Refused, Unreachable
from ai_power_export.errors import BadInput
from ai_power_export.project import as_seen
from ai_power_export.report.signing.seal import signature_path
from ai_power_export.report.write import json_bytes, write_json, write_new


class Folder:
    """Takes each report as a file; one that is there is never replaced by another."""

    at_once = 100

    def __init__(self, path: Path) -> None:
        """Take a folder, which is made with the first report.

        Raises:
            BadInput: There is something else of that name.
        """
        if path.exists() and not path.is_dir():
            raise BadInput("is no folder", str(path))
        self._path = path.absolute()

    @property
    def place(self) -> str:
        """The whole path: what waits for this folder may be sent from another one."""
        return str(self._path)

    def deliver(self, parcels: Sequence[Parcel]) -> Iterator[Answer]:
        """Write each report, whole or not at all."""
        for parcel in parcels:
            yield self._answer(parcel)

    def requests(self, parcels: Sequence[Parcel]) -> Iterator[str]:
        """Say which files would be written."""
        for parcel in parcels:
            path = self._path / parcel.name
            yield f"write {as_seen(path)}"
            if parcel.signature is not None:
                yield f"write {as_seen(signature_path(path))}"

    def _answer(self, parcel: Parcel) -> Answer:
        path = self._path / parcel.name
        try:
            is_new = write_new(path, json_bytes(parcel.document))
            if not is_new and json.loads(path.read_text(encoding="utf-8")) != parcel.document:
                return Refused("another report has this name there; it was left as it is")
            if parcel.signature is not None:
                write_json(signature_path(path), parcel.signature)
        except OSError as error:
            return Unreachable(f"it cannot be written there: {error.strerror or error}")
        except ValueError:
            return Refused("something that is no report has this name there; it was left as it is")
        return Receipt(is_new, str(path))
