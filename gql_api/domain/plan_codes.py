"""Plan codes: the only key to a plan, so long enough not to be guessed and easy to read aloud.

A code has ten symbols of an alphabet without 0, 1, I and O (50 random bits). It is shown in two groups
(`ABCDE-FGHJK`), accepted in any case and with separators, and stored only as an HMAC. The old system's codes of
eight letters and digits keep working.
"""

import hashlib
import hmac
import re

from gql_api import errors

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 10
OLD_LENGTH = 8
RANDOM_BYTES = 7
"""How many random bytes `generate` needs at least: 56 bits, of which 50 are used."""

_BITS = 5
_GROUP = 5
_SEPARATORS = re.compile(r"[\s\u2010-\u2015._/-]+")
_SHAPES = (re.compile(f"[{ALPHABET}]{{{LENGTH}}}"), re.compile(f"[A-Z0-9]{{{OLD_LENGTH}}}"))
_LONGEST_TYPED = 100
_KEY_LABEL = b"gql_api plan code key id"


def generate(random: bytes) -> str:
    """The code that these random bytes make: five bits a symbol, so that every code is equally likely.

    Raises:
        ValueError: fewer than `RANDOM_BYTES` bytes; a defect of the caller.
    """
    if len(random) < RANDOM_BYTES:
        msg = f"A plan code is made of {RANDOM_BYTES} random bytes, not {len(random)}."
        raise ValueError(msg)
    number = int.from_bytes(random[:RANDOM_BYTES], "big")
    mask = len(ALPHABET) - 1
    return "".join(ALPHABET[(number >> (_BITS * place)) & mask] for place in range(LENGTH))


def normalise(text: str) -> str:
    """The code as it is digested: upper case, without the separators people type.

    Raises:
        InvalidInput: it cannot be a code. The message never repeats what was typed.
    """
    code = _SEPARATORS.sub("", text[:_LONGEST_TYPED]).upper()
    if len(text) > _LONGEST_TYPED or not any(shape.fullmatch(code) for shape in _SHAPES):
        msg = (
            "This is not a plan code. A code has 10 letters and digits, such as ABCDE-FGHJK, and never 0, 1, I or O; "
            "one of the old application has 8, and may have these."
        )
        raise errors.InvalidInput(msg)
    return code


def displayed(code: str) -> str:
    """The code in groups, as it is shown and written down: `ABCDE-FGHJK`, `ABCD-EFGH` for an old one."""
    code = normalise(code)
    size = _GROUP if len(code) == LENGTH else OLD_LENGTH // 2
    return f"{code[:size]}-{code[size:]}"


def digest(code: str, key: bytes) -> bytes:
    """What is stored in place of the code: its HMAC-SHA256 under the secret, 32 bytes."""
    return hmac.digest(key, normalise(code).encode("ascii"), hashlib.sha256)


def key_id(key: str) -> str:
    """A name for the secret that tells nothing of it: which one made a stored digest."""
    return hmac.digest(key.encode("utf-8"), _KEY_LABEL, hashlib.sha256).hex()[:16]
