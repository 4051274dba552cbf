"""The first tables: contacts, who held them, what was said, which dials there were, and how far the journal is read."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0001"
down_revision: Final[str | None] = None
branch_labels: Final[Sequence[str] | None] = None
depends_on: Final[Sequence[str] | None] = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "position",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("desk", sa.String(32), nullable=False),
        sa.Column("epoch", sa.String(32), nullable=False),
        sa.Column("applied", sa.BigInteger, nullable=False),
        sa.Column("stamp_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_position"),
    )
    op.create_table(
        "contacts",
        sa.Column("contact_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("asc_id", sa.BigInteger, nullable=False),
        sa.Column("company_id", sa.BigInteger, nullable=False),
        sa.Column("line", sa.String(64), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("opened_as", sa.String(16), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("incident", sa.String(64), nullable=False),
        sa.Column("opened_at", sa.BigInteger, nullable=False),
        sa.Column("closed_at", sa.BigInteger, nullable=False),
        sa.Column("waited_ms", sa.BigInteger),
        sa.Column("talked_ms", sa.BigInteger, nullable=False),
        sa.Column("wrapped_ms", sa.BigInteger, nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("stated_reason", sa.String(32), nullable=False),
        sa.Column("stated_outcome", sa.String(32), nullable=False),
        sa.Column("agent_id", sa.BigInteger),
        sa.Column("messages", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("promise_from", sa.BigInteger),
        sa.Column("promise_to", sa.BigInteger),
        sa.Column("dialled_at", sa.BigInteger),
        sa.Column("punctuality_ms", sa.BigInteger),
        sa.Column("intro", sa.LargeBinary, nullable=False),
        sa.Column("number", sa.LargeBinary, nullable=False),
        sa.Column("note", sa.LargeBinary, nullable=False),
        sa.Column("closed_offset", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("contact_id", name="pk_contacts"),
    )
    for columns in (
        ("closed_at", "contact_id"),
        ("asc_id", "closed_at", "contact_id"),
        ("company_id", "closed_at", "contact_id"),
        ("line", "closed_at", "contact_id"),
    ):
        op.create_index(f"ix_contacts_{'_'.join(columns)}", "contacts", columns)
    op.create_table(
        "turns",
        sa.Column("contact_id", sa.BigInteger, nullable=False),
        sa.Column("turn", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("agent_id", sa.BigInteger, nullable=False),
        sa.Column("from_at", sa.BigInteger, nullable=False),
        sa.Column("to_at", sa.BigInteger, nullable=False),
        sa.Column("name", sa.LargeBinary, nullable=False),
        *_keys("turns", "turn"),
    )
    op.create_index("ix_turns_agent_id_to_at", "turns", ("agent_id", "to_at"))
    op.create_table(
        "messages",
        sa.Column("contact_id", sa.BigInteger, nullable=False),
        sa.Column("o", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("party", sa.String(8), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        *_keys("messages", "o"),
    )
    op.create_table(
        "attempts",
        sa.Column("contact_id", sa.BigInteger, nullable=False),
        sa.Column("attempt", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("agent_id", sa.BigInteger, nullable=False),
        sa.Column("from_at", sa.BigInteger, nullable=False),
        sa.Column("to_at", sa.BigInteger, nullable=False),
        sa.Column("result", sa.String(16), nullable=False),
        *_keys("attempts", "attempt"),
    )


def downgrade() -> None:
    """There is nothing before them."""
    for table in ("attempts", "messages", "turns", "contacts", "position"):
        op.drop_table(table)


def _keys(table: str, part: str) -> tuple[sa.Constraint, sa.Constraint]:
    return (
        sa.PrimaryKeyConstraint("contact_id", part, name=f"pk_{table}"),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.contact_id"], name=f"fk_{table}_contact_id", ondelete="CASCADE"
        ),
    )
