"""What versions of the format have alike."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ai_power_export.report.format.part import Part

# fmt: off
FirstFileFormat = Literal[
    "3gp", "3gpp", "3gpp2", "8svx", "aa", "aac", "aax", "act", "afdesign", "afphoto", "ai", "aiff",
    "alac", "amr", "amv", "ape", "asf", "au", "avi", "avif", "awb", "bmp", "bpg", "cd5", "cda",
    "cdr", "cgm", "clip", "cpt", "csv", "deep", "dirac", "divx", "drawingml", "drw", "dss", "dvf", "ecw",
    "eps", "fits", "flac", "flif", "flv", "flvf4v", "gem", "gerber", "gif", "gle", "gsm", "heif", "hp-gl",
    "html", "hvif", "ico", "iklax", "ilbm", "img", "ivs", "jpeg", "json", "kra", "lottie", "m4a", "m4b",
    "m4p", "m4v", "mathml", "matroska", "mdp", "mmf", "movpkg", "mp3", "mpc", "mpeg1", "mpeg2", "mpeg4",
    "msv", "mxf", "naplps", "netpbm", "nmf", "nrrd", "nsv", "odg", "ods", "ogg", "opus", "pam",
    "pbm", "pcx", "pdf", "pdn", "pgf", "pgm", "pgml", "pict", "plbm", "png", "pnm", "postscript", "ppm",
    "psd", "psp", "pstricks", "qcc", "quicktime", "ra", "raw", "realmedia", "regis", "rf64", "roq", "sai",
    "sgi", "sid", "sln", "svg", "svi", "swf", "text", "tga", "tiff", "tinyvg", "tta", "vicar",
    "vivoactive", "vml", "vob", "voc", "vox", "wav", "webm", "webp", "wma", "wmf", "wmv", "wv", "xaml",
    "xar", "xcf", "xisf", "xls", "xlsx", "xml", "xps", "yaml",
]
# fmt: on
"""File formats of data sets that all versions know."""

FileFormat = Literal[FirstFileFormat, "arrow", "parquet", "sql"]
"""File formats of data sets since 2024."""

VolumeUnit = Literal[
    "kilobyte", "megabyte", "gigabyte", "terabyte", "petabyte", "exabyte", "zettabyte", "yottabyte"
]

# fmt: off
EnergyUnit = Literal[
    "Wh", "kWh", "MWh", "GWh", "kJoule", "MJoule", "GJoule", "TJoule", "PJoule", "BTU", "kiloFLOPS",
    "megaFLOPS", "gigaFLOPS", "teraFLOPS", "petaFLOPS", "exaFLOPS", "zettaFLOPS", "yottaFLOPS",
]
# fmt: on
"""Units of what a task used: of energy, and of operations."""


class Publisher(Part):
    """Who publishes the report."""

    name: str | None = Field(None, description="organisation that publishes the report")
    division: str | None = Field(None, description="department of the organisation that publishes")
    project_name: str | None = Field(
        None, description="project of the organisation that the report belongs to"
    )
    confidentiality_level: Literal["public", "internal", "confidential", "secret"] = Field(
        description="how widely the report may be shared"
    )
    public_key: str | None = Field(None, description="public key that proves the identity of the publisher")


class System(Part):
    """The operating system."""

    os: str = Field(description="operating system, such as linux")
    distribution: str | None = Field(None, description="distribution that the system is, such as debian")
    distribution_version: str | None = Field(None, description="version of that distribution")


class Software(Part):
    """The programming language."""

    language: str = Field(description="programming language of the task, such as python")
    version: str | None = Field(None, description="version of the language")


class Hash(Part):
    """Proof that the report is as its publisher made it."""

    hash_algorithm: Literal[
        "MD5",
        "RIPEMD-128",
        "RIPEMD-160",
        "RIPEMD-256",
        "RIPEMD-320",
        "SHA-1",
        "SHA-224",
        "SHA-256",
        "SHA-384",
        "SHA-512",
    ] = Field(description="hash function that the report goes through first")
    cryptographic_algorithm: Literal["RSA", "DSA", "ECDSA", "EDDSA"] = Field(
        description="public-key function that signs the hash"
    )
    value: str = Field(
        description="signature, by the publisher's private key, of the hash of the report as JSON without "
        "white space and without this field"
    )
