"""The types that frames are made of, and what every frame of a client keeps."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[int, Field(ge=1, lt=2**53)]
"""Ids and counters are whole numbers that JavaScript holds exactly."""
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")]
Line = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}/[a-z]{2}(-[A-Z]{2})?$")]
Reason = Annotated[str, Field(pattern=r"^([a-z][a-z0-9_]{0,31})?$")]
"""A code word such as `lunch`: it stands readable in the journal, so it must not be free text."""
Reference = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
"""What another system calls a thing, such as `INC-4711`."""
At = Annotated[int, Field(ge=0, lt=2**53)]
"""A moment of journal time, ms; 0 where none is meant."""
Number = Annotated[str, Field(min_length=1, max_length=40)]
Region = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Text = Annotated[str, Field(min_length=1, max_length=4_000, pattern=r"^[^\x00]*[^\s\p{C}][^\x00]*$")]
"""Something to read: not only white space and control characters, and no NUL."""
Topic = Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")]


class Frame(BaseModel):
    """A frame of a client: exactly its fields, in exactly their types."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Numbered(Frame):
    """An operation: `id` is the session's counter, and one `ack` or `nack` answers it."""

    id: Id
