"""Each scenario fails on a real cluster for its stated reason, and the command must say so."""

import json

import pytest
import runner
import verdict

pytestmark = pytest.mark.cluster


def chosen(request):
    """The scenarios of this run: all, or those that -k and the like have left."""
    return [
        item.callspec.params["scenario"]
        for item in request.session.items
        if "scenario" in getattr(getattr(item, "callspec", None), "params", {})
    ]


@pytest.fixture(scope="session")
def field(request):
    """All scenarios that can run here, side by side, so that they ripen while others are checked."""
    able = [scenario for scenario in chosen(request) if not runner.why_not(scenario)]
    runner.make_images(able)
    field = runner.Field(able)
    yield field
    field.clear()


@pytest.mark.parametrize("scenario", runner.scenarios(), ids=lambda scenario: scenario.name)
def test_scenario_is_explained(scenario, request):
    if reason := runner.why_not(scenario):
        pytest.skip(reason)
    done = request.getfixturevalue("field").answer(scenario)
    assert done.returncode == 0, done.stderr
    found = verdict.problems(json.loads(done.stdout), scenario.expect)
    assert not found, "\n".join([*found, done.stdout])
