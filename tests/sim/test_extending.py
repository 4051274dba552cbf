"""What `extends` makes of two files, and how it tells where each part came from."""

from pathlib import Path

import pytest

from sim.problems import BadDocument
from sim.scenario import Scenario
from sim.scenario_file import as_scenario, load_scenario, parse_scenario

BASE = """\
name: base
policy: {products: [expense, travel], languages: [en], hours: {contact: {chat: {days: {daily: "08:00-18:00"}}}}}
calendar: {date: 2026-11-17, starts: "08:00"}
demand:
  streams:
    - {name: main, product: expense, language: en, per_hour: 30}
    - {name: side, product: travel, language: en, per_hour: 6, scale: 2}
people:
  crew: {agents: 4, products: [expense, travel], languages: [en], shift: {from: "08:00", to: "16:00"}}
  late: {agents: 1, products: [expense], languages: [en]}
work:
  handle_time: {lognormal: {mean: 4 min, cv: 1}}
patience: {exponential: 2 min, silent: 0.1}
callback: {accept: 0.5}
run: {horizon: 2 h}
"""


def put(folder: Path, name: str, text: str) -> Path:
    """A file in the folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def changed(folder: Path, text: str) -> Scenario:
    """The base with these changes."""
    put(folder, "base.yaml", BASE)
    return load_scenario(put(folder, "plan.yaml", f"extends: base.yaml\n{text}"))


def problems(path: Path) -> list[str]:
    """The error of a file, without the folder."""
    with pytest.raises(BadDocument) as caught:
        load_scenario(path)
    return str(caught.value).replace(f"{path.parent}/", "").splitlines()


def test_only_what_is_different_is_said(tmp_path: Path) -> None:
    """Mappings are merged key by key, down to a single number; all else stays."""
    base = load_scenario(put(tmp_path, "base.yaml", BASE))

    plan = changed(tmp_path, "name: plan\npeople: {crew: {agents: 5}}\n")

    assert (plan.name, plan.people["crew"].agents) == ("plan", 5)
    assert plan.people["crew"].shift == base.people["crew"].shift
    assert plan.people["late"] == base.people["late"]
    assert plan.model_copy(update={"name": "base", "people": base.people}) == base


def test_lists_are_replaced_but_entries_with_names_are_found(tmp_path: Path) -> None:
    """A list stands for itself; one of named entries is changed entry by entry, and what is new comes last."""
    plan = changed(
        tmp_path,
        "people: {crew: {products: [travel]}}\n"
        "demand:\n  streams:\n    - {name: side, per_hour: 9}\n"
        "    - {name: more, product: expense, language: en, per_hour: 1}\n",
    )

    assert plan.people["crew"].products == ["travel"]
    assert [(one.name, one.per_hour, one.scale) for one in plan.demand.streams] == [
        ("main", 30, 1), ("side", 9, 2), ("more", 1, 1),
    ]  # fmt: skip


def test_null_takes_away(tmp_path: Path) -> None:
    """What the other says can be unsaid: a group, a section, a shift."""
    plan = changed(tmp_path, "callback: null\npeople: {late: null, crew: {shift: null}}\n")

    assert (plan.callback, list(plan.people), plan.people["crew"].shift) == (None, ["crew"], None)


def test_one_law_stands_instead_of_another(tmp_path: Path) -> None:
    """A law, a rate, an end of a shift, the days of a calendar: the new one replaces the old, what is beside stays."""
    plan = changed(
        tmp_path,
        "patience: {lognormal: {median: 3 min, sigma: 1}}\n"
        "work: {handle_time: {lognormal: {median: 4 min}}}\n"
        "people: {crew: {shift: {lasts: 4 h}}}\n"
        'policy: {hours: {contact: {chat: {days: {mon-fri: "09:00-17:00"}}}}}\n',
    )

    assert (plan.patience.exponential, plan.patience.silent) == (None, 0.1)
    lognormal = plan.work.handle_time.lognormal
    assert lognormal is not None
    assert (lognormal.mean, lognormal.median, lognormal.cv) == (None, 240_000, 1)
    assert plan.people["crew"].shift is not None
    assert (plan.people["crew"].shift.to, plan.people["crew"].shift.lasts) == (None, 4 * 3_600_000)
    assert list(plan.policy.hours.contact.chat.days) == ["mon-fri"]


def test_what_ships_can_be_extended_by_name_and_in_a_chain(tmp_path: Path) -> None:
    """`first-desk` is found wherever the file lies, also two files up, and from text as well."""
    put(tmp_path, "below/middle.yaml", "extends: first-desk\ncallback: {accept: 0.1}\n")
    path = put(tmp_path, "plan.yaml", "extends: below/middle.yaml\nname: mine\n")

    plan = load_scenario(path)

    assert (plan.name, plan.people["expense-crew"].agents) == ("mine", 5)
    assert plan.callback is not None
    assert plan.callback.accept == 0.1
    assert parse_scenario("extends: first-desk\nrun: {seed: 7}\n").run.seed == 7
    assert as_scenario({"extends": "first-desk", "run": {"seed": 7}}).run.seed == 7


def test_each_mistake_is_told_with_the_file_it_stands_in(tmp_path: Path) -> None:
    """A key that came from the other file is looked for there, one that stands here, here."""
    put(tmp_path, "base.yaml", BASE.replace("accept: 0.5", "acept: 0.5"))
    path = put(tmp_path, "plan.yaml", "extends: base.yaml\npeople:\n  crew: {agnets: 5}\nrun: {horizon: 2}\n")

    assert problems(path) == [
        "plan.yaml:3:10  people.crew.agnets: unknown key. Did you mean 'agents'?",
        "plan.yaml:4:16  run.horizon: a duration needs a unit, like '20 s' or '5 min', not 2",
        "base.yaml:14:11  callback.accept: missing; it has no default",
        "base.yaml:14:12  callback.acept: unknown key. Did you mean 'accept'?",
    ]  # fmt: skip


def test_a_mistake_of_the_policy_is_found_in_it(tmp_path: Path) -> None:
    """What the policy says of its own parts is told where the part stands, in whichever file."""
    put(tmp_path, "base.yaml", BASE)
    path = put(tmp_path, "plan.yaml", "extends: base.yaml\npolicy:\n  lines:\n    expense/fr: {queue_limit: 3}\n")

    assert problems(path) == [
        "plan.yaml:4:5  policy.lines.expense/fr: there is no 'expense/fr'; the lines are expense/en, travel/en"
    ]


@pytest.mark.parametrize(
    ("extends", "told"),
    [
        ("frist-desk", "no scenario 'frist-desk' ships. Did you mean 'first-desk'?"),
        ("none.yaml", "there is no file 'none.yaml'"),
        ("base.yaml", "there is no file 'base.yaml'"),
        ("[a.yaml]", "write the name of a scenario that ships, or a file beside this one"),
        ("plan.yaml", "a circle: plan.yaml extends plan.yaml"),
    ],
)
def test_what_cannot_be_found_is_told_where_it_is_asked_for(tmp_path: Path, extends: str, told: str) -> None:
    """A wrong name gets a suggestion, a file that is not there its folder."""
    path = put(tmp_path, "plan.yaml", f"name: plan\nextends: {extends}\n")

    (only,) = problems(path)

    assert only.startswith(f"plan.yaml:2:10  extends: {told}")
