"""How often the first cause is right: a table by code and one by confidence. See scripts/accuracy."""

import argparse
import sys
from collections import Counter, defaultdict
from pathlib import Path

import yaml
from tabulate import tabulate

from kubectl_crashloop import files
from kubectl_crashloop.bundled import bundled_knowledge
from kubectl_crashloop.failing import ref_of
from kubectl_crashloop.grouping import joined_report
from kubectl_crashloop.snapshot import Asked

ROOT = Path(__file__).parent
KNOWLEDGE = bundled_knowledge()


def cases(folders):
    """(folder, right codes, the first of them the best) of every case."""
    for folder in folders:
        for expect in sorted([*folder.rglob("expect.yaml"), *folder.rglob("case.yaml")]):
            raw = yaml.safe_load(expect.read_text(encoding="utf-8"))
            wanted = raw.get("expect") or raw
            yield expect.parent, [wanted.get("cause") or wanted["code"], *(wanted.get("accept") or [])]


def verdict(folder):
    """(code, confidence) of the first cause; `Healthy` without one."""
    snapshot, asked = files.load(str(folder))
    if asked == Asked():
        asked = Asked(tuple(ref_of(p) for p in snapshot.of_kind("Pod"))[:1])
    causes = joined_report(snapshot, asked, KNOWLEDGE).items[0].causes
    return (causes[0].code, causes[0].confidence) if causes else ("Healthy", "certain")


def figures(rows):
    """The figures that may not fall: shares in percent, and the number of wrong verdicts that are certain."""
    right = [sure for _, wanted, code, sure in rows if code in wanted]
    return {
        "right": round(100 * len(right) / len(rows), 1),
        "best": round(100 * sum(code == wanted[0] for _, wanted, code, _ in rows) / len(rows), 1),
        "certain_of_right": round(100 * right.count("certain") / len(right), 1),
        "wrong_but_certain": sum(sure == "certain" and code not in wanted for _, wanted, code, sure in rows),
    }


def show(rows):
    by_code, by_sure = defaultdict(Counter), defaultdict(Counter)
    for _, wanted, code, sure in rows:
        by_code[wanted[0]][code in wanted] += 1
        by_sure[sure][code in wanted] += 1
    for name, table in (("CODE", by_code), ("CONFIDENCE", by_sure)):
        lines = [[key, count[True], sum(count.values())] for key, count in sorted(table.items())]
        print(tabulate(lines, headers=[name, "RIGHT", "OF"], tablefmt="plain"), end="\n\n")
    for folder, wanted, code, sure in rows:
        if code not in wanted:
            print(f"wrong: {folder.name}: {code} ({sure}), wanted {' or '.join(wanted)}")
    print(f"{len(rows)} cases: {figures(rows)}")


def fallen(found, recorded):
    """What is worse than recorded, one sentence each."""
    for name, value in recorded.items():
        worse = found[name] > value if name == "wrong_but_certain" else found[name] < value
        if worse:
            yield f"{name} is {found[name]}, recorded is {value}"


def main(argv):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args(argv)
    rows = [(folder, wanted, *verdict(folder)) for folder, wanted in cases(args.folders or [ROOT / "cases"])]
    show(rows)
    faults = list(fallen(figures(rows), yaml.safe_load((ROOT / "accuracy.yaml").read_text()))) if args.check else []
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
