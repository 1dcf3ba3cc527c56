"""Our own name of an attempt in the address a carrier calls back, with proof that the address is ours."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import urlencode

from greeting_sms.errors import BadReceiptError

REFERENCE, PROOF = "ob", "mac"
_PROOF_CHARACTERS = 32


class OwnReferences:
    """Writes and reads references like `12.3`: greeting and fence. Bare, they would name any greeting to anybody."""

    def __init__(self, secret: str) -> None:
        self._key = hashlib.sha256(f"greeting receipts\x00{secret}".encode()).digest()

    def query(self, reference: str) -> str:
        """The query string of a callback's address."""
        return urlencode({REFERENCE: reference, PROOF: self._proof(reference)})

    def read(self, query: Mapping[str, str]) -> tuple[int, int] | None:
        """Greeting and fence; None where there is no reference. Raises `BadReceiptError` for one that is not ours."""
        reference = query.get(REFERENCE, "")
        if not reference:
            return None
        if not hmac.compare_digest(query.get(PROOF, "").encode(), self._proof(reference).encode()):
            raise BadReceiptError("a receipt for a reference that we did not give")
        return split(reference)

    def _proof(self, reference: str) -> str:
        return hmac.new(self._key, reference.encode(), hashlib.sha256).hexdigest()[:_PROOF_CHARACTERS]


def split(reference: str) -> tuple[int, int]:
    """Greeting and fence of a reference. Raises `BadReceiptError`."""
    greeting, _, fence = reference.partition(".")
    if not (greeting.isascii() and greeting.isdecimal() and fence.isascii() and fence.isdecimal()):
        raise BadReceiptError("a reference that none of ours looks like")
    if len(greeting) > 18 or len(fence) > 9:
        raise BadReceiptError("a reference that none of ours looks like")
    return int(greeting), int(fence)
