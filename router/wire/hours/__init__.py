"""
Calendars: what people write about opening hours, and the instants the desk is handed instead.

Only here, inside the router, are there time zones, days and holidays. No clock is read: `now` comes in.
"""
