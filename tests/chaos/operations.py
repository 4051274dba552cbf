"""What became of each operation: nothing acknowledged is lost, nothing is done twice, order in time is kept (D, L1)."""

from collections import defaultdict
from collections.abc import Iterator

from tests.chaos.evidence import Evidence, Step
from tests.chaos.history import Note
from tests.chaos.judge import check


def _by_op(evidence: Evidence) -> dict[str, list[Step]]:
    found: dict[str, list[Step]] = defaultdict(list)
    for step in evidence.steps:
        if step.stored.op:
            found[step.stored.op].append(step)
    return found


def _effect(steps: list[Step]) -> Step | None:
    """The entry whose verdict counts: the first that is no repetition and was not put off (`op_gap`)."""
    return next((step for step in steps if not step.repeated and step.code != "op_gap"), None)


def _say(note: Note) -> str:
    return f"{note.type} {note.f} {note.op} of {note.p}, o {note.o}, contact {note.chat} {note.err}".rstrip()


@check("D1", "no acknowledged operation is lost")
def _lost(evidence: Evidence) -> Iterator[str]:
    steps = _by_op(evidence)
    for note in evidence.notes:
        if note.type == "ok":
            effect = _effect(steps.get(note.op, []))
            if effect is None:
                yield f"{_say(note)}: not in the journal (entries {[s.offset for s in steps.get(note.op, [])]})"
            elif effect.code:
                yield f"{_say(note)}: entry {effect.offset} was refused with {effect.code}"


@check("D2", "nothing is in the journal that nobody asked for")
def _phantom(evidence: Evidence) -> Iterator[str]:
    asked = {note.op: note for note in evidence.notes if note.type == "invoke"}
    for step in evidence.steps:
        stored = step.stored
        if not stored.op:
            continue
        note = asked.get(stored.op)
        if note is None:
            yield f"entry {stored.offset} ({type(step.command).__name__} by {stored.actor}): nobody asked {stored.op}"
        elif note.p != stored.actor:
            yield f"entry {stored.offset}: {stored.op} is {note.p}'s, the journal says {stored.actor}"
        elif evidence.body_of(note.v) != stored.body:
            yield f"entry {stored.offset}: {stored.op} had another content when {note.p} asked it"


@check("D3", "an operation takes effect once, and a repetition gets the same answer")
def _twice(evidence: Evidence) -> Iterator[str]:
    for op, steps in _by_op(evidence).items():
        effects = [step.offset for step in steps if not step.repeated and not step.code]
        if len(effects) > 1:
            yield f"operation {op} took effect at each of the entries {effects}"
    answers: dict[str, Note] = {}
    for note in evidence.notes:
        if note.type not in ("ok", "fail"):
            continue
        first = answers.setdefault(note.op, note)
        if (first.type, first.o, first.chat, first.err) != (note.type, note.o, note.chat, note.err):
            yield f"{_say(first)}, and then {_say(note)}"


@check("D3", "an acknowledgement names the event that the operation made")
def _named(evidence: Evidence) -> Iterator[str]:
    steps = _by_op(evidence)
    for note in evidence.notes:
        if note.type == "ok" and note.o:
            effect = _effect(steps.get(note.op, []))
            if effect is not None and (effect.contact, effect.o) != (note.chat, note.o):
                yield f"{_say(note)}: entry {effect.offset} made o {effect.o} of contact {effect.contact}"


@check("D4", "what was refused has no effect")
def _failed(evidence: Evidence) -> Iterator[str]:
    steps = _by_op(evidence)
    for note in evidence.notes:
        if note.type == "fail":
            for step in steps.get(note.op, []):
                if not step.code and not step.repeated:
                    yield f"{_say(note)}: it took effect at entry {step.offset}"


@check("D5", "offsets follow one another, time and incarnations never go back")
def _well_formed(evidence: Evidence) -> Iterator[str]:
    stamp = 0
    for number, stored in enumerate(evidence.entries, 1):
        if stored.offset != number:
            yield f"entry {stored.offset} stands where {number} should"
            break
    for stored in evidence.entries:
        if stored.stamp_us < stamp:
            yield f"entry {stored.offset} is stamped {stored.stamp_us}, the one before {stamp}"
        stamp = stored.stamp_us
    for step in evidence.steps:
        if step.stored.due > step.stored.stamp_us:
            yield f"entry {step.offset} came before the deadline {step.stored.due} that it was for"


@check("D5", "each contact's events are numbered without a gap")
def _streams(evidence: Evidence) -> Iterator[str]:
    last: dict[int, int] = {}
    for step in evidence.steps:
        for event in step.events:
            o, contact = getattr(event, "o", None), getattr(event, "contact_id", 0)
            if o is None or not contact or type(event).__name__ == "OpRecorded":
                continue
            if o != last.get(contact, 0) + 1:
                yield f"entry {step.offset}: contact {contact} goes from {last.get(contact, 0)} to {o}"
            last[contact] = o


@check("D7", "whoever folds the journal comes to the same state")
def _replay(evidence: Evidence) -> Iterator[str]:
    if evidence.broken:
        yield f"the journal cannot be folded: {evidence.broken}"
    if len(set(evidence.hashes.values())) > 1:
        yield f"different states: {evidence.hashes}"


@check("L1", "what was acknowledged before another was asked stands before it")
def _real_time(evidence: Evidence) -> Iterator[str]:
    offsets = {op: effect.offset for op, steps in _by_op(evidence).items() if (effect := _effect(steps)) is not None}
    latest, by = 0, ""
    for note in evidence.notes:
        offset = offsets.get(note.op, 0)
        if note.type == "invoke" and offset and offset < latest:
            yield f"{note.op} of {note.p} is entry {offset}, but {by}, answered before it was asked, is entry {latest}"
        elif note.type == "ok" and offset > latest:
            latest, by = offset, f"{note.op} of {note.p}"


@check("R12", "after the heal every operation is answered")
def _answered(evidence: Evidence) -> Iterator[str]:
    done = {note.op for note in evidence.notes if note.op and note.type != "invoke"}
    for note in evidence.notes:
        if note.type == "invoke" and note.op not in done:
            yield f"{_say(note)} was never answered"
