"""The journal's contract, one set of laws for every adapter: memory, Valkey and Redis 7.0."""

import asyncio
import contextlib
from itertools import pairwise

import pytest

from router.journal.memory import journal_time
from router.journal.port import (
    ENTRY_VERSION,
    MAX_BATCH,
    REPLY_ENTRIES,
    Appended,
    BatchGap,
    Fenced,
    Journal,
    JournalError,
    NewEntry,
    Regressed,
    StoredEntry,
    Trimmed,
)
from tests.journal.worlds import HOUR_US, World, entry


def ops(entries: list[StoredEntry]) -> list[str]:
    return [stored.op for stored in entries]


async def catch_up(journal: Journal, number: int, applied: int) -> list[StoredEntry]:
    """Fetch what follows `applied` with empty batches under a number that was taken."""
    caught: list[StoredEntry] = []
    while True:
        answer = await journal.append(number, applied, [], [])
        caught += answer.entries
        applied += len(answer.entries)
        if applied == answer.last:
            return caught


class TestOrder:
    async def test_offsets_have_no_gap_over_batches_and_nodes(self, world: World) -> None:
        """Offsets count 1, 2, 3, ... whoever appends, and each reply goes on exactly after what its node has folded."""
        ann, bob = world.journal(), world.journal()
        await ann.open("ann")
        await bob.open("bob")

        first = await ann.append(1, 0, [entry("1:1"), entry("1:2")], [])
        second = await bob.append(1, 0, [entry("2:1")], [])
        third = await ann.append(2, 2, [entry("1:3")], [])

        assert ["1:1", "1:2"] == ops(first.entries)
        assert ["1:1", "1:2", "2:1"] == ops(second.entries)
        assert [(3, "bob", "2:1"), (4, "ann", "1:3")] == [(e.offset, e.node, e.op) for e in third.entries]
        assert 4 == third.last

    async def test_every_field_comes_back_as_it_was_given(self, world: World) -> None:
        """The journal looks into nothing: any bytes, any letters, in the reply and read again."""
        journal = world.journal()
        opened = await journal.open("node-1")
        awkward = NewEntry("9007199254740991:7", bytes(range(16)), "agent:Ünal 🙂", b"\x00\r\n\xff*$", b"\x01" * 300, 0)

        answer = await journal.append(1, 0, [awkward], [])

        expected = StoredEntry(
            1, answer.stamp_us, opened.incarnation, "node-1", awkward.op, awkward.body, awkward.actor,
            awkward.command, awkward.sealed, 0, ENTRY_VERSION,
        )  # fmt: skip
        assert [expected] == answer.entries
        assert [expected] == await journal.read(0, 10)

    async def test_a_node_comes_back_to_what_is_there(self, world: World) -> None:
        """Opening again keeps the epoch and the offsets and counts the incarnation up."""
        first = await world.journal().open("ann")
        journal = world.journal()
        opened = await journal.open("ann")
        await journal.append(1, 0, [entry("1:1")], [])

        again = await world.journal().open("ann")

        assert (1, 0) == (first.incarnation, first.last)
        assert 2 == opened.incarnation
        assert (first.epoch, 3, 1) == (again.epoch, again.incarnation, again.last)


