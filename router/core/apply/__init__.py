"""
How each event changes the state: the one place that does.

Rule 1: no decisions and no refusals here; an event that cannot be applied is a bug. Rule 2: everything that an event
makes possible (a free unit, a new head of line) is marked as touched, so that matching looks exactly there.
"""

from router.core.apply import agents, callbacks, clocks, contacts, offers, routing, service

__all__ = ["agents", "callbacks", "clocks", "contacts", "offers", "routing", "service"]
