"""Who is offered what: the law that nobody waits beside a free agent, and the order on both sides."""

from router.core import commands as cmd
from tests.core.build import (
    BACK_OFF_MS,
    accepts,
    agent,
    callback,
    chat,
    closes,
    converts,
    declines,
    finishes,
    given,
    leaves,
    offers,
    passes,
    reaches,
    refusal,
    status,
    waiting,
    when,
)

BOTH = ("expense", "travel")


def test_a_free_agent_is_offered_the_next_contact_at_once():
    """No eligible contact waits beside an agent with a free unit."""
    desk = given(agent("ann"))

    desk = when(desk, chat("first"))

    assert {"first": "ann"} == offers(desk)


def test_an_agent_who_signs_in_is_offered_the_head_of_the_line():
    """A new agent looks at who waits already, the longest first."""
    desk = given(chat("first"), passes(10), chat("second"))

    desk = when(desk, agent("ann"))

    assert {"first": "ann"} == offers(desk)


def test_the_lowest_rank_over_all_lines_goes_first():
    """An agent with several lines takes who has waited longest in any of them."""
    desk = given(chat("travels", "travel/en"), passes(1), chat("expenses"))

    desk = when(desk, agent("ann", BOTH))

    assert {"travels": "ann"} == offers(desk)


def test_offers_of_one_moment_go_out_in_rank_order():
    """With several free units the contacts are offered by rank, whatever line they are in."""
    desk = given(chat("a"), chat("b", "travel/en"), chat("c"), chat("d", "travel/en"))

    desk = when(desk, agent("ann", BOTH, capacity=4))

    assert ["a", "b", "c", "d"] == list(offers(desk))


def test_who_holds_least_is_asked_first():
    """Load is levelled before idle time counts."""
    desk = given(agent("ann", capacity=3), chat("first"), passes(50), agent("ben", capacity=3))

    desk = when(desk, chat("second"))

    assert {"first": "ann", "second": "ben"} == offers(desk)


def test_longest_idle_first():
    """Of agents who hold the same, the one idle longest is asked."""
    desk = given(agent("ben"), passes(10), agent("ann"))

    desk = when(desk, chat("first"))

    assert {"first": "ben"} == offers(desk)


def test_idle_time_starts_when_something_is_given_back():
    """Whoever has just closed a contact comes after those who have been idle meanwhile."""
    desk = given(agent("ann"), chat("first"), accepts("ann", "first"), passes(10), agent("ben"), passes(10))
    desk = when(desk, closes("ann", "first"), finishes("ann", "first"))

    desk = when(desk, chat("second"))

    assert {"second": "ben"} == offers(desk)


def test_then_the_lowest_id():
    """Equal agents are told apart by their ids, not by who signed in first."""
    desk = given()
    assert desk.number("ann") < desk.number("ben")
    desk = when(desk, agent("ben"), agent("ann"))

    desk = when(desk, chat("first"))

    assert {"first": "ann"} == offers(desk)


def test_the_order_holds_across_groups_of_skills():
    """Idle time and ids are compared between agents of different skills as well."""
    desk = given(agent("ben", BOTH), passes(10), agent("ann"))

    desk = when(desk, chat("first"))

    assert {"first": "ben"} == offers(desk)


def test_only_those_who_can_are_asked():
    """An agent is offered the lines of the own products and languages, and no other."""
    desk = given(agent("ann"), agent("ben", ("travel",)), agent("cat", languages=("de",)))

    desk = when(desk, chat("first", "travel/de"))

    assert ["first"] == waiting(desk, "travel/de")
    assert {} == offers(desk)


def test_capacity_is_a_limit():
    """An agent is never offered more units than the capacity."""
    desk = given(agent("ann", capacity=2))

    desk = when(desk, chat("a"), chat("b"), chat("c"))

    assert {"a": "ann", "b": "ann"} == offers(desk)
    assert ["c"] == waiting(desk)


def test_wrap_up_uses_the_unit():
    """After-contact work is work: the unit is free when it is finished."""
    desk = given(agent("ann"), chat("first"), accepts("ann", "first"), chat("second"))
    desk = when(desk, closes("ann", "first"))
    assert {} == offers(desk)

    desk = when(desk, finishes("ann", "first"))

    assert {"second": "ann"} == offers(desk)


def test_a_callback_needs_a_whole_agent():
    """An agent who holds anything is not offered a callback, however many units are free."""
    desk = given(agent("ann", capacity=3), chat("talks"), accepts("ann", "talks"))

    desk = when(desk, callback("call"))

    assert {} == offers(desk)
    assert ["call"] == waiting(desk)