class TestSendingAgain:
    async def test_one_number_is_taken_once(self, world: World) -> None:
        """A reply that was lost is asked for again: one set of entries, and both replies carry it."""
        journal = world.journal()
        await journal.open("ann")
        batch = [entry("1:1"), entry("1:2")]

        first = await journal.append(1, 0, batch, [])
        again = await journal.append(1, 0, batch, [])

        assert first.entries == again.entries
        assert 2 == again.last
        assert first.stamp_us <= again.stamp_us

    async def test_an_older_number_is_dropped(self, world: World) -> None:
        """A number below the last one is there already, whatever it carries."""
        journal = world.journal()
        await journal.open("ann")
        await journal.append(1, 0, [entry("1:1")], [])
        await journal.append(2, 1, [entry("1:2")], [])

        answer = await journal.append(1, 2, [entry("9:9")], [])

        assert [] == answer.entries
        assert 2 == answer.last

    async def test_a_number_left_out_appends_nothing(self, world: World) -> None:
        """A batch that went missing is never passed over; with the right number the node goes on."""
        journal = world.journal()
        await journal.open("ann")

        with pytest.raises(BatchGap, match="batch 2 came after 0"):
            await journal.append(2, 0, [entry("1:2")], [])

        assert ["1:1"] == ops((await journal.append(1, 0, [entry("1:1")], [])).entries)

    async def test_a_caller_who_leaves_does_no_harm(self, world: World) -> None:
        """A cancelled append may be there or not; its number sent again makes it there once."""
        journal = world.journal()
        await journal.open("ann")
        leaving = asyncio.ensure_future(journal.append(1, 0, [entry("1:1")], []))
        await asyncio.sleep(0)
        leaving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await leaving

        answer = await journal.append(1, 0, [entry("1:1")], [])

        assert ["1:1"] == ops(answer.entries)
        assert 1 == answer.last


class TestFencing:
    async def test_an_old_life_cannot_append(self, world: World) -> None:
        """Two processes under one node's name: only the newer one appends, and it begins at batch 1."""
        old, new = world.journal(), world.journal()
        await old.open("ann")
        await old.append(1, 0, [entry("1:1")], [])
        await new.open("ann")

        with pytest.raises(Fenced, match="incarnation 2 of node ann"):
            await old.append(2, 1, [entry("1:2")], [])

        assert ["1:1", "2:1"] == ops((await new.append(1, 0, [entry("2:1")], [])).entries)

    async def test_a_flushed_store_is_no_fresh_one(self, world: World) -> None:
        """After a flush nothing is appended or read, also once another node has begun a life that grew past ours."""
        ann, bob = world.journal(), world.journal()
        before = await ann.open("ann")
        await ann.append(1, 0, [entry("1:1")], [])
        await world.flush()

        with pytest.raises(Regressed):
            await ann.append(2, 1, [entry("1:2")], [])
        after = await bob.open("bob")
        await bob.append(1, 0, [entry("2:1"), entry("2:2"), entry("2:3")], [])
        with pytest.raises(Regressed, match="epoch"):
            await ann.append(2, 1, [entry("1:2")], [])
        with pytest.raises(Regressed, match="epoch"):
            await ann.read(1, 10)

        assert before.epoch != after.epoch
        assert ["2:1", "2:2", "2:3"] == ops(await bob.read(0, 10))

    async def test_a_store_that_fell_behind_is_seen(self, world: World) -> None:
        """What this node has folded must be there: a failover that lost the tail is never appended to."""
        journal = world.journal()
        await journal.open("ann")
        await journal.append(1, 0, [entry("1:1"), entry("1:2"), entry("1:3")], [])
        await world.lose(2)

        with pytest.raises(Regressed, match="the last offset is 1, but 3 was folded"):
            await journal.append(2, 3, [entry("1:4")], [])
        with pytest.raises(Regressed, match="the last offset is 1"):
            await journal.read(3, 10)

        assert ["1:1"] == ops(await journal.read(0, 10))

    async def test_a_store_that_forgot_our_life_is_seen(self, world: World) -> None:
        """An incarnation that the store has not given out means that an older state was restored."""
        journal = world.journal()
        await journal.open("ann")
        await world.forget_incarnation("ann")

        with pytest.raises(Regressed, match="incarnation 1 of node ann is not known"):
            await journal.append(1, 0, [entry("1:1")], [])

        assert [] == await journal.read(0, 10)


