"""
From replications to numbers with intervals, and the techniques that make the intervals narrower.

Pure arithmetic: no desk, no scenario, no clock and no chance enters here.
"""

from sim.statistics.estimate import CONFIDENCE as CONFIDENCE
from sim.statistics.estimate import NOTHING as NOTHING
from sim.statistics.estimate import Estimate as Estimate
from sim.statistics.moments import Moments as Moments
from sim.statistics.moments import Sample as Sample
from sim.statistics.ratios import Difference as Difference
from sim.statistics.ratios import mean_of as mean_of
from sim.statistics.ratios import ratio_of as ratio_of
