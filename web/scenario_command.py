"""
The command `ringback scenario`: begin, check and describe scenarios.

Only what may be typed stands here. Everything heavy is imported inside the command that needs it.
"""

from pathlib import Path
from typing import Annotated

import typer

from web.journal_command import examples

scenario = typer.Typer(
    name="scenario",
    help="Begin a scenario, check it, and see what there is.",
    epilog=examples("ringback scenario new my-desk.yaml", "ringback scenario check my-desk.yaml"),
    no_args_is_help=True,
)


@scenario.command(
    epilog=examples("ringback scenario new my-desk.yaml", "ringback scenario new variant.yaml --extends first-desk")
)
def new(
    file: Annotated[Path, typer.Argument(help="File to write; it must not be there yet.")],
    extends: Annotated[
        str | None, typer.Option(help="A scenario that ships, of which to say only what differs.")
    ] = None,
) -> None:
    """Write a commented scenario to begin with."""
    from sim.scenario_command import new as run

    raise typer.Exit(run(file, extends))


@scenario.command(
    epilog=examples(
        "ringback scenario check my-desk.yaml",
        "ringback scenario check my-desk.yaml --set people.early.agents=5",
    )
)
def check(
    file: Annotated[Path, typer.Argument(help="Scenario file.")],
    settings: Annotated[str | None, typer.Option("--set", help="With changes: path=value, several with ';'.")] = None,
) -> None:
    """Say what was understood and what it stands on, or everything that is wrong with file and line."""
    from sim.scenario_command import check as run

    raise typer.Exit(run(file, settings))


@scenario.command(epilog=examples("ringback scenario schema > scenario.schema.json"))
def schema() -> None:
    """Print the JSON Schema (2020-12) of a scenario, for editors and other programs."""
    from sim.scenario_command import schema as run

    raise typer.Exit(run())


@scenario.command("list", epilog=examples("ringback scenario list"))
def shipped() -> None:
    """List the scenarios that ship, each in a sentence."""
    from sim.scenario_command import shipped as run

    raise typer.Exit(run())
