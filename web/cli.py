"""
The command `ringback`: what may be typed, and nothing else.

Everything heavy is imported inside the command that needs it, so that `--help` is quick. Exit codes: 0 done, 1 failed,
2 wrong input, 130 cancelled.
"""

import socket
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Final

import typer

from web.journal_command import REDIS_VARIABLE, journal
from web.journal_command import examples as _examples
from web.journal_command import fail as _fail

FIRST_PORT: Final = 8765
PORTS_TRIED: Final = 50
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
DEMO_FOLDER: Final = Path(".ringback/demo")


app = typer.Typer(
    name="ringback",
    help="A support desk for chats and callbacks that you can watch, rehearse and replay.",
    epilog=_examples(
        "ringback demo", "ringback simulate scenarios/us-bank-monday.yaml", "ringback serve --data ./desk --demo-tokens"
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(journal)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"ringback {version('ringback')}")
        raise typer.Exit


@app.callback()
def _root(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """A support desk for chats and callbacks that you can watch, rehearse and replay."""


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _port(host: str, wanted: int | None) -> int:
    """The port to use: the one that was asked for, or the first free one from 8765 on."""
    if wanted is not None:
        return wanted
    for port in range(FIRST_PORT, FIRST_PORT + PORTS_TRIED):
        if _is_free(host, port):
            return port
    _fail(f"no port of {FIRST_PORT} to {FIRST_PORT + PORTS_TRIED - 1} is free; choose one with --port")


@app.command(
    epilog=_examples("ringback demo", "ringback demo --port 9000 --speed 30", "ringback demo --no-people --data ./desk")
)
def demo(
    port: Annotated[
        int | None, typer.Option(help="Port; without it the first free one from 8765.", min=1, max=65535)
    ] = None,
    speed: Annotated[
        float, typer.Option(help="How many times as fast as life the virtual day goes.", min=1, max=100)
    ] = 10,
    seed: Annotated[int, typer.Option(help="Another seed is another day.", min=0)] = 1,
    data: Annotated[Path, typer.Option(help="Folder of everything the demo keeps.")] = DEMO_FOLDER,
    no_people: Annotated[bool, typer.Option("--no-people", help="Without virtual people.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Check every law of the desk after every entry; slow.")
    ] = False,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    i_know: Annotated[
        bool, typer.Option("--i-know", help="Listen beyond this machine, although a demo lets everybody in.")
    ] = False,
) -> None:
    """A working desk with virtual people in it; Ctrl-C ends it and removes its data."""
    if host not in LOOPBACK and not i_know:
        _fail(f"a demo lets everybody in, so it does not listen on {host}; add --i-know if that is meant", 2)
    from router.service.server import ServiceError
    from web.demo import DemoError, DemoSettings, run_demo

    chosen = _port(host, port)
    if not _is_free(host, chosen):
        _fail(f"port {chosen} of {host} is taken: stop the other program or choose another with --port")
    try:
        run_demo(DemoSettings(host, chosen, data, speed, seed, not no_people, check))
    except (DemoError, ServiceError) as error:
        _fail(str(error))


@app.command(
    epilog=_examples("ringback serve --data ./desk --policy policy.yaml", "ringback serve --data ./desk --demo-tokens")
)
def serve(
    data: Annotated[Path, typer.Option(help="Folder of everything the desk keeps.")],
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = FIRST_PORT,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    policy: Annotated[Path | None, typer.Option(help="Policy document (YAML or JSON).")] = None,
    origin: Annotated[list[str] | None, typer.Option(help="Another page that may connect; may be repeated.")] = None,
    demo_tokens: Annotated[bool, typer.Option("--demo-tokens", help="Let everybody sign in as anybody.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Check every law of the desk after every entry; slow.")
    ] = False,
    redis: Annotated[
        str,
        typer.Option(help="URL of a Redis or Valkey of yours, instead of one in the folder.", envvar=REDIS_VARIABLE),
    ] = "",
    accept_loss: Annotated[
        bool, typer.Option("--accept-loss", help="Use such a store also if it may lose what was acknowledged.")
    ] = False,
) -> None:
    """The desk without virtual people, for integrators and tests."""
    from router.service.server import ServiceError
    from web.serve import ServeError, ServeSettings, run_serve

    if not _is_free(host, port):
        _fail(f"port {port} of {host} is taken: stop the other program or choose another with --port")
    try:
        origins = tuple(origin or ())
        run_serve(ServeSettings(host, port, data, policy, origins, demo_tokens, check, redis, accept_loss))
    except ServeError as error:
        _fail(str(error), 2)
    except ServiceError as error:
        _fail(str(error))


@app.command(
    epilog=_examples(
        "ringback simulate scenarios/us-bank-monday.yaml",
        "ringback simulate scenarios/first-desk.yaml --replications 100 --json",
    )
)
def simulate(
    scenario: Annotated[Path, typer.Argument(help="Scenario file.")],
    replications: Annotated[int | None, typer.Option(help="How many days; as in the file without it.", min=1)] = None,
    seed: Annotated[int | None, typer.Option(help="Seed; as in the file without it.", min=0)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Run a scenario in the twin and say what to expect."""
    from sim.simulate_command import simulate as run

    raise typer.Exit(run(scenario, replications, seed, as_json))


def main() -> None:
    """The entry point of the `ringback` command."""
    app()
