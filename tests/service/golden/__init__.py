"""
A journal that is kept, and what it came to: `python -m tests.service.golden` writes one for the present rules.

Random days of the small desk, as a journal's lines. Write it when `CORE_VERSION` was counted up, and keep the old ones.
"""
