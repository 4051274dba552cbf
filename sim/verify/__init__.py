"""
The twin held to queueing theory: cases as data, a run of each, and what came of it.

A case names a textbook line, how to write it as a scenario, what theory says of it, and what to measure. What the twin
cannot express yet is there too: such a case compares theory with a published value. The command is
`sim.verify_command`; nothing here prints.
"""
