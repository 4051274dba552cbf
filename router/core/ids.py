"""
Names for the integers and strings that identify things; no behaviour.

Contact and session ids (53 bits, so that JavaScript holds them exactly) are drawn by gateways; offers and attempts are
counted by the desk; agent, ASC and company ids come from the directory.
"""

from typing import NewType

AgentId = NewType("AgentId", int)
AscId = NewType("AscId", int)
CompanyId = NewType("CompanyId", int)
ContactId = NewType("ContactId", int)
OfferId = NewType("OfferId", int)
SessionId = NewType("SessionId", int)

LineKey = NewType("LineKey", str)
"""`product/language`, for example `expense/en`."""


def line_key(product: str, language: str) -> LineKey:
    """The key of the waiting line for one product line in one language."""
    return LineKey(f"{product}/{language}")
