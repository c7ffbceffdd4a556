"""Register the review stage with Django."""

from corredor.kit.db_rules import StageConfig


class ReviewConfig(StageConfig):
    name = "corredor.review"
    label = "review"
