"""Reports, what corrects what, and tokens."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")

TEXTS = (
    "status", "format_version", "licence", "publisher", "division", "project", "date", "stage", "family",
    "data_kind", "hardware_class", "algorithm", "algorithm_type", "training_type", "foundation_model",
    "framework", "class_path", "optimizer", "quantization", "data_type", "data_source", "measured_by",
    "measured_at", "functional_unit", "os", "distribution", "language", "infra_type", "cloud_provider",
    "cloud_instance", "cpu", "gpu", "country", "power_source", "quality",
)  # fmt: skip
NUMBERS = (
    "requests", "parameters", "epochs", "data_quantity", "data_size", "energy", "duration",
    "functional_count", "energy_per_unit", "accuracy", "carbon_intensity",
)  # fmt: skip


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "reports",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.Column("superseded_by", NUMBER),
        sa.Column("received", TEXT, nullable=False),
        sa.Column("contributor", TEXT),
        sa.Column("report_id", TEXT, nullable=False),
        *(sa.Column(name, TEXT) for name in TEXTS),
        *(sa.Column(name, sa.Double) for name in NUMBERS),
        sa.Column("signature", TEXT),
        sa.Column("document", TEXT, nullable=False),
        sa.UniqueConstraint("report_id", "version", name="one_of_each_version"),
        sa.UniqueConstraint("report_id", "hash", name="each_content_once"),
    )
    op.create_index("current_in_order", "reports", ["superseded_by", "number"])
    op.create_index("by_date", "reports", ["date", "number"])
    op.create_table(
        "corrections",
        sa.Column("report_id", TEXT, primary_key=True),
        sa.Column("corrects", TEXT, nullable=False),
        sa.Column("contributor", TEXT),
        sa.Column("by_manager", sa.Boolean, nullable=False),
    )
    op.create_index("ix_corrections_corrects", "corrections", ["corrects"])
    op.create_table(
        "tokens",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("hash", TEXT, nullable=False, unique=True),
        sa.Column("created", TEXT, nullable=False),
        sa.Column("revoked", TEXT),
    )
