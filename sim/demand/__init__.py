"""
Who asks, when, how often and how surely: the demand of a scenario, from its form to what an engine draws from.

No desk enters this room, and no generator with a state: what varies from day to day is drawn by key (`sim.draws`).
"""
