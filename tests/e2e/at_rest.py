"""Objects of a snapshot made ready to be created elsewhere: without what a server wrote, and so that nothing runs."""

import copy

WRITTEN = (
    "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds",
    "managedFields", "ownerReferences", "selfLink", "generateName", "finalizers",
)  # fmt: skip
"""Metadata that the server or a controller writes."""
GIVEN = ("nodeName", "priority", "preemptionPolicy", "ephemeralContainers", "hostname", "subdomain", "resourceClaims")
"""Fields of a pod's spec that are given to the pod and cannot be asked for, or name what is not there."""
PARKED = {"crashloop-e2e/parked": "true"}
JOBS_OWN = ("controller-uid", "batch.kubernetes.io/controller-uid", "job-name", "batch.kubernetes.io/job-name")


SKELETONS = {
    "StorageClass": {"apiVersion": "storage.k8s.io/v1", "provisioner": "crashloop.e2e/none"},
    "ConfigMap": {"apiVersion": "v1"},
    "Secret": {"apiVersion": "v1"},
}
"""The least of an object that a patch names and a snapshot need not hold."""


def skeleton(kind):
    return {"kind": kind, "metadata": {}, **SKELETONS[kind]}


def cleaned(o, name):
    """The object under another name, as a person would have written it."""
    found = copy.deepcopy({k: v for k, v in o.items() if k != "status"})
    meta = {k: v for k, v in found["metadata"].items() if k not in (*WRITTEN, "namespace")}
    return {**found, "metadata": {**meta, "name": name}}


def at_rest(o, name):
    """The workload without replicas, suspended, or on no node; anything else as it is.

    A Deployment is paused too: its controller makes no ReplicaSet, and has time for what is tested for real.
    """
    found = cleaned(o, name)
    if found["kind"] == "CronJob":
        found["spec"]["suspend"] = True
    elif found["kind"] == "DaemonSet":
        found["spec"]["template"]["spec"]["nodeSelector"] = PARKED
    elif found["kind"] == "Job":
        found["spec"] = {k: v for k, v in found["spec"].items() if k != "selector"} | {"suspend": True}
        labels = found["spec"]["template"]["metadata"].get("labels") or {}
        found["spec"]["template"]["metadata"]["labels"] = {k: v for k, v in labels.items() if k not in JOBS_OWN}
    elif "replicas" in found.get("spec", {}):
        found["spec"] |= {"replicas": 0} | ({"paused": True} if found["kind"] == "Deployment" else {})
    return found


def bare_spec(spec):
    """The pod's spec without what was given to it: the service account's token is mounted by the server again."""
    spec = {k: v for k, v in copy.deepcopy(spec).items() if k not in GIVEN}
    tokens = {v["name"] for v in spec.get("volumes") or () if v["name"].startswith("kube-api-access-")}
    spec["volumes"] = [v for v in spec.get("volumes") or () if v["name"] not in tokens]
    for container in (*spec["containers"], *(spec.get("initContainers") or ())):
        container["volumeMounts"] = [m for m in container.get("volumeMounts") or () if m["name"] not in tokens]
    return spec


def carrier(spec, name):
    """A workload whose template is the pod's spec: a Deployment, or a CronJob where the pod does not restart for ever."""
    spec, labels = bare_spec(spec), {"app": name}
    template = {"metadata": {"labels": labels}, "spec": spec}
    if spec.get("restartPolicy", "Always") == "Always" and "activeDeadlineSeconds" not in spec:
        body = {"replicas": 0, "paused": True, "selector": {"matchLabels": labels}, "template": template}
        return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": body}
    if spec.get("restartPolicy", "Always") == "Always":
        spec["restartPolicy"] = "OnFailure"
    body = {"schedule": "0 0 1 1 *", "suspend": True, "jobTemplate": {"spec": {"template": template}}}
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": name}, "spec": body}


def pod_of(spec, name):
    """A pod of that spec which no scheduler takes."""
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {**spec, "schedulerName": "nobody"}}


def needed_by(spec):
    """Service account, priority class and runtime class that a pod of this spec refers to."""
    account, priority, runtime = (spec.get(k) for k in ("serviceAccountName", "priorityClassName", "runtimeClassName"))
    if account and account != "default":
        yield {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": account}}
    if priority and not priority.startswith("system-"):
        yield {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": priority}, "value": 1}
    if runtime:
        yield {"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": runtime}, "handler": "runc"}
