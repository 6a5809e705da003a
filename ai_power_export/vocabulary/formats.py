"""File formats: the words of the report's `dataFormat`, and what data files of them hold."""

from __future__ import annotations

FORMAT_OF_SUFFIX = {
    "aac": "aac", "aiff": "aiff", "arrow": "arrow", "avi": "avi", "bmp": "bmp", "csv": "csv",
    "flac": "flac", "gif": "gif", "htm": "html", "html": "html", "jpeg": "jpeg", "jpg": "jpeg",
    "json": "json", "jsonl": "json", "m4a": "m4a", "mov": "quicktime", "mp3": "mp3", "mp4": "mpeg4",
    "ogg": "ogg", "opus": "opus", "parquet": "parquet", "pdf": "pdf", "png": "png", "sql": "sql",
    "svg": "svg", "tif": "tiff", "tiff": "tiff", "tsv": "csv", "txt": "text", "wav": "wav",
    "webm": "webm", "webp": "webp", "xls": "xls", "xlsx": "xlsx", "xml": "xml", "yaml": "yaml",
    "yml": "yaml",
}  # fmt: skip
"""Suffix of a file name to the format's word for it."""

TABULAR_FORMATS = frozenset({"csv", "parquet", "xls", "xlsx", "arrow", "sql"})
"""Formats whose files hold tables, unless the program shows that a column of text is what counts."""

TYPE_OF_FORMAT = {
    **dict.fromkeys(("bmp", "gif", "jpeg", "png", "tiff", "webp", "svg"), "image"),
    **dict.fromkeys(("aac", "aiff", "flac", "m4a", "mp3", "ogg", "opus", "wav"), "audio"),
    **dict.fromkeys(("avi", "mpeg4", "quicktime", "webm"), "video"),
    **dict.fromkeys(("text", "html", "pdf"), "text"),
}
"""Type of data that files of a format surely hold."""


def format_of(file_name: str) -> str:
    """Return the format of a file by its name; empty where the name does not tell.

    >>> format_of("train.csv.gz"), format_of("iris")
    ('csv', '')
    """
    name = file_name.lower().removesuffix(".gz").removesuffix(".zip").removesuffix(".bz2")
    stem, _, suffix = name.rpartition(".")
    return FORMAT_OF_SUFFIX.get(suffix, "") if stem else ""
