"""Power cuts: what an fsync has not yet brought to the disk is lost, and no acknowledged report with it.

A killed process keeps the system's page cache, so `kill -9` cannot show this. Here the system calls of a real server
are recorded, and the disk is rebuilt as a power cut at any moment could have left it.
"""
