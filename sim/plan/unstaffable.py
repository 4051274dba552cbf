"""What cannot be planned: how that is told, and what is seen to be so before anything is worked out."""

from sim.scenario import Scenario


class Unstaffable(ValueError):
    """No plan can be made: what was asked for contradicts itself, or a limit is too low. The message names the rule."""


def refuse(scenario: Scenario) -> None:
    """What no staffing can keep, or what cannot be planned from."""
    targets = scenario.targets
    for name, share in (
        ("service_level.share", targets.service_level.share),
        ("callback_kept", targets.callback_kept),
        ("case_kept", targets.case_kept),
    ):
        if share == 1:
            raise Unstaffable(
                f"targets.{name}: 100 % cannot be kept by any number of agents on every such day; take 99 % or less"
            )
    if targets.abandonment == 0:
        raise Unstaffable("targets.abandonment: nobody at all cannot be kept by any number of agents; take 1 % or more")
    if scenario.demand.traces and not scenario.demand.streams:
        raise Unstaffable(
            "demand.traces: one recorded day says nothing of other days; fit rates to it with `ringback calibrate`"
        )
