"""Database triggers of the delivery stage."""

from corredor.kit.db_rules import Guard

_SAME_WORLD = "(SELECT d.is_drill FROM people_address d WHERE d.id = NEW.address_id)"

GUARDS = [
    Guard(
        name="only_approved_alerts_are_delivered",
        table="delivery_delivery",
        when="INSERT",
        # Only drill rows are looked up one by one: in a fan-out of 100,000 rows, mostly none.
        bulk="""
            SELECT 1
            FROM (SELECT DISTINCT alert_id, channel = 'DRILL' AS is_drill, address_id IS NULL AS is_nobodys
                  FROM added) n
            LEFT JOIN alerts_alert a ON a.id = n.alert_id
            WHERE (a.state = 'APPROVED' AND a.approved_by_id IS NOT NULL AND a.is_drill = n.is_drill
                   AND NOT n.is_nobodys) IS NOT TRUE
            UNION ALL
            SELECT 1 FROM added n JOIN people_address d ON d.id = n.address_id AND d.is_drill WHERE n.channel <> 'DRILL'
            UNION ALL
            SELECT 1 FROM added n LEFT JOIN people_address d ON d.id = n.address_id AND d.is_drill
            WHERE n.channel = 'DRILL' AND d.id IS NULL""",
        condition="EXISTS (SELECT 1 FROM alerts_alert a WHERE a.id = NEW.alert_id "  # noqa: S608 -- literals of this file
        "AND a.state = 'APPROVED' AND a.approved_by_id IS NOT NULL "
        f"AND a.is_drill = {_SAME_WORLD} "
        "AND (NEW.channel = 'DRILL') = a.is_drill)",
    ),
    Guard(
        name="a_delivery_keeps_its_alert",
        table="delivery_delivery",
        when="UPDATE",
        columns=("alert_id", "channel", "address_id"),
        condition="NEW.alert_id = OLD.alert_id AND NEW.channel = OLD.channel AND "  # noqa: S608 -- literals of this file
        "(NEW.address_id IS NULL OR "
        f"{_SAME_WORLD} = (SELECT a.is_drill FROM alerts_alert a WHERE a.id = NEW.alert_id))",
    ),
    Guard(
        name="message_keeps_its_channel_and_drill_mark",
        table="delivery_transactional_message",
        when="UPDATE",
        columns=("channel", "address_id", "is_drill"),
        condition="NEW.channel = OLD.channel AND NEW.is_drill = OLD.is_drill "
        f"AND (NEW.address_id IS NULL OR {_SAME_WORLD} = NEW.is_drill)",
    ),
    Guard(
        name="drill_messages_only_to_drill_addresses",
        table="delivery_transactional_message",
        when="INSERT",
        condition=f"NEW.is_drill = {_SAME_WORLD} AND (NEW.channel = 'DRILL') = NEW.is_drill",
    ),
]
