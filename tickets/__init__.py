"""What a ticket is and what may happen to it. Pure: standard library only, `now` is always an argument."""
