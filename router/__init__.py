"""The desk and what carries it: rules, formats, journal, sockets; it knows nothing of simulation or of pages."""
