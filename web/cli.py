"""
The command `ringback`: what may be typed, and nothing else.

Everything heavy is imported inside the command that needs it, so that `--help` is quick. Exit codes: 0 done, 1 failed,
2 wrong input, 130 cancelled.
"""

import socket
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Final, Literal

import typer

from web.journal_command import REDIS_VARIABLE, journal
from web.journal_command import examples as _examples
from web.journal_command import fail as _fail
from web.records_command import NO_RECORDS, RECORDS_VARIABLE, records
from web.scenario_command import scenario

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
app.add_typer(scenario)
app.add_typer(records)

Records = Annotated[
    str,
    typer.Option(
        help="Database of closed contacts: a URL; a file in the folder without it; `none` for no records.",
        envvar=RECORDS_VARIABLE,
        show_default=False,
    ),
]


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


def _where(records: str) -> str | None:
    """Where closed contacts are recorded; None: nowhere."""
    return None if records == NO_RECORDS else records


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
    records: Records = "",
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
        run_demo(DemoSettings(host, chosen, data, speed, seed, not no_people, check, _where(records)))
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
    proxy: Annotated[
        list[str] | None,
        typer.Option(help="Address of a proxy in front, which limits connections itself; may be repeated."),
    ] = None,
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
    drain: Annotated[
        float,
        typer.Option(help="Seconds within which connections end after SIGTERM, while other nodes serve on.", min=0),
    ] = 0.0,
    records: Records = "",
    keep_days: Annotated[
        int | None, typer.Option(help="Erase contacts that closed so many days ago; without it they are kept.", min=1)
    ] = None,
) -> None:
    """The desk without virtual people, for integrators and tests."""
    if keep_days is not None and records == NO_RECORDS:
        _fail("contacts are found by their records: --keep-days needs them", 2)
    from router.service.server import ServiceError
    from web.serve import ServeError, ServeSettings, run_serve

    if not _is_free(host, port):
        _fail(f"port {port} of {host} is taken: stop the other program or choose another with --port")
    try:
        origins = tuple(origin or ())
        settings = ServeSettings(
            host, port, data, policy, origins, demo_tokens, check, redis, accept_loss, drain, _where(records),
            keep_days, tuple(proxy or ()),
        )  # fmt: skip
        run_serve(settings)
    except ServeError as error:
        _fail(str(error), 2)
    except ServiceError as error:
        _fail(str(error))


@app.command(
    epilog=_examples(
        "ringback simulate scenarios/us-bank-monday.yaml",
        "ringback simulate scenarios/first-desk.yaml --replications 100 --json",
        "ringback simulate scenarios/first-desk.yaml --precision 0.02 --out runs",
        "ringback simulate scenarios/erlang-a.yaml --steady",
        "ringback simulate scenarios/p1-expense-0910.yaml --variant told_5",
    )
)
def simulate(
    scenario: Annotated[Path, typer.Argument(help="Scenario file.")],
    replications: Annotated[
        int | None, typer.Option(help="How many days; as in the file without it. With --precision: at most.", min=1)
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed; as in the file without it.", min=0)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    precision: Annotated[
        float | None, typer.Option(help="Stop when the half-width is this share of the mean, like 0.02.")
    ] = None,
    measure: Annotated[
        list[str] | None, typer.Option(help="A measure that must be so precise (sl_offered); may be repeated.")
    ] = None,
    engine: Annotated[
        Literal["twin", "kernel"] | None, typer.Option(help="twin or kernel; as in the file without it.")
    ] = None,
    reduce: Annotated[
        bool, typer.Option("--reduce", help="Also tell what variance reduction makes of the intervals.")
    ] = False,
    steady: Annotated[
        bool, typer.Option("--steady", help="One long run: find the warm-up, then batches for days.")
    ] = False,
    workers: Annotated[int | None, typer.Option(help="Processes; without it as many as pay.", min=1, max=64)] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for this run's own folder of results.")] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the finished replications in that folder.")
    ] = False,
    variant: Annotated[str | None, typer.Option(help="One of the file's own variants, instead of the file.")] = None,
) -> None:
    """Run a scenario and say what to expect."""
    from sim.simulate_command import Options
    from sim.simulate_command import simulate as run

    measures = measure or ("sl_offered",)
    options = Options(replications, seed, workers, precision, measures, reduce, steady, out, resume, variant, engine)
    raise typer.Exit(run(scenario, replications, seed, as_json, options))


@app.command(
    epilog=_examples(
        "ringback compare scenarios/p1-expense-0910.yaml",
        "ringback compare scenarios/first-desk.yaml --set people.travel-crew.agents=5",
        "ringback compare now.yaml early.yaml late.yaml --replications 100 --out runs",
        "ringback compare now.yaml --set 'people.crew.agents=9; people.crew.chats=3' --json",
    )
)
def compare(
    scenarios: Annotated[
        list[Path], typer.Argument(help="Scenario files, the first is the base; or one that has variants.")
    ],
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", help="A variant of the one file: path=value, several with ';'. May be repeated."),
    ] = None,
    replications: Annotated[
        int | None, typer.Option(help="How many days; as in the first file without it.", min=1)
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed; as in the first file without it.", min=0)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    workers: Annotated[int | None, typer.Option(help="Processes; without it as many as pay.", min=1, max=64)] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for this run's own folder of results.")] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the finished replications in that folder.")
    ] = False,
    variant: Annotated[
        list[str] | None, typer.Option(help="One of the file's variants, the first is the base. May be repeated.")
    ] = None,
) -> None:
    """Run plans against the same customers and say by how much they differ."""
    from sim.compare_command import Options
    from sim.compare_command import compare as run

    options = Options(replications, seed, workers, out, resume, variant or ())
    raise typer.Exit(run(scenarios, settings or (), as_json, options))


