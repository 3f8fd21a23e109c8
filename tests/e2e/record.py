"""Records scenarios as cases: what the command read of each, once it was ripe.

    python tests/e2e/record.py [SCENARIO ...]      all without a name; into tests/cases/<Code>/<scenario>
"""
import sys

import runner


def save(scenario):
    """The command's snapshot of a ripe scenario; true if it was written."""
    folder = runner.ROOT / "tests" / "cases" / scenario.expect["code"] / scenario.name
    folder.parent.mkdir(parents=True, exist_ok=True)
    done = runner.ask(scenario, "-o", "name", "--save", str(folder))
    print(f"{scenario.name}: {done.stderr.strip() or 'saved'}", flush=True)
    return done.returncode == 0


def record(scenario, field):
    try:
        field.wait(scenario)
        return save(scenario)
    except TimeoutError as late:
        print(late, flush=True)
        return False
    finally:
        field.done(scenario)


def main(names):
    wanted = [scenario for scenario in runner.scenarios() if not names or scenario.name in names]
    wanted = [scenario for scenario in wanted if not runner.why_not(scenario)]
    runner.make_images(wanted)
    field = runner.Field(list(wanted))
    saved = [record(scenario, field) for scenario in wanted]
    return 0 if all(saved) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
