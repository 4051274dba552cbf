"""
What the journal and the core must never see in clear: texts, names and numbers, sealed under a key per contact.

Rule 1: no store and no socket; keys come in as bytes, and the desk's own keys lie in one file outside the store: a copy
of the store alone opens nothing. Rule 2: erasing a person is deleting the contact's key: what was sealed stays where it
is and says nothing. Rule 3: no key, no text and no number ever goes into an error or a representation.

A sealed part is `1 | nonce (12 bytes) | AES-256-GCM ciphertext and tag`; the contact's id is authenticated with it, so
that a part which was moved to another contact does not open.
"""

import hmac
import json
import os
import re
import stat
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic_core import PydanticSerializationError, to_json

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
BODY_HASH_BYTES: Final = 16
NUMBER_REF_DIGITS: Final = 32

_FORMAT: Final = b"\x01"
_NONCES_AT_ONCE: Final = 256
_CIPHERS_KEPT: Final = 4_096
_FILE_BYTES: Final = 4_096
_E164: Final = re.compile(r"\+[1-9][0-9]{1,14}")


class SealingError(Exception):
    """Something sealed cannot be made or opened."""


class Erased(SealingError):
    """The contact's key was deleted: the person was erased, and nothing of theirs can be read again."""

    def __init__(self, contact_id: int) -> None:
        super().__init__(f"contact {contact_id} was erased: there is no key any more")
        self.contact_id = contact_id


class BrokenSeal(SealingError):
    """The bytes are not what was sealed for this contact under this key."""


class KeyFileError(SealingError):
    """The file with the desk's keys cannot be used; the text says what to do."""


@dataclass(frozen=True, slots=True)
class DeskKeys:
    """The desk's three secrets, 32 bytes each. Losing them loses every sealed text; keep a copy apart from the data."""

    kek: bytes = field(repr=False)
    """Wraps the contacts' keys."""
    hmac_key: bytes = field(repr=False)
    """For number references and body hashes."""
    token_key: bytes = field(repr=False)
    """For the tokens that the service gives out."""

    @classmethod
    def create(cls, path: Path) -> Self:
        """Draw new keys and write them to a file that only its owner can read; raises `KeyFileError` if it is there."""
        keys = cls(*(os.urandom(KEY_BYTES) for _ in range(3)))
        fields = {"version": 1, "kek": keys.kek.hex(), "hmac": keys.hmac_key.hex(), "token": keys.token_key.hex()}
        _write_private(path, json.dumps(fields))
        return keys

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the keys; raises `KeyFileError` if the file is missing, open to others or damaged."""
        content = _read_private(path)
        try:
            fields = json.loads(content)
            keys = [bytes.fromhex(fields[name]) for name in ("kek", "hmac", "token")]
            whole = fields["version"] == 1 and all(len(key) == KEY_BYTES for key in keys)
        except (ValueError, KeyError, TypeError):
            whole = False
        if not whole:  # said here and not above, so that no key stands in a chained error
            raise KeyFileError(f"the key file {path} is damaged: restore it from your copy")
        return cls(*keys)

    @classmethod
    def load_or_create(cls, path: Path) -> Self:
        """Read the keys, or draw them if the file is missing: only right while nothing was sealed under others."""
        return cls.load(path) if os.path.lexists(path) else cls.create(path)

    def wrap(self, contact_id: int, key: bytes) -> bytes:
        """Return a contact's key as it may stand in the store."""
        return seal_json(self.kek, contact_id, key)

    def unwrap(self, contact_id: int, wrapped: bytes | None) -> bytes:
        """Return a contact's key; raises `Erased` if there is none, `BrokenSeal` if it is not this contact's."""
        return _decrypt(self.kek, contact_id, wrapped)

    def number_ref(self, e164: str) -> str:
        """
        Return what stands for a phone number where the core compares numbers: 32 hex digits of HMAC-SHA256.

        Raises `ValueError` for anything but plain E.164 (`+` and up to 15 ASCII digits).
        """
        if not _E164.fullmatch(e164):
            raise ValueError("the number is not E.164 (a plus sign and up to 15 digits): normalise it first")
        return hmac.digest(self.hmac_key, e164.encode("ascii"), "sha256").hex()[:NUMBER_REF_DIGITS]

    def body_hash(self, frame: bytes) -> bytes:
        """Return 16 bytes of HMAC-SHA256 over a client's canonical frame, by which a repeated operation is known."""
        return hmac.digest(self.hmac_key, frame, "sha256")[:BODY_HASH_BYTES]


