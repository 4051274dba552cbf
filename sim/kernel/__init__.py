"""The compiled engine: what the twin does, event for event, for the scenarios that it models."""
