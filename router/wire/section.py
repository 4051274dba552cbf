"""What every part of a document is made of."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A part of a document: unknown keys are errors, and a loaded document does not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
