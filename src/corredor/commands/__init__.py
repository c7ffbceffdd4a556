"""The `corredor` command and its sub-commands."""