def new_contact_key() -> bytes:
    """Draw a key for one contact."""
    return AESGCM.generate_key(bit_length=8 * KEY_BYTES)


def seal(key: bytes, contact_id: int, fields: dict[str, str]) -> bytes:
    """Seal named texts for a contact; raises `SealingError` for text that is not Unicode (a lone surrogate)."""
    return seal_json(key, contact_id, fields_json(contact_id, fields))


def fields_json(contact_id: int, fields: dict[str, str]) -> bytes:
    """Return what `seal` encrypts: a JSON object. Raises as `seal` does."""
    try:
        return to_json(fields)
    except PydanticSerializationError:
        raise SealingError(f"a text of contact {contact_id} holds a half character (a lone surrogate)") from None


def seal_json(key: bytes, contact_id: int, plain: bytes) -> bytes:
    """Seal for a contact what `fields_json` gave, or any bytes."""
    nonce = _nonce()
    return _FORMAT + nonce + _cipher(key).encrypt(nonce, plain, b"%d" % contact_id)


def open_sealed(key: bytes | None, contact_id: int, blob: bytes) -> dict[str, str]:
    """Open what `seal` made. No key: raises `Erased`; another contact, key or content: raises `BrokenSeal`."""
    fields: dict[str, str] = json.loads(open_json(key, contact_id, blob))
    return fields


def open_json(key: bytes | None, contact_id: int, blob: bytes) -> bytes:
    """Return the JSON object that was sealed. Raises as `open_sealed` does."""
    return _decrypt(key, contact_id, blob)


def forget_ciphers() -> None:
    """Drop every key that is kept ready for use; called when a person is erased."""
    _cipher.cache_clear()


@lru_cache(maxsize=_CIPHERS_KEPT)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


_nonces: Final[list[bytes]] = []
"""Drawn and not used yet: a system call for each would cost as much as the encryption."""
# A forked process must not seal with the nonces of the one it came from.
os.register_at_fork(after_in_child=_nonces.clear)


def _nonce() -> bytes:
    while True:
        try:
            return _nonces.pop()  # each goes to one caller, whichever thread that is
        except IndexError:
            drawn = os.urandom(NONCE_BYTES * _NONCES_AT_ONCE)
            _nonces.extend(drawn[start : start + NONCE_BYTES] for start in range(0, len(drawn), NONCE_BYTES))


def _decrypt(key: bytes | None, contact_id: int, blob: bytes | None) -> bytes:
    if key is None or blob is None:
        raise Erased(contact_id)
    if blob[:1] != _FORMAT:
        raise BrokenSeal(
            f"a sealed part of contact {contact_id} has an unknown format: a newer version may have written it"
        )
    try:
        return _cipher(key).decrypt(blob[1 : 1 + NONCE_BYTES], blob[1 + NONCE_BYTES :], b"%d" % contact_id)
    except (InvalidTag, ValueError):  # a ValueError: cut off within the nonce
        raise BrokenSeal(
            f"a sealed part of contact {contact_id} does not open: it was altered, or made for another contact or key"
        ) from None


def _write_private(path: Path, text: str) -> None:
    """Make a file that must not exist yet; a crash leaves either none or a whole one."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(fresh, path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except FileExistsError:
        raise KeyFileError(f"the key file {path} is there already; keys are never overwritten") from None
    except OSError as error:
        raise KeyFileError(f"the key file {path} cannot be written: {error.strerror}") from error
    finally:
        fresh.unlink(missing_ok=True)


def _read_private(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            status, content = os.fstat(file.fileno()), file.read(_FILE_BYTES)
    except OSError as error:
        raise KeyFileError(
            f"the key file {path} cannot be read: {error.strerror}; what was sealed opens with it alone, so restore it "
            "from your copy"
        ) from error
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise KeyFileError(
            f"the key file {path} is open to others (mode {stat.S_IMODE(status.st_mode):04o}): run chmod 600 on it, "
            "and draw new keys if anyone may have read it"
        )
    if status.st_uid != os.getuid():
        raise KeyFileError(f"the key file {path} belongs to user {status.st_uid}, not to us: run chown on it")
    return content
