"""Register the people stage with Django."""

from corredor.kit.db_rules import StageConfig


class PeopleConfig(StageConfig):
    name = "corredor.people"
    label = "people"
