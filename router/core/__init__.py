"""
The desk: one deterministic state machine that decides who talks to whom.

Rule 1: no clock, no chance, no I/O and no package but this one; time and ids come in with the commands.
Rule 2: `DeskState.emit` is the only way the state changes.
Rule 3: integers and strings only, no floats, no set iteration.
"""
