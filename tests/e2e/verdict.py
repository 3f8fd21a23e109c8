"""What is wrong with a JSON report, held against a scenario's expect.yaml. Pure."""


def fold(text):
    return " ".join(str(text).split())


def strings(value):
    """Every text in a piece of JSON."""
    if isinstance(value, dict):
        return [text for inner in value.values() for text in strings(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in strings(inner)]
    return [str(value)]


def quoted(cause):
    return fold(" ".join(item.get("text", "") for item in cause.get("evidence", [])))


def healthy_problems(items):
    claimed = [cause for item in items for cause in item.get("causes", [])]
    return [f"healthy, but {cause['code']} ({cause['confidence']}) is claimed" for cause in claimed]


def code_problems(causes, expect):
    first, right = causes[0], [expect["code"], *expect.get("accept", [])]
    if first["code"] not in right:
        yield f"code {first['code']} ({first['confidence']}), wanted {' or '.join(right)}"
        if first["confidence"] == "certain":
            yield "a wrong code is claimed as certain"
    for cause in causes[1:]:
        if cause["code"] in expect.get("not", []) and cause["confidence"] == "certain":
            yield f"{cause['code']} is plainly wrong and claimed as certain"


def content_problems(item, expect):
    first = item["causes"][0]
    if expect.get("container") != first.get("container"):
        yield f"container {first.get('container')}, wanted {expect.get('container')}"
    if fold(expect.get("evidence", "")) not in quoted(first):
        yield f"evidence lacks {expect['evidence']!r}: {quoted(first)!r}"
    said = fold(" ".join(strings([first, item.get("containers", [])])))
    yield from (f"{name!r} is not named" for name in expect.get("names", []) if fold(name) not in said)


def problems(report, expect):
    """One sentence for each thing in the report that is not as expected."""
    items = report.get("items", [])
    if expect["code"] == "Healthy":
        return healthy_problems(items)
    item = next((item for item in items if item.get("causes")), None)
    if not item:
        return [] if "Healthy" in expect.get("accept", []) else [f"no cause, wanted {expect['code']}"]
    found = list(code_problems(item["causes"], expect))
    if item["causes"][0]["code"] == expect["code"]:
        found += content_problems(item, expect)
    return found
