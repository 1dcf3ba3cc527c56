"""The signature on every request of the carrier, as the twilio package's `RequestValidator` checks it."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping

HEADER = "X-Twilio-Signature"


def signature(auth_token: str, url: str, form: Mapping[str, str] | None = None) -> str:
    """Base64 of HMAC-SHA1 over the exact URL and, for a form post, every name and value in the order of the names.

    Source: twilio.com/docs/usage/webhooks/webhooks-security.
    """
    signed = url + "".join(name + value for name, value in sorted((form or {}).items()))
    digest = hmac.new(auth_token.encode(), signed.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
