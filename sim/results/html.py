"""Pieces of HTML that both reports are made of. Everything that came from a file or a person is escaped here."""

from collections.abc import Iterable, Sequence
from html import escape
from importlib.metadata import version
from importlib.resources import files

from sim.definitions import Definition
from sim.results.charts import Chart, drawn, legend
from sim.scenario import Scenario
from sim.words import origins as told_origins

Rows = Sequence[Sequence[str]]


def page(title: str, body: Iterable[str]) -> str:
    """A whole document that needs nothing from anywhere: its policy lets nothing in but its own style."""
    style = files("sim.results").joinpath("report.css").read_text(encoding="utf-8")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(part for part in body if part)
        + f"\n<footer>Made by Ringback {version('ringback')}.</footer>\n</main>\n</body>\n</html>\n"
    )


def figure(chart: Chart, table: str, note: str = "") -> str:
    """A chart with its title, its finding, and its table."""
    told = f"{chart.finding} {note}".strip()
    return framed(chart.ident, chart.title, told, legend(chart) + drawn(chart), table)


def framed(ident: str, title: str, told: str, drawing: str, table: str) -> str:
    """Any drawing with its title, its finding, and its table."""
    return (
        f'<figure id="{ident}"><h2>{escape(title)}</h2><figcaption>{escape(told)}</figcaption>{drawing}'
        f"<details><summary>Show as table</summary>{table}</details></figure>"
    )


def section(title: str, *parts: str) -> str:
    """A part of the page under its own heading; nothing where there is nothing to show."""
    inside = "".join(parts)
    return f"<section><h2>{escape(title)}</h2>{inside}</section>" if inside else ""


def table(head: Sequence[str], rows: Rows, caption: str) -> str:
    """A table whose first column names the rows. It scrolls by itself where it is too wide, by keyboard, too."""
    first, *others = [escape(cell) for cell in head]
    heads = f'<th scope="col">{first}</th>' + "".join(f'<th scope="col">{cell}</th>' for cell in others)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>' + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:]) + "</tr>"
        for row in rows
    )
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(caption)}"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def folded(summary: str, inside: str) -> str:
    """What is there for whoever asks for it."""
    return f"<details><summary>{escape(summary)}</summary>{inside}</details>"


def tiles(facts: Iterable[tuple[str, str, str]]) -> str:
    """The few numbers that one looks at first: (name, value, interval)."""
    inside = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}<small>{escape(width)}</small></dd></div>"
        for name, value, width in facts
    )
    return f'<dl class="tiles">{inside}</dl>'


def meanings(definitions: Iterable[Definition]) -> str:
    """What each measure means."""
    inside = "".join(f"<dt>{escape(one.label)}</dt><dd>{escape(one.text)}</dd>" for one in definitions)
    return f'<dl class="meaning">{inside}</dl>'


def bullets(lines: Iterable[str]) -> str:
    """A list; nothing where there is nothing in it."""
    inside = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f'<ul class="plain">{inside}</ul>' if inside else ""


def origins(scenario: Scenario) -> str:
    """Where its numbers come from: what was measured, fitted and assumed."""
    return "".join(section(title, bullets(lines)) for title, lines in told_origins(scenario))
