"""Records scenarios as cases: what the command read of each, once it was ripe.

python tests/e2e/record.py [--to tests/cases] [SCENARIO ...]    all without a name; into TO/<Code>/<scenario>
"""

import argparse
import functools
import sys
from pathlib import Path

import runner
import yaml

EXPECTED = ("code", "accept", "container", "evidence", "names", "not")


def save(to, scenario):
    folder = to / scenario.expect["code"] / scenario.name
    folder.parent.mkdir(parents=True, exist_ok=True)
    done = runner.ask(scenario, "-o", "name", "--save", str(folder))
    wanted = {k: scenario.expect[k] for k in EXPECTED if k in scenario.expect}
    (folder / "expect.yaml").write_text(yaml.safe_dump(wanted, sort_keys=False, allow_unicode=True), encoding="utf-8")
    print(f"{scenario.name}: {done.stderr.strip() or 'saved'}", flush=True)
    return done


def saved(scenario, field):
    try:
        return field.answer(scenario).returncode == 0
    except TimeoutError as late:
        print(late, flush=True)
        return False


def main(argv):
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--to", type=Path, default=runner.ROOT / "tests" / "cases")
    parser.add_argument("names", metavar="SCENARIO", nargs="*")
    args = parser.parse_args(argv)
    wanted = [scenario for scenario in runner.scenarios() if not args.names or scenario.name in args.names]
    wanted = [scenario for scenario in wanted if not runner.why_not(scenario)]
    runner.make_images(wanted)
    field = runner.Field(wanted, ask=functools.partial(save, args.to))
    try:
        done = [saved(scenario, field) for scenario in wanted]
        return 0 if all(done) else 1
    finally:
        field.clear()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
