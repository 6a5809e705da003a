"""A folder as a destination: a file share, or a checkout of a data set."""

from __future__ import annotations

import json
from pathlib import Path

from ai_power_export.deliver.interface import Parcel
from ai_power_export.errors import BadInput, CheckFailed
from ai_power_export.report.signing.seal import signature_path
from ai_power_export.report.write import write_json


class Folder:
    """Takes each report as a file; one that is there is never replaced by another."""

    def __init__(self, path: Path) -> None:
        """Take a folder, which is made with the first report.

        Raises:
            BadInput: There is something else of that name.
        """
        if path.exists() and not path.is_dir():
            raise BadInput("is no folder", str(path))
        self._path = path

    @property
    def place(self) -> str:
        """The folder as the user named it."""
        return str(self._path)

    def deliver(self, parcel: Parcel) -> bool:
        """Write the report, whole or not at all."""
        path = self._path / parcel.name
        try:
            if path.exists():
                if json.loads(path.read_text(encoding="utf-8")) == parcel.document:
                    self._sign(path, parcel)
                    return False
                raise CheckFailed(f"{path}: another report has this name there; it was left as it is")
            write_json(path, parcel.document)
            self._sign(path, parcel)
        except (OSError, ValueError) as error:
            raise CheckFailed(f"{path}: cannot be written: {error}") from None
        return True

    def _sign(self, path: Path, parcel: Parcel) -> None:
        if parcel.signature is not None:
            write_json(signature_path(path), parcel.signature)
