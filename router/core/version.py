"""
The version of the desk's rules.

Whoever changes what the same journal comes to counts it up: no rules go on from a state of others, and archived
segments say by which rules they were folded.
"""

CORE_VERSION = 2
