"""Power cuts: data that was not synced is lost, but no acknowledged report.

A killed process keeps the system's page cache, so `kill -9` cannot show this. Here the system calls of a real server
are recorded, and the disk is rebuilt as a power cut at any moment could have left it.
"""
