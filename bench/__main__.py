"""`make bench`: speed, latency, size and growth as ratios of one run; writes docs/bench.md and bench/results/."""

import argparse
import sys
import time
from pathlib import Path

from bench import measures, report
from bench.runs import folder, say


def main() -> int:
    """Measure what is asked for; return the exit code: 1 when a bound is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    names = [one.__name__ for one in measures.ALL]
    parser.add_argument("--only", choices=names, action="append", help="measure only this; may be given again")
    parser.add_argument("--tiny", action="store_true", help="a few messages each: shows that it runs, and no figures")
    parser.add_argument("--folder", type=Path, help="where the databases are made (some 3 GB; default: the system's)")
    parser.add_argument("--write", action=argparse.BooleanOptionalAction, default=True, help="write results and docs")
    options = parser.parse_args()
    sizes = measures.TINY if options.tiny else measures.FULL
    began = time.perf_counter()
    found: list[measures.Figure] = []
    with folder(options.folder) as where:
        for measure in measures.ALL:
            if options.only and measure.__name__ not in options.only:
                continue
            say(measure.__name__)
            for figure in measure(sizes, Path(where)):
                found.append(figure)
                say(f"  {figure}")
    say(f"{time.perf_counter() - began:.0f} s")
    print(report.table(found))
    if options.write and not options.tiny:
        report.keep(found)
    return 0 if options.tiny or all(figure.good for figure in found) else 1


if __name__ == "__main__":
    sys.exit(main())
