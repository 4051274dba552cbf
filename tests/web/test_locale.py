"""Laws of the words on the pages."""

import json
import re
from pathlib import Path

import pytest

from router.core.commands import DIAL_FAILURES
from router.core.errors import REASONS
from router.core.explain import BARRIERS, HOLDS, WHY
from sim.definitions import definitions
from web.assets import STATIC

LANGUAGES = ("en", "fr")
PLURALS = {"en": {"one", "other"}, "fr": {"one", "many", "other"}}
SOURCES = sorted(STATIC.glob("*.js"))
FULL_KEY = re.compile(r"""\bt\((?:[^()"'`]*\? )?["']([a-z_0-9.]+)["'](?: : ["']([a-z_0-9.]+)["'])?""")
BEGUN_KEY = re.compile(r"""\b(?:t|has)\(`([a-z_.]+)\$\{""")


def catalogue(language: str) -> dict[str, str | dict[str, str]]:
    return dict(json.loads((STATIC / "locale" / f"{language}.json").read_text(encoding="utf-8")))


def texts(value: str | dict[str, str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value.values())


def test_every_language_says_everything() -> None:
    """The catalogues have the same keys in the same order, so none of them is half translated."""
    assert list(catalogue("en")) == list(catalogue("fr"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_complete(language: str) -> None:
    """No text is empty, and one that depends on a number has every plural form of its language."""
    for key, value in catalogue(language).items():
        assert all(text.strip() for text in texts(value)), key
        if not isinstance(value, str):
            assert PLURALS[language] == set(value), key


def test_translations_keep_the_places() -> None:
    """A translation fills in the same names and numbers as the original."""
    english = catalogue("en")
    for key, value in catalogue("fr").items():
        places = {frozenset(re.findall(r"\{(\w+)\}", text)) for text in texts(value)}
        assert {frozenset(re.findall(r"\{(\w+)\}", text)) for text in texts(english[key])} == places, key


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_every_key_that_a_page_uses_exists(source: Path) -> None:
    """A page never shows a bare key: each one that a source names is in the catalogue, each begun one goes on there."""
    known = set(catalogue("en"))
    text = source.read_text(encoding="utf-8")
    used = {key for pair in FULL_KEY.findall(text) for key in pair if key}
    begun = set(BEGUN_KEY.findall(text))

    assert used <= known
    for start in begun:
        assert any(key.startswith(start) for key in known), start


def test_every_key_is_used() -> None:
    """What no page says any more leaves the catalogues."""
    everything = "".join(source.read_text(encoding="utf-8") for source in SOURCES)
    begun = set(BEGUN_KEY.findall(everything)) | set(re.findall(r"`([a-z_.]+\.)\$\{", everything))
    named = {f"{kind}." for kind in re.findall(r"""\bname\(["']([a-z]+)["']""", everything)}

    for key in catalogue("en"):
        assert f'"{key}"' in everything or any(key.startswith(start) for start in begun | named), key


def test_every_refusal_has_words() -> None:
    """Whatever code a desk refuses with, both languages can say why; a client never sees the ones left out."""
    unseen = {"op_gap", "other_calendar", "stale_node", "unknown_session", "would_orphan"}
    made_by_the_client = {"bad_number", "not_understood", "outbox_full", "overloaded", "session_lost"}
    told = {key.removeprefix("error.") for key in catalogue("en") if key.startswith("error.")}

    assert set(REASONS) - unseen == told - made_by_the_client


def test_every_reason_of_routing_has_words() -> None:
    """Why a contact is offered, and why one is not, can be said in both languages; nothing is said that never is so."""
    for kind, codes in (("why.", set(WHY)), ("barrier.", {*BARRIERS, *HOLDS})):
        assert codes == {key.removeprefix(kind) for key in catalogue("en") if key.startswith(kind)}


def code_words() -> dict[str, list[str]]:
    """The lists of codes.js, by name."""
    text = (STATIC / "codes.js").read_text(encoding="utf-8")
    found = re.findall(r"export const (\w+) = Object\.freeze\(\[(.*?)\]\)", text, re.DOTALL)
    return {name: re.findall(r'"([^"]*)"', words) for name, words in found}


def test_every_code_word_has_words_and_may_be_sent() -> None:
    """What people choose from is called something in both languages, and is what the wire takes for a code word."""
    called = {
        "REASONS": "reason.", "OUTCOMES": "outcome.", "DECLINES": "decline.", "DROPS": "drop.", "FAILURES": "dial.",
        "IMPACTS": "impact.", "PRIORITIES": "priority.",
    }  # fmt: skip
    words = code_words()

    assert set(called) == set(words)
    for name, codes in words.items():
        assert all(f"{called[name]}{code}" in catalogue("en") for code in codes), name
        assert all(re.fullmatch(r"[a-z][a-z0-9_]{0,31}", code) for code in codes), name
    assert list(DIAL_FAILURES) == words["FAILURES"]


def test_definitions_are_those_of_the_measures() -> None:
    """The words beside a number on the live table are the ones that reports print."""
    english = catalogue("en")
    for definition in definitions(60):
        assert definition.text == str(english[f"measure.{definition.name}.text"]).replace("{within}", "60")
