"""The tables of a registry. Nothing is ever deleted from `reports`: what is corrected stays as it was."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from ai_power_export.registry.columns import COLUMNS

metadata = MetaData()

TEXT = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that both databases sort alike: by code points."""
NUMBER = BigInteger().with_variant(Integer, "sqlite")

reports = Table(
    "reports",
    metadata,
    Column("number", NUMBER, primary_key=True, autoincrement=False),  # from 1, in the order of arrival
    Column("version", Integer, nullable=False),  # from 1, of the reports of one id
    Column("hash", TEXT, nullable=False),  # SHA-256 of its canonical JSON, in hexadecimal
    Column("superseded_by", NUMBER),  # number of what took its place; NULL: nothing has
    Column("received", TEXT, nullable=False),  # when it arrived: YYYY-MM-DD HH:MM:SS.ffffff in UTC
    Column("contributor", TEXT),  # holder of the token that brought it; NULL: nobody named
    *(
        Column(each.name, Double if each.is_number else TEXT, nullable=each.name != "report_id")
        for each in COLUMNS
    ),
    Column("signature", TEXT),  # its detached signature, as JSON
    Column("document", TEXT, nullable=False),  # the report exactly as it was sent
    UniqueConstraint("report_id", "version", name="one_of_each_version"),
    UniqueConstraint("report_id", "hash", name="each_content_once"),
    Index("current_in_order", "superseded_by", "number"),
    Index("by_date", "date", "number"),
)

corrections = Table(
    "corrections",
    metadata,
    Column("report_id", TEXT, primary_key=True),  # the report that corrects
    Column(
        "corrects", TEXT, nullable=False, index=True
    ),  # the one it takes the place of, which may arrive later
    Column("contributor", TEXT),  # who said so
    Column("by_manager", Boolean, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", TEXT, primary_key=True),  # what it is called when it is revoked, and in logs
    Column("name", TEXT, nullable=False),  # who holds it
    Column("role", TEXT, nullable=False),
    Column("hash", TEXT, nullable=False, unique=True),  # SHA-256 of the token, in hexadecimal
    Column("created", TEXT, nullable=False),
    Column("revoked", TEXT),
)
