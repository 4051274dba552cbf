"""Closed contacts in SQL: tables, how they are filled from the journal's events, and how they are read."""
