"""What the database itself refuses in the delivery stage."""

from corredor.kit.db_rules import Guard

_SAME_WORLD = "(SELECT d.is_drill FROM people_address d WHERE d.id = NEW.address_id)"

GUARDS = [
    Guard(
        name="only_approved_alerts_are_delivered",
        table="delivery_delivery",
        when="INSERT",
        condition="EXISTS (SELECT 1 FROM alerts_alert a WHERE a.id = NEW.alert_id "  # noqa: S608 -- literals of this file
        "AND a.state = 'APPROVED' AND a.approved_by_id IS NOT NULL "
        f"AND a.is_drill = {_SAME_WORLD} "
        "AND (NEW.way = 'DRILL') = a.is_drill)",
    ),
    Guard(
        name="drill_notices_stay_in_the_drill",
        table="delivery_notice",
        when="INSERT",
        condition=f"NEW.is_drill = {_SAME_WORLD} AND (NEW.way = 'DRILL') = NEW.is_drill",
    ),
]
