"""
The rules of the desk once more, as simply as they can be said: lists, full scans, no heaps and no work lists.

Written from the vocabulary and the policy's own words, not from the desk's code. It is told the same commands at the
same times, and must refuse the same ones, make the same offers in the same order and be left with the same people in
the same places, or one of the two is wrong.

Rule 1: nothing is kept that can be counted. Rule 2: nothing is imported from the desk but its vocabulary.
"""

from tests.core.model.desk import Model

__all__ = ["Model"]
