"""
What the desk says about waiting: how long it will be, when to say so, and how right it was.

Everything here is a function of integers, or a record of them that its owner keeps. Rule 1: no room here knows the
desk's state, decides who is served, or writes words for people. Rule 2: a number that is told comes with the range it
was drawn from, and is later held against what happened.
"""
