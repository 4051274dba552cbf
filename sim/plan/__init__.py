"""
The plan: the least-cost staffing that keeps a desk's targets with a stated probability.

`section` is what a scenario says of it, `search` finds it. Nothing in this room decides how a contact is handled: that
is the desk's, and the twin rehearses it.
"""
