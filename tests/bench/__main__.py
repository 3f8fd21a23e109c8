"""What takes time, and whether it stays within its limits. See scripts/bench."""

import argparse
import sys

from tests.bench import search, speed, where


def main(argv):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--search", action="store_true", help="only the search of the worst logs; needs no binary")
    parser.add_argument("--where", action="store_true", help="only where the time of one run goes")
    parser.add_argument("--runs", type=int, default=speed.RUNS, help="runs of each side (default %(default)s)")
    args = parser.parse_args(argv)
    if args.where:
        print(where.table(args.runs))
        return 0
    text, slow = search.measured()
    print(text)
    if not args.search:
        found = list(speed.rows(args.runs))
        print(f"\n{speed.table(found)}")
        slow += [f"{r.what}: {r.found:.2f} {r.unit} (limit {r.limit} {r.unit})" for r in found if r.limit and r.found > r.limit]
    print("".join(f"too slow: {line}\n" for line in slow), end="")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
