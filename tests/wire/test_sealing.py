"""Sealing: what is readable with the key, for its contact, and never otherwise."""

import hashlib
import hmac
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.wire.sealing import (
    BrokenSeal,
    DeskKeys,
    Erased,
    KeyFileError,
    SealingError,
    forget_ciphers,
    new_contact_key,
    open_sealed,
    seal,
)

KEYS = DeskKeys(kek=b"k" * 32, hmac_key=b"h" * 32, token_key=b"t" * 32)
CONTACT = 2**53 - 1
FIELDS = {"text": "Der Beleg fehlt 🙂", "name": "Ünal", "number": "+4930123456"}


class TestSealedParts:
    @given(st.dictionaries(st.text(), st.text()))
    def test_what_was_sealed_opens_again(self, fields: dict[str, str]) -> None:
        """Any Unicode text comes back as it was, under its contact's key."""
        key = new_contact_key()

        assert fields == open_sealed(key, 7, seal(key, 7, fields))

    def test_the_format_is_one_nonce_ciphertext(self) -> None:
        """1 byte of format, 12 of nonce, as many as the canonical JSON has, and 16 of tag; never twice the same."""
        key = new_contact_key()

        first, second = seal(key, 7, {"b": "2", "a": "1"}), seal(key, 7, {"a": "1", "b": "2"})

        assert 1 + 12 + len(b'{"a":"1","b":"2"}') + 16 == len(first) == len(second)
        assert 1 == first[0]
        assert first[1:13] != second[1:13]
        assert first[13:] != second[13:]

    def test_a_forked_process_seals_with_nonces_of_its_own(self) -> None:
        """Nonces are drawn ahead; what a process has drawn is not used again by one that it forked."""
        script = (
            "import os; from router.wire.sealing import seal\n"
            "seal(b'k' * 32, 7, {})\n"
            "os.fork(); os.write(1, seal(b'k' * 32, 7, {})[1:13].hex().encode() + b'\\n')"
        )

        both = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout.split()

        assert 2 == len(set(both))

    def test_no_word_is_readable_in_it(self) -> None:
        """Neither the texts nor their names can be found in the sealed bytes."""
        blob = seal(new_contact_key(), CONTACT, FIELDS)

        assert [] == [word for pair in FIELDS.items() for word in pair if word.encode() in blob]

    def test_it_belongs_to_its_contact_and_key(self) -> None:
        """Moved to another contact or tried with another key, it does not open."""
        key = new_contact_key()
        blob = seal(key, 7, FIELDS)

        for other_key, contact in ((key, 8), (new_contact_key(), 7)):
            with pytest.raises(BrokenSeal, match=f"contact {contact} does not open"):
                open_sealed(other_key, contact, blob)

    def test_any_altered_byte_is_noticed(self) -> None:
        """One flipped bit anywhere, or a missing end, and nothing is read."""
        key = new_contact_key()
        blob = seal(key, 7, {"text": "hello"})

        altered = [blob[:i] + bytes([blob[i] ^ 1]) + blob[i + 1 :] for i in range(len(blob))]
        cut = [blob[:length] for length in range(len(blob))]

        for broken in altered + cut:
            with pytest.raises(BrokenSeal):
                open_sealed(key, 7, broken)

    def test_an_erased_person_stays_erased(self) -> None:
        """Without a key there is one clear error, which names the contact and not what it said."""
        blob = seal(new_contact_key(), 7, FIELDS)

        with pytest.raises(Erased, match="contact 7 was erased") as erased:
            open_sealed(None, 7, blob)
        with pytest.raises(Erased):
            KEYS.unwrap(7, None)

        assert 7 == erased.value.contact_id

    def test_keys_can_be_forgotten(self) -> None:
        """After an erasure no key stays ready for use; those that are still there work on."""
        key = new_contact_key()
        blob = seal(key, 7, FIELDS)

        forget_ciphers()

        assert FIELDS == open_sealed(key, 7, blob)

    def test_half_a_character_is_refused(self) -> None:
        """A lone surrogate is no text; the error does not repeat it."""
        with pytest.raises(SealingError, match="lone surrogate") as refused:
            seal(new_contact_key(), 7, {"text": "secret \ud800"})

        assert "secret" not in str(refused.value)
        assert refused.value.__suppress_context__


