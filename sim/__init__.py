"""Demand, people, the twin and its measures: uses the desk and the wire formats, never the service."""