class TestTime:
    async def test_silence_is_journalled_when_due_and_not_yet_past(self, world: World) -> None:
        """An entry with `due` is taken only if the last entry lies before `due` and the clock has reached it."""
        journal = world.journal()
        await journal.open("ann")
        stamp = (await journal.append(1, 0, [entry("start")], [])).stamp_us

        past = await journal.append(2, 1, [entry("past", due=stamp)], [])
        ahead = await journal.append(3, 1, [entry("ahead", due=stamp + HOUR_US)], [])
        due = await journal.append(4, 1, [entry("due", due=stamp + 1)], [])

        assert [] == past.entries + ahead.entries
        assert stamp < past.stamp_us < ahead.stamp_us
        assert [("due", stamp + 1)] == [(e.op, e.due) for e in due.entries]

    async def test_what_is_left_out_leaves_no_hole(self, world: World) -> None:
        """Entries round a left-out one lie side by side, in the first reply as in the one sent again."""
        journal = world.journal()
        await journal.open("ann")
        stamp = (await journal.append(1, 0, [entry("start")], [])).stamp_us
        batch = [entry("a"), entry("late", due=stamp), entry("b"), entry("early", due=stamp + HOUR_US), entry("c")]

        first = await journal.append(2, 1, batch, [])
        again = await journal.append(2, 1, batch, [])

        assert [(2, "a"), (3, "b"), (4, "c")] == [(e.offset, e.op) for e in first.entries]
        assert first.entries == again.entries

    async def test_a_batch_has_one_stamp_and_time_goes_on(self, world: World) -> None:
        """The entries of a batch share the call's stamp; the next call's is later, also when it appends nothing."""
        journal = world.journal()
        await journal.open("ann")

        first = await journal.append(1, 0, [entry("a"), entry("b")], [])
        empty = await journal.append(2, 2, [], [])

        assert [first.stamp_us] * 2 == [e.stamp_us for e in first.entries]
        assert first.stamp_us < empty.stamp_us

    async def test_a_backward_step_is_slewed_away(self, world: World) -> None:
        """When the machine's clock steps back, journal time stands still and then runs at 90 % until the two meet."""
        journal = world.journal()
        await journal.open("ann")
        stamps = [(await journal.append(1, 0, [entry("a")], [])).stamp_us]
        await world.move_clock_back(HOUR_US)
        clocks = [await world.clock()]

        for number in range(2, 7):
            answer = await journal.append(number, number - 1, [entry("b")], [])
            stamps.append(answer.stamp_us)
            clocks.append(await world.clock())

        assert sorted(stamps) == stamps
        for (stamp, raw), after in pairwise(clocks):
            assert (journal_time(stamp, raw, after[1]), after[1]) == after
        ahead = [stamp - raw for stamp, raw in clocks[1:]]
        assert sorted(ahead, reverse=True) == ahead
        assert 0 < ahead[-1] < ahead[0]

    @pytest.mark.parametrize(
        ("stamp", "raw", "time", "expected"),
        [
            (1_000, 1_000, 1_500, 1_500),  # in step: as the clock goes
            (1_000, 1_000, 400, 1_000),  # a step back: stand still
            (1_000, 400, 500, 1_090),  # 600 ahead: 100 passed, 90 shown
            (1_000, 995, 1_095, 1_095),  # 5 ahead: only those 5 are slewed
            (1_000, 1_000, 1_000, 1_000),  # the same instant
            (1_000, 400, 409, 1_009),  # less than ten: nothing to slew yet
            (1_700_000_000_000_001, 1_700_000_000_000_000, 1_700_000_000_000_019, 1_700_000_000_000_019),
        ],
    )
    def test_rule_of_journal_time(self, stamp: int, raw: int, time: int, expected: int) -> None:
        """`d = max(0, time - raw); stamp += d - min(max(0, stamp - raw), d // 10)`, in whole microseconds."""
        assert expected == journal_time(stamp, raw, time)


