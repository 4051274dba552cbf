"""What `ringback serve` says before it serves."""

from pathlib import Path

import pytest

from web import serve
from web.serve import ServeSettings, run_serve


@pytest.mark.parametrize(("mode", "warnings"), [("strict", 1), ("credit", 0)])
def test_a_policy_that_may_starve_somebody_is_warned_of(
    mode: str, warnings: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Strict priority is allowed, and whoever loads it reads on standard error what it may do."""
    file = tmp_path / "policy.yaml"
    file.write_text(f"products: [expense]\nlanguages: [en]\npriority_mode: {mode}\n", encoding="utf-8")
    monkeypatch.setattr(serve.asyncio, "run", lambda served: served.close())  # What comes before serving is enough.

    run_serve(ServeSettings("127.0.0.1", 1, tmp_path / "desk", file, (), False, False))

    assert warnings == capsys.readouterr().err.count("warning: priority_mode is strict")
