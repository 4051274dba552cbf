"""
The command `ringback`: what may be typed, and nothing else.

Everything heavy is imported inside the command that needs it, so that `--help` is quick. Exit codes: 0 done, 1 failed,
2 wrong input, 130 cancelled.
"""

import socket
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer

FIRST_PORT: Final = 8765
PORTS_TRIED: Final = 50
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
DEMO_FOLDER: Final = Path(".ringback/demo")


def _examples(*lines: str) -> str:
    return "\n\n".join(("Examples:", *lines))


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
journal = typer.Typer(
    name="journal",
    help="Look at what a desk has recorded.",
    epilog=_examples("ringback journal export ./desk journal.jsonl", "ringback journal replay journal.jsonl"),
    no_args_is_help=True,
)
app.add_typer(journal)


def _fail(message: str, code: int = 1) -> NoReturn:
    print(f"ringback: {message}", file=sys.stderr)
    raise typer.Exit(code)


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
) -> None:
    """The desk without virtual people, for integrators and tests."""
    from router.service.server import ServiceError
    from web.serve import ServeError, ServeSettings, run_serve

    if not _is_free(host, port):
        _fail(f"port {port} of {host} is taken: stop the other program or choose another with --port")
    try:
        run_serve(ServeSettings(host, port, data, policy, tuple(origin or ()), demo_tokens, check))
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


@app.command(epilog=_examples("ringback explain 4711 ./desk", "ringback explain 4711 journal.jsonl"))
def explain(
    contact: Annotated[int, typer.Argument(help="Number of the contact.", min=1)],
    source: Annotated[Path, typer.Argument(help="Folder of a desk, or a file that `journal export` wrote.")],
) -> None:
    """Say why a contact was offered to whom, when, and who was passed by which rule."""
    import asyncio
    from tempfile import TemporaryDirectory

    from router.core.ids import ContactId
    from router.journal.port import JournalError
    from router.service.explain import explained, life_of
    from router.service.node import FoldFailed
    from router.service.replay import BadDump, export_desk, load
    from router.wire.codec import UnknownEntry

    try:
        with TemporaryDirectory() as folder:
            dump = source
            if source.is_dir():
                dump = Path(folder) / "journal.jsonl"
                asyncio.run(export_desk(source, dump))
            happened = life_of(load(dump), ContactId(contact))
    except (BadDump, FoldFailed, JournalError, UnknownEntry, OSError) as error:
        _fail(str(error))
    if not happened:
        _fail(f"contact {contact} is not in {source}")
    for line in explained(happened):
        print(line)


@app.command(
    epilog=_examples("ringback verify", "ringback verify --case erlang-a-38 --full", "ringback verify --full --json")
)
def verify(
    full: Annotated[
        bool, typer.Option("--full/--quick", help="Intervals of 1 % (minutes), or as narrow as a minute allows.")
    ] = False,
    case: Annotated[
        list[str] | None, typer.Option(help="Only this case, or one value of it (case.measure); may be repeated.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Hold the twin to queueing theory, and theory to published values."""
    from sim.verify_command import verify as run

    raise typer.Exit(run(case or [], full, as_json))


@journal.command(epilog=_examples("ringback journal export ./desk journal.jsonl"))
def export(
    data: Annotated[Path, typer.Argument(help="Folder of a desk that is not running.")],
    file: Annotated[Path, typer.Argument(help="Where to write, one JSON object a line.")],
) -> None:
    """Write a desk's journal to a file. Names, texts and numbers stay sealed."""
    import asyncio

    from router.journal.port import JournalError
    from router.service.replay import export_desk

    try:
        print(f"{asyncio.run(export_desk(data, file))} entries")
    except (JournalError, OSError) as error:
        _fail(str(error))


@journal.command(epilog=_examples("ringback journal replay journal.jsonl"))
def replay(file: Annotated[Path, typer.Argument(help="A file that `journal export` wrote.")]) -> None:
    """Fold a journal again in a fresh desk and print hashes to compare."""
    from router.service.node import FoldFailed
    from router.service.replay import BadDump, load
    from router.service.replay import replay as fold
    from router.wire.codec import UnknownEntry

    try:
        found = fold(load(file))
    except (BadDump, FoldFailed, UnknownEntry, OSError) as error:
        _fail(str(error))
    print(f"entries {found.entries}\nstate   {found.state}\nevents  {found.events}")


def main() -> None:
    """The entry point of the `ringback` command."""
    app()