class TestBounds:
    async def test_a_late_node_catches_up_in_bounded_replies(self, world: World) -> None:
        """No reply holds more than 1,000 entries over its batch; empty batches bring the rest, in order."""
        early, late = world.journal(), world.journal()
        await early.open("early")
        await late.open("late")
        for number in (1, 2, 3):
            await early.append(number, (number - 1) * 700, [entry(f"{number}:{i}") for i in range(700)], [])

        answer = await late.append(1, 0, [entry("late:1")], [])
        rest = await catch_up(late, 1, len(answer.entries))

        assert REPLY_ENTRIES + 1 == len(answer.entries)
        assert 2_101 == answer.last
        assert list(range(1, 2_102)) == [e.offset for e in answer.entries + rest]
        assert "late:1" == rest[-1].op

    @pytest.mark.parametrize("others", [REPLY_ENTRIES - 1, REPLY_ENTRIES, REPLY_ENTRIES + 1])
    async def test_own_entries_follow_the_others_at_the_bound(self, world: World, others: int) -> None:
        """Just below, at and above the bound, a reply is a run without a gap; catching up ends with the own entry."""
        early, late = world.journal(), world.journal()
        await early.open("early")
        await late.open("late")
        await early.append(1, 0, [entry(f"1:{i}") for i in range(others - 1)], [])
        await early.append(2, others - 1, [entry("2:1")], [])

        answer = await late.append(1, 0, [entry("late:1")], [])
        rest = await catch_up(late, 1, len(answer.entries))

        assert list(range(1, others + 2)) == [e.offset for e in answer.entries + rest]
        assert "late:1" == (answer.entries + rest)[-1].op

    async def test_a_batch_that_is_too_long_is_refused(self, world: World) -> None:
        """The store serves nobody else during a call, so a batch has a limit, and the text says to cut it."""
        journal = world.journal()
        await journal.open("ann")

        with pytest.raises(ValueError, match="at most 1000 entries, this one has 1001: cut it"):
            await journal.append(1, 0, [entry("1:1")] * (MAX_BATCH + 1), [])

        assert 1 == (await journal.append(1, 0, [entry("1:1")], [])).last

    async def test_a_journal_must_be_opened(self, world: World) -> None:
        """Without an incarnation there is no number to send again."""
        with pytest.raises(JournalError, match="call open"):
            await world.journal().append(1, 0, [], [])
        with pytest.raises(JournalError, match="call open"):
            await world.journal().read(0, 1)


class TestKeys:
    async def test_keys_come_with_their_entries(self, world: World) -> None:
        """A key is there as soon as an entry that needs it is; a contact whose key was erased is missing."""
        journal = world.journal()
        await journal.open("ann")

        await journal.append(1, 0, [entry("1:1")], [(7, b"\x00seven"), (2**53 - 1, b"large")])

        assert {7: b"\x00seven", 2**53 - 1: b"large"} == await journal.load_keys([7, 8, 2**53 - 1])
        assert {} == await journal.load_keys([])

    async def test_a_key_is_never_replaced(self, world: World) -> None:
        """Two contacts drawn with one id must not cost the first one its messages."""
        journal = world.journal()
        await journal.open("ann")

        await journal.append(1, 0, [], [(7, b"first")])
        await journal.append(2, 0, [], [(7, b"second")])

        assert {7: b"first"} == await journal.load_keys([7])

    async def test_all_keys_can_be_gone_through(self, world: World) -> None:
        """A node that starts finds every key, however many there are."""
        journal = world.journal()
        await journal.open("ann")
        expected = {contact: b"key %d" % contact for contact in range(1, 2_501)}

        await journal.append(1, 0, [], list(expected.items()))

        assert expected == {contact: key async for contact, key in journal.all_keys()}
        assert expected == await journal.load_keys(expected)


