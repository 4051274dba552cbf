"""
Write docs/reference/asyncapi.json, the AsyncAPI 3 document of the wire protocol, from the models of its frames.

    python scripts/asyncapi.py          write it
    python scripts/asyncapi.py --check  exit 1 when the document does not show the models
"""

import json
import sys
from pathlib import Path
from typing import Any, get_args

from router.wire.frames import BEFORE, CLIENT_FRAMES, MAX_AGENT_FRAME, MAX_WIDGET_FRAME, PROTOCOL, ClientFrame
from router.wire.frames.told import SERVER_FRAMES, ServerFrame

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "asyncapi.json"
REFERENCE = "#/components/schemas/{model}"
DESCRIPTION = f"""One WebSocket endpoint, sub-protocol `{PROTOCOL}` or `{BEFORE}`, text frames of JSON, no compression.
A client's frame has at most {MAX_WIDGET_FRAME} bytes (role asc) or {MAX_AGENT_FRAME}; unknown fields are refused.
What the frames mean, and what a client does on each close code, is told in protocol.md."""


def document() -> dict[str, Any]:
    """The whole document."""
    says, told = (get_args(union) for union in (ClientFrame, ServerFrame))
    schemas = {
        name: schema
        for adapter in (CLIENT_FRAMES, SERVER_FRAMES)
        for name, schema in adapter.json_schema(ref_template=REFERENCE)["$defs"].items()
    }
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Ringback", "version": PROTOCOL.rpartition("v")[2], "description": DESCRIPTION},
        "defaultContentType": "application/json",
        "channels": {
            "desk": {
                "address": "/ws",
                "messages": {kind.__name__: _message(kind.__name__) for kind in (*says, *told)},
            }
        },
        "operations": {
            "clientSays": _operation("receive", "What a client may say.", says),
            "serverSays": _operation("send", "What the server says.", told),
        },
        "components": {
            "messages": {kind.__name__: _described(kind) for kind in (*says, *told)},
            "schemas": dict(sorted(schemas.items())),
        },
    }


def text() -> str:
    """The document as it lies in the file."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


def _message(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/messages/{name}"}


def _operation(action: str, summary: str, kinds: tuple[type, ...]) -> dict[str, Any]:
    return {
        "action": action,
        "channel": {"$ref": "#/channels/desk"},
        "summary": summary,
        "messages": [{"$ref": f"#/channels/desk/messages/{kind.__name__}"} for kind in kinds],
    }


def _described(kind: Any) -> dict[str, Any]:
    said = {
        "name": get_args(kind.model_fields["t"].annotation)[0],
        "summary": " ".join((kind.__doc__ or "").split()),
        "payload": {"$ref": REFERENCE.format(model=kind.__name__)},
    }
    return {key: value for key, value in said.items() if value}


def main() -> int:
    """Write or check the document."""
    if "--check" in sys.argv:
        return 0 if PAGE.read_text(encoding="utf-8") == text() else 1
    PAGE.write_text(text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
