"""Performance as ratios within one run, against a bare bot of the same library on the same machine."""
