"""What the house shows over HTTP: whether it is well, and figures for Prometheus. No texts, no people."""
