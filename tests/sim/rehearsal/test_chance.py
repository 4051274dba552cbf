"""Laws of what is drawn for virtual people."""

import phonenumbers
import pytest

from router.wire.phones import parse_number
from sim.customers import Arrivals
from sim.rehearsal.chance import Chance, asc_id, is_virtual
from sim.rehearsal.clock import RehearsalClock
from sim.rehearsal.dialogue import FAREWELL, TO_VISITORS, script_of, scripts
from sim.scenario_file import load_scenario
from web.demo import SCENARIO, SCENARIOS
from web.visitors import LAST_VISITOR

HOUR = 3_600_000
CHANCE = Chance(load_scenario(SCENARIOS / SCENARIO), RehearsalClock(0, 10, 10 * HOUR, 7 * HOUR, 21 * HOUR), seed=1)


def test_whoever_serves_a_customer_draws_the_customers_own_times() -> None:
    """Handle time and wrap-up drawn from the ASC's id are those with which the customer came, on every day."""
    for day in (0, 3):
        model = CHANCE.model(day)
        for stream in model.streams:
            found = Arrivals(model, stream, CHANCE.seed, day).take()
            assert found is not None
            customer = found[1]
            person = asc_id(day, customer.id)

            assert is_virtual(person)
            assert customer.handle_ms == CHANCE.handle_ms(person, callback=False)
            assert customer.wrap_up_ms == CHANCE.wrap_up_ms(person)


def test_people_are_the_same_after_a_restart_and_no_two_customers_are_one() -> None:
    """Names, companies and numbers follow from the id; ids of customers, days, visitors and agents never meet."""
    ids = {asc_id(day, (stream << 32) + k) for day in range(3) for stream in range(8) for k in (1, 2, 1_000)}

    assert 72 == len(ids)
    assert min(ids) > LAST_VISITOR
    assert max(ids) < 2**53
    assert CHANCE.asc(min(ids)) == CHANCE.asc(min(ids))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_numbers_are_nobodys_and_good_enough_to_be_called(language: str) -> None:
    """Every virtual number is from a range set aside for fiction, and the desk takes it."""
    for k in range(200):
        number = CHANCE.number(asc_id(0, k), language)
        national = str(phonenumbers.parse(number, None).national_number)

        assert number == parse_number(number, None)
        assert national[3:8] == "55501" or national[:5] in ("19900", "26191", "35301", "46571", "53649")


@pytest.mark.parametrize("language", ["en", "fr", "ja"])
@pytest.mark.parametrize("product", ["expense", "travel", "invoice", "request", "other"])
def test_there_is_always_something_to_say(product: str, language: str) -> None:
    """Each line has a script, an agent finds it by the topic, and the agent begins it."""
    for script in scripts(product, language):
        assert script is script_of(product, language, script.topic)
        assert script.agent_lines
        assert 0 <= len(script.agent_lines) - len(script.asc_lines) <= 1
        assert all(0 < len(line) <= 500 for line in (script.topic, *script.turns))


def test_a_visitors_own_words_are_no_script() -> None:
    """What a person typed is answered as a person's, in the person's language."""
    assert script_of("expense", "en", "my own trouble") is None
    assert set(TO_VISITORS) == set(FAREWELL)
