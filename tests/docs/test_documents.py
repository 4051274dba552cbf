"""What the documents say exists, exists; and what exists is documented."""

import re
from pathlib import Path
from typing import get_args

import pytest

from router.core.errors import REASONS
from router.core.lifecycle import ENDS
from router.wire.frames import ClientFrame
from router.wire.policy import PolicyDocument
from web.cli import app

ROOT = Path(__file__).parent.parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Each relative link of a page names a file that is there."""
    targets = LINK.findall(page.read_text(encoding="utf-8"))

    assert [] == [target for target in targets if not (page.parent / target).exists()]


def test_every_command_is_documented() -> None:
    """The reference names each command of the command line, and the README's commands exist."""
    page = (ROOT / "docs" / "reference" / "command-line.md").read_text(encoding="utf-8")
    names = [command.name or getattr(command.callback, "__name__", "") for command in app.registered_commands]

    assert len(names) >= 3
    assert [] == [name for name in names if f"`ringback {name}" not in page]


def test_every_target_of_the_readme_is_a_chore() -> None:
    """`make` knows each chore that the README names."""
    chores = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    named = re.findall(r"(?:^|`)make (\w+)", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert {"demo", "test"} <= set(named)
    assert [] == [name for name in named if name not in chores]


def test_the_protocol_names_every_end() -> None:
    """A client finds each final state of a contact in the reference."""
    page = (ROOT / "docs" / "reference" / "protocol.md").read_text(encoding="utf-8")

    assert [] == [end for end in ENDS if f"`{end}`" not in page]


def test_the_protocol_names_every_frame_and_field_of_a_client() -> None:
    """Whatever a client may say is in the reference, by its type and with each of its fields."""
    page = (ROOT / "docs" / "reference" / "protocol.md").read_text(encoding="utf-8")
    frames = get_args(ClientFrame)
    types = [get_args(frame.model_fields["t"].annotation)[0] for frame in frames]
    fields = {name for frame in frames for name in frame.model_fields} - {"t"}

    assert [] == [name for name in types if f"`{name}`" not in page]
    assert [] == sorted(name for name in fields if f"`{name}`" not in page and f'"{name}":' not in page)


def test_the_protocol_names_every_event_of_a_contact() -> None:
    """A client finds each kind of event that it may be told."""
    page = (ROOT / "docs" / "reference" / "protocol.md").read_text(encoding="utf-8")
    views = (ROOT / "router" / "service" / "views.py").read_text(encoding="utf-8")
    kinds = set(re.findall(r'_t, _s: \(\s*"(\w+)"', views)) | set(re.findall(r'return "(\w+)", (?:told|\{)', views))

    assert len(kinds) > 20
    assert [] == sorted(kind for kind in kinds if f"`{kind}`" not in page)


def test_reasons_and_policy_speak_to_people() -> None:
    """Each refusal is a sentence, each policy setting has a description."""
    fields = PolicyDocument.model_fields.items()

    assert [] == [code for code, sentence in REASONS.items() if not sentence.endswith(".")]
    assert ["priority_credit"] == [name for name, field in fields if not field.description]
