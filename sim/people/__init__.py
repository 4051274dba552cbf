"""
The people of a scenario and what they do: who works when, how long work takes, how long customers wait, callbacks.

Forms, and what an engine makes of them. Whom anybody serves is the desk's affair and is not decided in this room.
"""
