"""Asyncio shells that feed the desk and flush what it said; no routing decision is taken in this room."""