class TestReading:
    async def test_reading_is_by_offset_and_bounded(self, world: World) -> None:
        """A read begins after the offset and brings no more than was asked for."""
        journal = world.journal()
        await journal.open("ann")
        await journal.append(1, 0, [entry(f"1:{i}") for i in range(1, 6)], [])

        assert ["1:3", "1:4"] == ops(await journal.read(2, 2))
        assert [] == await journal.read(5, 10)

    async def test_a_waiting_read_wakes_up(self, world: World) -> None:
        """A quiet node sees another node's entry without asking again and again."""
        ann, bob = world.journal(), world.journal()
        await ann.open("ann")
        await bob.open("bob")
        waiting = asyncio.ensure_future(ann.read(0, 10, wait_ms=30_000))
        for _ in range(10):
            await asyncio.sleep(0)

        await bob.append(1, 0, [entry("2:1")], [])

        assert ["2:1"] == ops(await asyncio.wait_for(waiting, 10))

    async def test_a_waiting_read_ends(self, world: World) -> None:
        """When nothing comes, waiting is over in time, and the journal can be asked again."""
        journal = world.journal()
        await journal.open("ann")

        assert [] == await asyncio.wait_for(journal.read(0, 10, wait_ms=20), 10)
        assert 1 == (await journal.append(1, 0, [entry("1:1")], [])).last

    async def test_trimming_is_told_and_offsets_survive_it(self, world: World) -> None:
        """Entries that left for the archive are named, never skipped; numbering goes on, also from an empty stream."""
        journal = world.journal()
        await journal.open("ann")
        await journal.append(1, 0, [entry(f"1:{i}") for i in range(1, 6)], [])

        await world.trim(4)
        with pytest.raises(Trimmed) as partly:
            await journal.read(1, 10)
        left = await journal.read(3, 10)
        await world.trim(6)
        with pytest.raises(Trimmed) as wholly:
            await journal.append(1, 2, [], [])
        onward: Appended = await journal.append(2, 5, [entry("1:6")], [])

        assert (1, 4) == (partly.value.after, partly.value.first)
        assert ["1:4", "1:5"] == ops(left)
        assert (2, 6) == (wholly.value.after, wholly.value.first)
        assert [(6, "1:6")] == [(e.offset, e.op) for e in onward.entries]


class TestUpkeep:
    async def test_trimming_by_the_port_is_told_like_any(self, world: World) -> None:
        """What the journal itself dropped is gone for readers, and numbering goes on, also from an empty stream."""
        journal = world.journal()
        await journal.open("ann")
        await journal.append(1, 0, [entry(f"1:{i}") for i in range(1, 6)], [])
        whole = await journal.extent()

        await journal.trim(4)
        part = await journal.extent()
        await journal.trim(2)
        await journal.trim(6)
        empty = await journal.extent()
        onward = await journal.append(2, 5, [entry("1:6")], [])

        assert [(1, 5), (4, 5), (6, 5)] == [(each.first, each.last) for each in (whole, part, empty)]
        assert whole.bytes >= part.bytes > 0
        assert [(6, "1:6")] == [(e.offset, e.op) for e in onward.entries]
        with pytest.raises(Trimmed):
            await journal.read(4, 10)

    async def test_a_journal_without_entries_has_no_extent(self, world: World) -> None:
        """Before the first entry the next offset is the first one."""
        journal = world.journal()
        await journal.open("ann")

        assert (1, 0) == ((await journal.extent()).first, (await journal.extent()).last)

    async def test_unused_keys_go_and_others_stay(self, world: World) -> None:
        """The keys of contacts that never were are deleted; asking twice, or for none, is nothing."""
        journal = world.journal()
        await journal.open("ann")
        await journal.append(1, 0, [entry("1:1")], [(contact, b"key %d" % contact) for contact in range(1, 2_501)])

        await journal.drop_keys(range(2, 2_501))
        await journal.drop_keys([2, 9_999])
        await journal.drop_keys([])

        assert {1: b"key 1"} == {contact: key async for contact, key in journal.all_keys()}

    async def test_erasing_leaves_the_journal_as_it_was(self, world: World) -> None:
        """The key is gone for everybody, the entries are there to the byte, and appending goes on; twice is once."""
        ann, bob = world.journal(), world.journal()
        await ann.open("ann")
        await bob.open("bob")
        await ann.append(1, 0, [entry("1:1"), entry("1:2")], [(7, b"seven"), (8, b"eight")])
        before = await ann.read(0, 10)

        await bob.erase([7])
        await bob.erase([7])
        onward = await ann.append(2, 2, [entry("1:3")], [])

        assert {8: b"eight"} == await ann.load_keys([7, 8])
        assert before + onward.entries == await bob.read(0, 10)
