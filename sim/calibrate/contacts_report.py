"""What contacts tell of patience and work: for people, as JSON, and as sections of a scenario."""

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from ruamel.yaml import YAML

from sim.calibrate.patience import PatienceFit
from sim.calibrate.section import told_errors
from sim.calibrate.work import HandleFit, LevelFit

_ENOUGH = 10


def show(patience: PatienceFit | None, handled: dict[str, HandleFit], levels: list[LevelFit], console: Console) -> None:
    """The answer first."""
    if patience is None:
        console.print("hardly anybody left before being served, which says nothing of how patient people are")
    else:
        _show_patience(patience, console)
    if handled:
        table = Table(box=None, header_style="bold", pad_edge=False)
        for name in ("handle time", "n", "mean, s", "s.e.", "cv"):
            table.add_column(name, justify="left" if name == "handle time" else "right")
        for product, one in handled.items():
            table.add_row(product, str(one.n), _s(one.mean_ms), _s(one.error_ms), f"{one.cv:.2f}")
        console.print(table)
    for level in levels:
        console.print(
            f"while an agent holds {level.held}: {_s(level.mean_ms)} s (s.e. {_s(level.error_ms)}), n {level.ended}"
        )


def _show_patience(patience: PatienceFit, console: Console) -> None:
    console.print(f"{patience.n} waits, of which {patience.left} ended because somebody left")
    better = "lognormal" if patience.lognormal_better else "exponential"
    console.print(f"patience, by Akaike's criterion rather {better}:")
    console.print(f"  exponential: mean {_s(patience.mean_ms)} s (s.e. {_s(patience.mean_error_ms)})")
    console.print(
        f"  lognormal: median {_s(patience.median_ms)} s (s.e. {_s(patience.median_error_ms)}), "
        f"sigma {patience.sigma:.3f} (s.e. {patience.sigma_error:.3f})"
    )
    for share in (0.25, 0.5):
        at = patience.survival.quantile(share)
        told = "nobody was seen to wait that long" if at is None else f"{_s(at)} s"
        console.print(f"  {share:.0%} have left after (Kaplan-Meier): {told}")


def to_json(patience: PatienceFit | None, handled: dict[str, HandleFit], levels: list[LevelFit]) -> dict[str, Any]:
    """Times in seconds."""
    return {
        "schema_version": 1,
        "patience": None if patience is None else _patience(patience),
        "handle_time": {
            product: {"n": one.n, "mean": one.mean_ms / 1000, "error": one.error_ms / 1000, "cv": one.cv}
            for product, one in handled.items()
        },
        "levels": [
            {"held": one.held, "n": one.ended, "mean": one.mean_ms / 1000, "error": one.error_ms / 1000}
            for one in levels
        ],
    }


def _patience(patience: PatienceFit) -> dict[str, Any]:
    return {
        "waits": patience.n,
        "left": patience.left,
        "better": "lognormal" if patience.lognormal_better else "exponential",
        "exponential": {"mean": patience.mean_ms / 1000, "error": patience.mean_error_ms / 1000},
        "lognormal": {
            "median": patience.median_ms / 1000,
            "median_error": patience.median_error_ms / 1000,
            "sigma": patience.sigma,
            "sigma_error": patience.sigma_error,
        },
    }


def sections(patience: PatienceFit | None, handled: dict[str, HandleFit], levels: list[LevelFit]) -> dict[str, Any]:
    """
    `patience` and `work` of a scenario, and in `uncertain` how surely each number is known; handle times include
    wrap-up, which is therefore 0 there.
    """
    found: dict[str, Any] = {}
    errors: dict[str, float] = {}
    if patience is not None and patience.lognormal_better:
        lognormal = {"median": f"{_s(patience.median_ms)} s", "sigma": round(patience.sigma, 3)}
        found["patience"] = {"lognormal": lognormal}
        errors["patience.lognormal.median"] = patience.median_error_ms / patience.median_ms
        errors["patience.lognormal.sigma"] = patience.sigma_error / patience.sigma
    elif patience is not None:
        found["patience"] = {"exponential": f"{_s(patience.mean_ms)} s"}
        errors["patience.exponential"] = patience.mean_error_ms / patience.mean_ms
    alone, slow_down = _slow_down(levels)
    laws = {
        product: {"lognormal": {"mean": f"{_s(one.mean_ms * alone)} s", "cv": max(round(one.cv, 2), 0.01)}}
        for product, one in handled.items()
    }
    if laws:
        most = max(handled, key=lambda product: handled[product].n)
        found["work"] = {"handle_time": laws[most]}
        by_product = set(laws) != {"all"}
        if by_product:
            found["work"]["handle_time_by_product"] = laws
        for product, one in handled.items():
            where = f"handle_time_by_product.{product}" if by_product else "handle_time"
            errors[f"work.{where}.lognormal.mean"] = one.error_ms / one.mean_ms if one.mean_ms else 0.0
        if len(slow_down) > 1:
            found["work"]["slow_down"] = slow_down
    if told := told_errors(errors):
        found["uncertain"] = told
    return found


def _slow_down(levels: list[LevelFit]) -> tuple[float, list[float]]:
    """
    How long a contact alone takes, over the mean of all; and how much longer at 2, 3, .. held, as far as it is known.

    A level is known from ten contacts on; what comes after one that is not is left out.
    """
    known = []
    for held, level in enumerate(levels, 1):
        if level.held != held or level.ended < _ENOUGH:
            break
        known.append(level.mean_ms)
    if len(known) < 2:
        return 1.0, [1.0]
    mean = sum(level.mean_ms * level.ended for level in levels) / sum(level.ended for level in levels)
    return known[0] / mean, [round(each / known[0], 3) for each in known]


def write_sections(path: Path, source: str, found: dict[str, Any]) -> None:
    """Write them to a file. Raises OSError."""
    yaml = YAML()
    yaml.default_flow_style = None
    with path.open("w", encoding="utf-8") as file:
        file.write(f"# Fitted from {source}. Handle times are from accept to the end of wrap-up.\n")
        yaml.dump(found, file)


def _s(ms: float) -> str:
    return f"{ms / 1000:.1f}"
