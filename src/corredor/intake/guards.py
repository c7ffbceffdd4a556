"""Database triggers of the intake stage."""

from corredor.kit.db_rules import Guard

GUARDS = [
    Guard(
        name="report_is_kept_as_received",
        table="intake_report",
        when="UPDATE",
        columns=("raw", "raw_digest", "received_at", "source", "is_drill"),
        condition="NEW.raw = OLD.raw AND NEW.raw_digest = OLD.raw_digest AND NEW.source = OLD.source "
        "AND NEW.received_at = OLD.received_at AND NEW.is_drill = OLD.is_drill",
    ),
]