@app.command(
    epilog=_examples(
        "ringback staff scenarios/us-bank-monday.yaml",
        "ringback staff week.yaml --minutes 20 --out plans",
        "ringback staff week.yaml --json",
    )
)
def staff(
    scenario: Annotated[Path, typer.Argument(help="Scenario file; its `plan` section says what to keep.")],
    minutes: Annotated[float, typer.Option(help="How long to search at most.", min=0.01, max=1_440)] = 10.0,
    seed: Annotated[int | None, typer.Option(help="Seed; as in the file without it.", min=0)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the plan as JSON.")] = False,
    workers: Annotated[int | None, typer.Option(help="Processes; without it one per core.", min=1, max=64)] = None,
    out: Annotated[Path, typer.Option(help="Folder for the plan and its tables.")] = Path("plans"),
) -> None:
    """Find the cheapest shifts that keep the targets on nearly every day, and prove it."""
    from sim.staff_command import Options
    from sim.staff_command import staff as run

    raise typer.Exit(run(scenario, as_json, Options(minutes, seed, workers, out)))


@app.command(
    epilog=_examples(
        "ringback sweep scenarios/first-desk.yaml --vary people.travel-crew.agents=2..6",
        "ringback sweep desk.yaml --vary people.crew.agents=10..20/2 --vary people.crew.chats=1,2,3 --replications 50",
        "ringback sweep desk.yaml --variants ideas.yaml --cluster tcp://10.0.0.5:8786 --json",
    )
)
def sweep(
    scenario: Annotated[Path, typer.Argument(help="Scenario file.")],
    varied: Annotated[
        list[str] | None,
        typer.Option("--vary", help="A field and its values: path=10..20, path=10..20/2, path=a,b,c. Several: a grid."),
    ] = None,
    variants: Annotated[
        Path | None, typer.Option(help="YAML file of variants, each a name with changes by path.")
    ] = None,
    replications: Annotated[
        int | None, typer.Option(help="How many days of each point; as in the file without it.", min=1)
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed; as in the file without it.", min=0)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    workers: Annotated[int | None, typer.Option(help="Processes; without it as many as pay.", min=1, max=64)] = None,
    cluster: Annotated[
        str | None, typer.Option(help="Dask scheduler (tcp://host:port), or `local` to start one here.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder of results; what is there is not run again.")] = Path("runs"),
    engine: Annotated[
        Literal["twin", "kernel"] | None, typer.Option(help="twin or kernel; as in the file without it.")
    ] = None,
) -> None:
    """Run a scenario at every point of a grid, or in every variant, and say which is the cheapest that will do."""
    from sim.sweep_command import Options
    from sim.sweep_command import sweep as run

    options = Options(replications, seed, workers, cluster, out, engine)
    raise typer.Exit(run(scenario, varied or (), variants, as_json, options))


@app.command(
    epilog=_examples(
        "ringback calibrate counts.csv",
        "ringback calibrate counts.csv --days mon-fri --out demand.yaml --product travel",
    )
)
def calibrate(
    counts: Annotated[
        Path, typer.Argument(help="CSV or Parquet: `timestamp` and `calls`; or `wait_s` and `outcome`; or a journal.")
    ],
    every: Annotated[int, typer.Option(help="Length of a period of the profile, minutes.", min=1, max=720)] = 30,
    days: Annotated[str, typer.Option(help="Only these weekdays: mon,tue or mon-fri.")] = "",
    out: Annotated[Path | None, typer.Option(help="Write the sections of a scenario to this file.")] = None,
    product: Annotated[str, typer.Option(help="The stream's product, in that section.")] = "expense",
    language: Annotated[str, typer.Option(help="Its language.")] = "en",
    scale: Annotated[float, typer.Option(help="Its factor on the rates.", min=0.0)] = 1.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Fit demand to counts of contacts, or patience and handle times to single contacts (a table or a journal)."""
    from sim.calibrate_command import calibrate as run

    raise typer.Exit(
        run(
            counts,
            every=every,
            days=days,
            out=out,
            product=product,
            language=language,
            scale=scale,
            as_json=as_json,
        )
    )


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
    from router.service.entries import FoldFailed
    from router.service.explain import explained, life_of
    from router.service.folder import Place
    from router.service.replay import BadDump, export_desk, load
    from router.wire.codec import UnknownEntry

    try:
        with TemporaryDirectory() as folder:
            dump = source
            if source.is_dir():
                dump = Path(folder) / "journal.jsonl"
                asyncio.run(export_desk(Place(source), dump))
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


def main() -> None:
    """The entry point of the `ringback` command."""
    app()
