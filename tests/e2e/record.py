"""Records scenarios as cases: what the command read of each, once it was ripe.

python tests/e2e/record.py [SCENARIO ...]      all without a name; into tests/cases/<Code>/<scenario>
"""

import sys

import runner


def save(scenario):
    folder = runner.ROOT / "tests" / "cases" / scenario.expect["code"] / scenario.name
    folder.parent.mkdir(parents=True, exist_ok=True)
    done = runner.ask(scenario, "-o", "name", "--save", str(folder))
    print(f"{scenario.name}: {done.stderr.strip() or 'saved'}", flush=True)
    return done


def saved(scenario, field):
    try:
        return field.answer(scenario).returncode == 0
    except TimeoutError as late:
        print(late, flush=True)
        return False


def main(names):
    wanted = [scenario for scenario in runner.scenarios() if not names or scenario.name in names]
    wanted = [scenario for scenario in wanted if not runner.why_not(scenario)]
    runner.make_images(wanted)
    field = runner.Field(wanted, ask=save)
    try:
        done = [saved(scenario, field) for scenario in wanted]
        return 0 if all(done) else 1
    finally:
        field.clear()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
