"""
The tables of closed contacts, as SQLAlchemy sees them. They are reached by the migrations beside this file alone.

Rule 1: what people wrote, their names and numbers stand here sealed, as in the journal, and never in clear: with the
contact's key gone nobody can read them, wherever the database keeps old pages, logs and copies. Rule 2: nothing that
only one database understands. Times are milliseconds of journal time.
"""

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table

metadata: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

position: Final = Table(
    "position",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("desk", String(32), nullable=False),
    Column("epoch", String(32), nullable=False),
    Column("applied", BigInteger, nullable=False),
    Column("stamp_ms", BigInteger, nullable=False),
)
"""One row: whose records these are, and the last entry of the journal that is in them."""

contacts: Final = Table(
    "contacts",
    metadata,
    Column("contact_id", BigInteger, primary_key=True, autoincrement=False),
    Column("asc_id", BigInteger, nullable=False),
    Column("company_id", BigInteger, nullable=False),
    Column("line", String(64), nullable=False),
    Column("language", String(8), nullable=False),
    Column("opened_as", String(16), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("incident", String(64), nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("closed_at", BigInteger, nullable=False),
    Column("waited_ms", BigInteger),
    Column("talked_ms", BigInteger, nullable=False),
    Column("wrapped_ms", BigInteger, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("stated_reason", String(32), nullable=False),
    Column("stated_outcome", String(32), nullable=False),
    Column("agent_id", BigInteger),
    Column("messages", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("promise_from", BigInteger),
    Column("promise_to", BigInteger),
    Column("dialled_at", BigInteger),
    Column("punctuality_ms", BigInteger),
    Column("intro", LargeBinary, nullable=False),
    Column("number", LargeBinary, nullable=False),
    Column("note", LargeBinary, nullable=False),
    Column("closed_offset", BigInteger, nullable=False),
    Index(None, "closed_at", "contact_id"),
    Index(None, "asc_id", "closed_at", "contact_id"),
    Index(None, "company_id", "closed_at", "contact_id"),
    Index(None, "line", "closed_at", "contact_id"),
)

_OF_CONTACT: Final = "contacts.contact_id"

turns: Final = Table(
    "turns",
    metadata,
    Column("contact_id", ForeignKey(_OF_CONTACT, ondelete="CASCADE"), primary_key=True),
    Column("turn", Integer, primary_key=True, autoincrement=False),
    Column("agent_id", BigInteger, nullable=False),
    Column("from_at", BigInteger, nullable=False),
    Column("to_at", BigInteger, nullable=False),
    Column("name", LargeBinary, nullable=False),
    Index(None, "agent_id", "to_at"),
)
"""Who held the contact, one agent after the other."""

messages: Final = Table(
    "messages",
    metadata,
    Column("contact_id", ForeignKey(_OF_CONTACT, ondelete="CASCADE"), primary_key=True),
    Column("o", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("party", String(8), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

attempts: Final = Table(
    "attempts",
    metadata,
    Column("contact_id", ForeignKey(_OF_CONTACT, ondelete="CASCADE"), primary_key=True),
    Column("attempt", BigInteger, primary_key=True, autoincrement=False),
    Column("agent_id", BigInteger, nullable=False),
    Column("from_at", BigInteger, nullable=False),
    Column("to_at", BigInteger, nullable=False),
    Column("result", String(16), nullable=False),
)
"""Each dial: `reached`, why not, or `lost` when the agent was."""

READABLE: Final = tuple(column.name for column in contacts.columns if not isinstance(column.type, LargeBinary))
"""What of a contact stands in clear: numbers, times and code words."""

PARTS: Final = (turns, messages, attempts)
"""What belongs to a contact; goes before it goes."""
