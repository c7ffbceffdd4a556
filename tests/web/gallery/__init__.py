"""The component gallery: every part of the layout on a few pages, for people to look at and browsers to check."""
