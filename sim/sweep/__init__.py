"""
Many points of one scenario: a grid over some of its fields, or a list of variants, all under the same customers.

What a point is stands in `axes`, what was found in `found`, its words in `words`, and how it is run in `run`.
"""
