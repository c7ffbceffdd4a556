"""Web Push: encrypt a message for one browser (RFC 8291, 8188) and identify its sender (VAPID, RFC 8292)."""

from .encoding import MAX_PLAINTEXT, PayloadTooLong, encrypt
from .key_pool import KeyPool, SenderKey
from .receiver import BrokenKey, NotBase64, PointOffCurve, Receiver, WrongLength, parse_receiver
from .vapid import BrokenVapidKey, VapidSigner, make_vapid_key

__all__ = [
    "MAX_PLAINTEXT",
    "BrokenKey",
    "BrokenVapidKey",
    "KeyPool",
    "NotBase64",
    "PayloadTooLong",
    "PointOffCurve",
    "Receiver",
    "SenderKey",
    "VapidSigner",
    "WrongLength",
    "encrypt",
    "make_vapid_key",
    "parse_receiver",
]
