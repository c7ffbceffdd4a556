"""Volunteers and their groups: people without an account, with an alias and a way to be reached. One roster for all."""
