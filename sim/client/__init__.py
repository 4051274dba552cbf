"""
A client of the wire protocol for Python programs: bots, bridges to other systems, virtual people, tests.

`Client` keeps one person's connection with the rules of docs/reference/protocol.md: nothing that was sent is lost or
done twice, whatever becomes of the connection. What it knows is its `View`. It speaks to a desk as a browser does and
imports nothing of the desk. The how-to is docs/how-to/connect-a-program.md.
"""

from sim.client.client import Client, Refusal
from sim.client.view import OVER, Frame, OtherJournal, View

__all__ = ["OVER", "Client", "Frame", "OtherJournal", "Refusal", "View"]
