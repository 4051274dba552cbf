"""
What queueing theory says of lines: exact values to hold simulations against, and the planner's first answers.

Nothing in this room simulates, reads a file or knows the desk. Rates are per any one unit of time, and times come out
in that unit. Impossible numbers raise ValueError; a line that only grows raises NoSteadyState, which is one. The
formulas and their sources are listed in docs/reference/theory.md; what may be used from outside stands here.
"""

from sim.theory.asymptotic import beta_for, garnett, garnett_abandon, halfin_whitt
from sim.theory.blending import BlendedLine, blended_line
from sim.theory.callback import CallbackLine, callback_line
from sim.theory.centre import CentreCounts, CentrePeriod, centre_day
from sim.theory.chat import ChatLine, chat_line, routed_chat_line
from sim.theory.checks import NoSteadyState
from sim.theory.day_counts import Day, DayCounts, Period
from sim.theory.delay import head_of_line_error, heavy_traffic_ratio, last_served_error, queue_length_error
from sim.theory.erlang import (
    all_idle,
    erlang_b,
    erlang_c,
    patient_line,
    patient_service_level,
    shared_agent_sojourn,
)
from sim.theory.erlang_x import erlang_a, erlang_x
from sim.theory.finite_day import busy_day, day
from sim.theory.fixed_service import (
    cosmetatos_wait,
    fixed_service_line,
    fixed_service_within,
    kimura_wait,
    single_agent_wait,
)
from sim.theory.impatience import abandoned_within, impatient_line, keep_place_line, served_within, virtual_within
from sim.theory.line import Line, Queue, QueuedLine
from sim.theory.offered_load import offered_load, sinusoidal_offered_load
from sim.theory.patience import (
    Erlang,
    Exponential,
    Fixed,
    Lognormal,
    Mixed,
    Patience,
    Uniform,
    Weibull,
    balking,
    hyperexponential,
)
from sim.theory.priority import PriorityLine, head_start_line, impatient_priority_line, priority_line
from sim.theory.renewal import Even, RenewalLine, Stages, erlang_gaps, hyperexponential_gaps, random_gaps, renewal_line
from sim.theory.retrial import RetrialLine, retrial_line, single_agent_retrial
from sim.theory.skills import SkilledLine, crossed_line, nested_line
from sim.theory.staffing import agents_for_delay, agents_needed, rostered, square_root_agents
from sim.theory.two_kinds import renewal_line_of_two

__all__ = [
    "BlendedLine",
    "CallbackLine",
    "CentreCounts",
    "CentrePeriod",
    "ChatLine",
    "Day",
    "DayCounts",
    "Erlang",
    "Even",
    "Exponential",
    "Fixed",
    "Line",
    "Lognormal",
    "Mixed",
    "NoSteadyState",
    "Patience",
    "Period",
    "PriorityLine",
    "Queue",
    "QueuedLine",
    "RenewalLine",
    "RetrialLine",
    "SkilledLine",
    "Stages",
    "Uniform",
    "Weibull",
    "abandoned_within",
    "agents_for_delay",
    "agents_needed",
    "all_idle",
    "balking",
    "beta_for",
    "blended_line",
    "busy_day",
    "callback_line",
    "centre_day",
    "chat_line",
    "cosmetatos_wait",
    "crossed_line",
    "day",
    "erlang_a",
    "erlang_b",
    "erlang_c",
    "erlang_gaps",
    "erlang_x",
    "fixed_service_line",
    "fixed_service_within",
    "garnett",
    "garnett_abandon",
    "halfin_whitt",
    "head_of_line_error",
    "head_start_line",
    "heavy_traffic_ratio",
    "hyperexponential",
    "hyperexponential_gaps",
    "impatient_line",
    "impatient_priority_line",
    "keep_place_line",
    "kimura_wait",
    "last_served_error",
    "nested_line",
    "offered_load",
    "patient_line",
    "patient_service_level",
    "priority_line",
    "queue_length_error",
    "random_gaps",
    "renewal_line",
    "renewal_line_of_two",
    "retrial_line",
    "rostered",
    "routed_chat_line",
    "served_within",
    "shared_agent_sojourn",
    "single_agent_retrial",
    "single_agent_wait",
    "sinusoidal_offered_load",
    "square_root_agents",
    "virtual_within",
]