class TestDeskKeys:
    def test_a_contact_key_is_wrapped_for_its_contact(self) -> None:
        """What stands in the store opens under the desk's key, for this contact alone."""
        key = new_contact_key()
        wrapped = KEYS.wrap(7, key)

        assert 32 == len(key)
        assert key not in wrapped
        assert key == KEYS.unwrap(7, wrapped)
        with pytest.raises(BrokenSeal):
            KEYS.unwrap(8, wrapped)
        with pytest.raises(BrokenSeal):
            DeskKeys(b"x" * 32, KEYS.hmac_key, KEYS.token_key).unwrap(7, wrapped)

    def test_number_ref_is_keyed_and_stable(self) -> None:
        """The same number gives the same 32 digits under one desk's key, other ones under another's."""
        expected = hmac.new(b"h" * 32, b"+4930123456", hashlib.sha256).hexdigest()[:32]

        assert expected == KEYS.number_ref("+4930123456")
        assert expected != KEYS.number_ref("+4930123457")
        assert expected != DeskKeys(KEYS.kek, b"i" * 32, KEYS.token_key).number_ref("+4930123456")

    @pytest.mark.parametrize(
        "number", ["", "+", "4930123456", "+0123", "+49 30", "+49٣", "+4930123456\n", "+" + "1" * 16]
    )
    def test_only_e164_has_a_reference(self, number: str) -> None:
        """Two ways to write one number must not give two references, so only the plain form is taken."""
        with pytest.raises(ValueError, match=r"E\.164") as refused:
            KEYS.number_ref(number)

        assert number == "" or number not in str(refused.value) or number == "+"

    def test_body_hash_is_sixteen_keyed_bytes(self) -> None:
        """A repeated operation is known by a hash that nobody without the key can make."""
        expected = hmac.new(b"h" * 32, b'{"t":"msg.send"}', hashlib.sha256).digest()[:16]

        assert expected == KEYS.body_hash(b'{"t":"msg.send"}')
        assert expected != KEYS.body_hash(b'{"t":"msg.send "}')

    def test_no_key_shows_in_a_representation(self) -> None:
        """Keys do not reach a log through `repr`."""
        assert "DeskKeys()" == repr(KEYS)


class TestKeyFile:
    def test_keys_are_made_once_and_read_again(self, tmp_path: Path) -> None:
        """The file is private from its first moment, and what it holds does not change."""
        path = tmp_path / "desk.keys"

        made = DeskKeys.load_or_create(path)

        assert made == DeskKeys.load(path) == DeskKeys.load_or_create(path)
        assert 0o600 == stat.S_IMODE(path.stat().st_mode)
        assert [path] == list(tmp_path.iterdir())
        assert 3 == len({made.kek, made.hmac_key, made.token_key})
        assert made != DeskKeys.create(tmp_path / "other.keys")

    def test_keys_are_never_overwritten(self, tmp_path: Path) -> None:
        """New keys over old ones would lose every sealed text."""
        path = tmp_path / "desk.keys"
        made = DeskKeys.create(path)

        with pytest.raises(KeyFileError, match="never overwritten"):
            DeskKeys.create(path)

        assert made == DeskKeys.load(path)

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
    def test_a_file_that_others_can_read_is_refused(self, tmp_path: Path, mode: int) -> None:
        """A key that others may have read is no secret; the error says what to run."""
        path = tmp_path / "desk.keys"
        DeskKeys.create(path)
        path.chmod(mode)

        with pytest.raises(KeyFileError, match=rf"open to others \(mode {mode:04o}\): run chmod 600"):
            DeskKeys.load_or_create(path)

    @pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'"x"', b"\xff", b'{"version":2}'])
    def test_a_damaged_file_is_refused(self, tmp_path: Path, content: bytes) -> None:
        """Guessing at keys would seal new texts under wrong ones."""
        path = tmp_path / "desk.keys"
        DeskKeys.create(path)
        path.write_bytes(content)

        with pytest.raises(KeyFileError, match="damaged: restore it"):
            DeskKeys.load(path)

    def test_a_short_key_is_refused_and_not_quoted(self, tmp_path: Path) -> None:
        """A cut key is damage, and no part of it is shown."""
        path = tmp_path / "desk.keys"
        made = DeskKeys.create(path)
        path.write_text(path.read_text().replace(made.kek.hex(), made.kek.hex()[:-2]))

        with pytest.raises(KeyFileError, match="damaged") as refused:
            DeskKeys.load(path)

        assert made.kek.hex()[:8] not in repr(refused.value)
        assert refused.value.__context__ is None

    def test_a_missing_or_impossible_file_is_told(self, tmp_path: Path) -> None:
        """The error names the file, the cause and the cure."""
        with pytest.raises(KeyFileError, match=r"desk\.keys cannot be read: No such file.*restore it"):
            DeskKeys.load(tmp_path / "desk.keys")
        with pytest.raises(KeyFileError, match="cannot be read: Is a directory"):
            DeskKeys.load(tmp_path)
        with pytest.raises(KeyFileError, match="cannot be written: No such file"):
            DeskKeys.create(tmp_path / "absent" / "desk.keys")

    @pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
    def test_a_strangers_file_is_refused(self, tmp_path: Path) -> None:
        """Who owns the file can read it."""
        path = tmp_path / "desk.keys"
        DeskKeys.create(path)
        os.chown(path, 65_534, 65_534)

        with pytest.raises(KeyFileError, match="belongs to user 65534"):
            DeskKeys.load(path)
