"""Calls to partners: which private addresses are allowed, and which extra certificates are trusted."""

from . import environment

CORREDOR_PARTNERS: dict[str, object] = {
    "allowed_private_origins": environment.words("PARTNER_ALLOWED_PRIVATE_ORIGINS"),
    "ca_file": environment.text("PARTNER_CA_FILE") or None,
}
