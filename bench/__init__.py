"""Performance as ratios within one run, against a bare bot of the same library on the same machine.

Server, baseline and gridbot are processes of their own: a minimal Bot API on one core, the bot on the other.
"""
