"""A PostgreSQL server of a test's own: no network, nothing synced to disk, gone afterwards."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def postgres() -> Iterator[str]:
    """The address of an empty database. Skips where `initdb` or the driver is missing."""
    pytest.importorskip("asyncpg")
    if shutil.which("initdb") is None or shutil.which("pg_ctl") is None:
        pytest.skip("there is no PostgreSQL here: install Debian's package `postgresql`")
    with tempfile.TemporaryDirectory(prefix="rb-pg-") as folder:
        user = _other_than_root(folder)
        data = f"{folder}/data"

        def run(*command: str) -> None:
            subprocess.run(command, check=True, user=user, capture_output=True, cwd=folder, timeout=60)

        run("initdb", "-D", data, "-U", "desk", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        run("pg_ctl", "-D", data, "-w", "-o", options, "-l", f"{folder}/log", "start")
        try:
            yield f"postgresql://desk@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")


def _other_than_root(folder: str) -> str | None:
    """Whom the server runs as: it refuses root, for whom another user has to do; the folder becomes that one's."""
    if os.getuid() != 0:
        return None
    try:
        found = pwd.getpwnam("postgres")
    except KeyError:
        pytest.skip("PostgreSQL does not run as root, and there is no user `postgres`")
    os.chown(Path(folder), found.pw_uid, found.pw_gid)
    return found.pw_name
