"""
What is told once a second: places in line, the board of the whole desk, and the lines that are looked into.

Only what differs from what was told last goes out, and only the latest counts. Sending it is the teller's affair.
"""

from collections.abc import Callable, Iterator
from typing import Any

from router.core.ids import ContactId, LineKey
from router.core.lines import Contact
from router.service.connection import Connection
from router.service.staff_views import StaffViews
from router.service.views import Views


class Places:
    """The places in line that were told last."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self._told: dict[LineKey, dict[ContactId, dict[str, Any]]] = {}
        self._changed: dict[LineKey, None] = {}

    def changed(self, line: LineKey) -> None:
        """Somebody came to or left this line."""
        self._changed[line] = None

    def show_again(self, contact: Contact) -> None:
        """Tell this contact's place even if it is the one that was told."""
        self._told.get(contact.line, {}).pop(contact.id, None)
        self._changed[contact.line] = None

    def news(self, wanted: Callable[[Contact], bool]) -> Iterator[tuple[Contact, dict[str, Any]]]:
        """Each wanted contact of which something else is to be told than before."""
        changed, self._changed = self._changed, {}
        for line in changed:
            standing = self._views.standing(line)
            waiting = len(standing)
            before = self._told.get(line, {})
            now = self._told[line] = {
                contact.id: {
                    "position": position,
                    "waiting": waiting,
                    "convertible_from": self._views.convertible_from(contact),
                    "wait": self._views.wait(contact),
                }
                for position, contact in enumerate(standing, 1)
                if wanted(contact)
            }
            for contact in standing:
                place = now.get(contact.id)
                if place is not None and place != before.get(contact.id):
                    yield contact, place


class Board:
    """The supervisors' board. `extra` may be set by the application: measures that it adds."""

    def __init__(self, views: StaffViews) -> None:
        self.watchers: dict[Connection, None] = {}
        self.extra: Callable[[], dict[str, Any]] = dict
        self._views = views
        self._told: dict[str, Any] | None = None

    def watch(self, connection: Connection) -> None:
        """Show this connection the board, beginning with the next second."""
        self.watchers[connection] = None
        self._told = None

    def forget(self, connection: Connection) -> None:
        """This connection is gone."""
        self.watchers.pop(connection, None)

    def news(self) -> dict[str, Any] | None:
        """The board, if somebody watches and it is another than the one told."""
        if not self.watchers:
            return None
        board = {**self._views.board(), **self.extra()}
        if board == self._told:
            return None
        self._told = board
        return board


class LineWatch:
    """Who looks into which line, and what was told of it last; a connection looks into one at a time."""

    def __init__(self, views: StaffViews) -> None:
        self._views = views
        self._watched: dict[Connection, LineKey] = {}
        self._told: dict[LineKey, dict[str, Any]] = {}

    def watch(self, connection: Connection, line: LineKey | None) -> None:
        """Show this connection a line, beginning with the next second, or none."""
        self.forget(connection)
        if line is not None:
            self._watched[connection] = line
            self._told.pop(line, None)

    def forget(self, connection: Connection) -> None:
        """This connection looks no more."""
        self._watched.pop(connection, None)

    def news(self) -> Iterator[tuple[LineKey, list[Connection], dict[str, Any]]]:
        """Each line that somebody looks into and that is another than the one told, with those who look."""
        watched: dict[LineKey, list[Connection]] = {}
        for connection, line in self._watched.items():
            watched.setdefault(line, []).append(connection)
        self._told = {line: told for line, told in self._told.items() if line in watched}
        for line, connections in watched.items():
            view = self._views.line(line)
            if view is not None and view != self._told.get(line):
                self._told[line] = view
                yield line, connections, view