def test_a_callback_uses_every_unit():
    """Who is about to dial is offered nothing else, nor is who talks on the phone."""
    desk = given(agent("ann", capacity=3), callback("call"))
    assert {"call": "ann"} == offers(desk)
    desk = when(desk, chat("waits"))
    assert {"call": "ann"} == offers(desk)

    desk = when(desk, accepts("ann", "call"), reaches("ann", "call"))

    assert {} == offers(desk)
    assert ["waits"] == waiting(desk)


def test_chats_pass_a_callback_that_nobody_can_take():
    """A callback that waits for a whole agent keeps nobody from chats further back."""
    desk = given(agent("ann", BOTH, capacity=1), chat("talks"), accepts("ann", "talks"), callback("call"))
    desk = when(desk, agent("ben", ("travel",)))

    desk = when(desk, chat("travels", "travel/en"))

    assert {"travels": "ben"} == offers(desk)


def test_lowering_the_capacity_drops_nothing():
    """An agent who signs in with less keeps what is held; new work stops until there is room."""
    desk = given(agent("ann", capacity=3), chat("a"), chat("b"), accepts("ann", "a"), accepts("ann", "b"))
    desk = when(desk, agent("ann", capacity=1), chat("c"))
    assert {} == offers(desk)
    desk = when(desk, closes("ann", "a"), finishes("ann", "a"))
    assert {} == offers(desk)

    desk = when(desk, closes("ann", "b"), finishes("ann", "b"))

    assert {"c": "ann"} == offers(desk)


def test_raising_the_capacity_takes_effect_at_once():
    """A unit more is a free unit now."""
    desk = given(agent("ann", capacity=1), chat("a"), chat("b"))

    desk = when(desk, agent("ann", capacity=2))

    assert {"a": "ann", "b": "ann"} == offers(desk)


def test_new_skills_open_new_lines_and_close_old_ones():
    """After signing in with other skills an agent is offered those lines only."""
    desk = given(agent("ann"), chat("travels", "travel/en"))
    desk = when(desk, agent("ann", ("travel",)))
    assert {"travels": "ann"} == offers(desk)

    desk = when(desk, leaves("travels"), chat("expenses"))

    assert {} == offers(desk)


def test_a_freed_unit_goes_to_who_has_waited_longest():
    """When a unit frees, the contact that waited longest gets it, not the one that came last."""
    desk = given(agent("ann"), chat("a"), accepts("ann", "a"), chat("b"), passes(5), chat("c"))
    desk = when(desk, closes("ann", "a"))

    desk = when(desk, finishes("ann", "a"))

    assert {"b": "ann"} == offers(desk)


def test_the_same_skills_in_another_order_are_the_same_skills():
    """Groups are by what agents can do, not by how they list it."""
    desk = given(agent("ann", ("travel", "expense")), agent("ben", ("expense", "travel", "travel")))

    assert 1 == len(desk.state.groups)


def test_sign_in_is_checked():
    """Capacity is 1 to 20, ids are positive, and at least one line must be there for the skills."""
    desk = given()

    for capacity, code in ((0, "bad_value"), (21, "bad_value"), (20, ""), (1, "")):
        assert code == refusal(desk, agent("ann", capacity=capacity))
    assert "bad_value" == refusal(desk, lambda story: story.do(cmd.SignIn(0, ("expense",), ("en",), 1)))
    assert "unknown_skill" == refusal(desk, agent("ben", ("invoice",)))
    assert "unknown_skill" == refusal(desk, agent("ben", languages=("fr",)))
    assert "unknown_skill" == refusal(desk, agent("ben", ()))


def test_declined_contact_goes_to_the_next_agent():
    """A contact is not offered again to who declined it while another is free."""
    desk = given(agent("ann"), passes(1), agent("ben"), chat("first"))

    desk = when(desk, declines("ann", "first"))

    assert {"first": "ben"} == offers(desk)


def test_who_has_signed_in_only_for_other_lines_is_not_disturbed_by_a_conversion():
    """A conversion looks for an agent in the contact's own line only."""
    desk = given(chat("first"), agent("ann", ("travel",)))

    desk = when(desk, converts("first"))

    assert {} == offers(desk)


def test_break_and_offline_get_no_offers():
    """Only the status available is offered work; the way back opens the door at once."""
    desk = given(agent("ann"), status("ann", "break", "lunch"), chat("first"))
    assert {} == offers(desk)
    desk = when(desk, status("ann", "offline"), passes(BACK_OFF_MS))
    assert {} == offers(desk)

    desk = when(desk, status("ann", "available"))

    assert {"first": "ann"} == offers(desk)
