"""
From what was counted to what a scenario takes: rates, busyness and correlation of demand, with standard errors.

Nothing is simulated here, and no desk enters. Whatever is fitted is told with the days it comes from.
"""
