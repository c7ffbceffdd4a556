"""How partners are called: which of their addresses may be private, and whom we trust besides the usual."""

from . import environment

CORREDOR_PARTNERS: dict[str, object] = {
    "allowed_private_origins": environment.words("PARTNER_ALLOWED_PRIVATE_ORIGINS"),
    "ca_file": environment.text("PARTNER_CA_FILE") or None,
}
