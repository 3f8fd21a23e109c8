"""A real API server takes every patch that a report on a recorded case offers, for the object that it is offered for.

The objects are created in a namespace of their own, at rest (see at_rest.py), and patched by server-side dry run.
"""

from dataclasses import dataclass
from itertools import count

import api as http
import at_rest
import patching
import pytest
import yaml

from kubectl_crashloop.owners import TEMPLATES, pod_spec_of
from kubectl_crashloop.patches import wrapped

pytestmark = pytest.mark.cluster


@dataclass(frozen=True)
class Trial:
    """One patch of an offer, and the object on the cluster that it is tried on."""

    offer: patching.Offer
    target: dict
    body: str
    content_type: str
    again: bool
    """True where the pod is to be made again with it: the target is a workload made of the pod's spec."""


def trials_of(offer, numbers):
    """One trial for each command that patches; one for the shown patch where there is no such command."""
    for command in offer.patches:
        assert command.namespace == ("" if command.kind in http.CLUSTERED else offer.namespace)
        o = offer.snapshot.find(command.kind, command.namespace, command.name) or at_rest.skeleton(command.kind)
        body = patching.filled(command.body, offer.fix.words, offer.spec)
        yield Trial(offer, at_rest.at_rest(o, f"c{next(numbers)}"), body, command.content_type, False)
    if offer.fix.patch and not offer.patches:
        target = at_rest.carrier(offer.spec, f"c{next(numbers)}")
        shown = yaml.safe_load(patching.filled(offer.fix.patch, offer.fix.words, offer.spec))
        body = yaml.safe_dump(wrapped(shown, TEMPLATES[target["kind"]]))
        yield Trial(offer, target, body, patching.TYPES["strategic"], True)


@pytest.fixture(scope="module")
def trials(api):
    """Every patch of every offer with its object, created on the cluster."""
    numbers = count()
    found = [trial for offer in patching.offers() for trial in trials_of(offer, numbers)]
    answers = http.together(lambda t: api.create(t.target), found)
    refused = {t.offer.name: a["message"] for t, (status, a) in zip(found, answers, strict=True) if status != 201}
    assert refused == {}
    return found


def problems(api, trial):
    """Why the server does not take a patch, or what its answer lacks."""
    wanted = yaml.safe_load(trial.body)
    status, answer = api.patch(trial.target, wanted, trial.content_type)
    if status != 200:
        return [answer["message"]]
    return patching.lacks(answer, wanted) + (refused_pod(api, answer) if trial.again else [])


def refused_pod(api, workload):
    """Why a pod of the patched spec cannot be created."""
    spec = pod_spec_of(workload, workload["kind"])
    for o in at_rest.needed_by(spec):
        api.create(o)
    status, answer = api.create(at_rest.pod_of(spec, "again"), dry=True)
    return [] if status == 201 else [answer["message"]]


def test_the_server_takes_every_patch(api, trials):
    answers = http.together(lambda t: (t.offer.name, problems(api, t)), trials)
    again = sum(t.again for t in trials)
    print(f"{len(trials)} patches of {len({t.offer.case for t in trials})} cases, {again} of them to make a pod again")
    assert "\n".join(f"{name}\n    {found}" for name, found in answers if found) == ""


def test_what_cannot_be_patched_is_offered_no_patch(trials):
    """Bare pods, static pods and the templates of Jobs are immutable."""
    kinds = {t.target["kind"] for t in trials if not t.again}
    assert "Pod" not in kinds
    assert [t.offer.name for t in trials if t.target["kind"] == "Job" and "template" in t.body] == []
