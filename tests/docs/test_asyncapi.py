"""The AsyncAPI document is that of the models, and points at nothing that is not in it."""

import importlib.util
import json
import re
from pathlib import Path
from typing import Any, get_args

from router.wire.frames import ClientFrame
from router.wire.frames.told import ServerFrame

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "asyncapi.json"


def test_the_document_shows_the_models() -> None:
    """Writing it again changes nothing."""
    spec = importlib.util.spec_from_file_location("asyncapi", ROOT / "scripts" / "asyncapi.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)

    assert PAGE.read_text(encoding="utf-8") == script.text()


def test_every_reference_leads_somewhere() -> None:
    """Each `$ref` is a place in the document; a tool that reads it finds everything."""
    text = PAGE.read_text(encoding="utf-8")
    said = json.loads(text)
    references = re.findall(r'"\$ref": "#/([^"]+)"', text)

    assert references
    for reference in references:
        place: Any = said
        for step in reference.split("/"):
            place = place[step]


def test_every_frame_is_told_in_words() -> None:
    """Each type of frame stands in the reference that people read."""
    page = (ROOT / "docs" / "reference" / "protocol.md").read_text(encoding="utf-8")

    for kind in (*get_args(ClientFrame), *get_args(ServerFrame)):
        name = get_args(kind.model_fields["t"].annotation)[0]
        assert f"`{name}`" in page or f'"t":"{name}"' in page, name
