"""Secrets are masked; what a diagnosis needs stays."""

import copy
import time

import pytest

from kubectl_crashloop.redact import redact_object, redact_text

M = "[masked]"
# Built from pieces, so that no scanner takes this file for a leak.
JWT = ".".join(("eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiIxMjM0NTY3ODkwIn0", "dozjgNryP4J3jVmNHl0w5N"))
AWS_ID, AWS_KEY = "AKIA" + "IOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY"

HITS = [
    ("password=hunter2", f"password={M}"),
    ("DB_PASSWORD=correcthorse", f"DB_PASSWORD={M}"),
    ("password = hunter2", f"password = {M}"),
    ("password: hunter", f"password: {M}"),
    ('db_password: "several words"', f'db_password: "{M}"'),
    ('{"token": "abc def", "x": 1}', f'{{"token": "{M}", "x": 1}}'),
    (r"{\"password\":\"abc\",\"u\":1}", rf"{{\"password\":\"{M}\",\"u\":1}}"),
    ("{Password:hunter User:bob}", f"{{Password:{M} User:bob}}"),
    ("User(name=bob, password=abcd, x=1)", f"User(name=bob, password={M}, x=1)"),
    ("<password>hunter</password>", f"<password>{M}</password>"),
    ("--password hunter", f"--password {M}"),
    ("--password hunter --user x", f"--password {M} --user x"),
    ("mysql --password=hunter -u root", f"mysql --password={M} -u root"),
    ('["--token", "hunter"]', f'["--token", "{M}"]'),
    ("Authorization: Bearer abc.def-ghi", f"Authorization: Bearer {M}"),
    ("authorization: Basic dXNlcjpwYXNz", f"authorization: Basic {M}"),
    ('-H "Authorization: token hunter222"', f'-H "Authorization: token {M}"'),
    ("sent Bearer abcdefgh12345678ijkl", f"sent Bearer {M}"),
    ("Set-Cookie: sid=abcdef; Path=/", f"Set-Cookie: {M}"),
    ("postgres://app:hunter2@db:5432/shop?x=1", f"postgres://app:{M}@db:5432/shop?x=1"),
    ("redis://:pw@redis:6379", f"redis://:{M}@redis:6379"),
    ("postgres://u:p@ss@db/x", f"postgres://u:{M}@db/x"),
    ("amqp://u:pa/ss@mq, amqp://v:w@mq2", f"amqp://u:{M}@mq, amqp://v:{M}@mq2"),
    ("app:hunter2@tcp(db:3306)/shop", f"app:{M}@tcp(db:3306)/shop"),
    (f"got {JWT} here", f"got {M} here"),
    (f"id {AWS_ID}", f"id {M}"),
    (f"aws_secret_access_key = {AWS_KEY}", f"aws_secret_access_key = {M}"),
    ("ghp" + "_0123456789abcdefghijABCDEFGHIJ012345", M),
    ("glpat" + "-abcdefghij0123456789", M),
    ("xoxb" + "-123456789012-abcdef", M),
    ("AIza" + "SyA1234567890abcdefghijklmnopqrstuv", M),
    ("https://hooks.slack.com/services/T0/B0/abc", f"https://hooks.slack.com/services/{M}"),
    ("Server=db;User Id=app;Password=p4ss;Database=x", f"Server=db;User Id=app;Password={M};Database=x"),
    ("AccountKey=abcdefgh012345==;Endpoint=x", f"AccountKey={M};Endpoint=x"),
    ("https://x/y?token=abcdef&z=1", f"https://x/y?token={M}&z=1"),
    ("https://a/c?sv=1&sig=abc%2Fdef", f"https://a/c?sv=1&sig={M}"),
    ("export API_KEY=abc", f"export API_KEY={M}"),
    ("Incorrect API key provided: abcd1234efgh", f"Incorrect API key provided: {M}"),
    ("client_secret: abc", f"client_secret: {M}"),
    ("GENERATED ROOT PASSWORD: Ahb4phoh3aiK", f"GENERATED ROOT PASSWORD: {M}"),
    ("password is generated for root@localhost: jk>f3kd", f"password is generated for root@localhost: {M}"),
    ("CREATE USER a IDENTIFIED BY 'hunter2'", f"CREATE USER a IDENTIFIED BY '{M}'"),
    ("curl -u bob:hunter http://x", f"curl -u bob:{M} http://x"),
    ("encryption_key=" + "0f" * 32, f"encryption_key={M}"),
]

MISSES = """\
password authentication failed for user "app"
FATAL: password authentication failed for user "postgres" (SQLSTATE 28P01)
Access denied for user 'app'@'10.0.0.3' (using password: YES)
WRONGPASS invalid username-password pair or user is disabled.
POSTGRES_PASSWORD is not set
DATABASE_PASSWORD: not set
You must specify POSTGRES_PASSWORD to a non-empty value for the superuser.
KeyError: 'API_TOKEN'
Missing required key: SECRET_KEY_BASE
Error: password must be specified
invalid password: must be at least 8 characters
secret "db" not found
Couldn't get secret shop/db: secret "db" not found
couldn't find key token in Secret shop/db
references non-existent secret key: password
secret="shop/db" err="not found"
secrets "db" is forbidden: User "system:serviceaccount:shop:app" cannot get resource "secrets" in API group ""
MountVolume.SetUp failed for volume "x" : failed to fetch token: serviceaccounts "app" not found
invalid token '}'
SyntaxError: Unexpected token } in JSON at position 4
syntax error near unexpected token `('
syntax error: unexpected token: '}'
bad token: invalid character 'a' looking for beginning of value
if token == nil {
token expired
error validating token: token expired
Could not get token: EOF
oauth2: cannot fetch token: 401 Unauthorized
failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token?scope=a: 403 Forbidden
WWW-Authenticate: Bearer realm="https://auth.docker.io/token",service="registry.docker.io"
failed to read token: open /var/run/secrets/token: no such file or directory
token: /var/run/secrets/kubernetes.io/serviceaccount/token
tokenFile: /path
passwordSecretRef: db
secretName: x
existingSecret: db
existingSecretPasswordKey: postgres-password
max_tokens=4096 prompt_tokens: 512
tokenizer: gpt2
password: ${DB_PASSWORD}
--password=$(DB_PASSWORD)
could not resolve placeholder 'DB_PASSWORD' in value "${DB_PASSWORD}"
PWD=/app
passed: 4, failed: 1
unknown flag: --password
flag needs an argument: --token
use --password to set the password of the user
private key: asn1: structure error
tls: failed to find any PEM data in key input
docker run --user 1000:1000 app
http://host:8080/path@x
https://github.com/org/repo@v1.2.3
dial tcp 10.0.0.1:5432: connect: connection refused
level=error ts=2026-11-22T09:00:00Z caller=main.go:12 msg="listen" addr=:8080
image: repo/secret-store:v1.2.3@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
password=
password=null
""".splitlines()


@pytest.mark.parametrize(("text", "masked"), HITS, ids=[h[0][:40] for h in HITS])
def test_secrets_are_masked(text, masked):
    assert redact_text(text) == masked
    assert redact_text(f"{text}\nnext line") == f"{masked}\nnext line"


@pytest.mark.parametrize("text", MISSES)
def test_what_a_diagnosis_needs_stays(text):
    assert redact_text(text) == text


@pytest.mark.parametrize("text", [h[0] for h in HITS] + MISSES)
def test_masking_twice_changes_nothing(text):
    once = redact_text(text)
    assert redact_text(once) == once


def pem(kind="RSA "):
    edge = f"{kind}PRIVATE " + "KEY-----"
    body = "\n".join(["MIIEowIBAAKCAQEA0123456789abcdefABCDEF+/xyzxyzxyzxyz"] * 3)
    return f"-----BEGIN {edge}\n{body}\n-----END {edge}"


@pytest.mark.parametrize("kind", ["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "])
def test_the_lines_of_a_private_key_are_masked_and_still_counted(kind):
    text = f"before\n{pem(kind)}\nafter"
    masked = redact_text(text)
    assert "MIIE" not in masked
    assert masked.count("\n") == text.count("\n")
    assert masked.startswith("before\n-----BEGIN") and masked.endswith("\nafter")


def test_a_private_key_that_was_cut_off_is_masked_and_what_follows_stays():
    cut = pem().partition("-----END")[0]
    masked = redact_text(f"{cut}panic: tls: private key does not match public key\n")
    assert "MIIE" not in masked
    assert masked.endswith("\npanic: tls: private key does not match public key\n")


def test_a_private_key_in_json_is_masked():
    text = '{"key": "' + pem().replace("\n", "\\n") + '", "id": 7}'
    assert "MIIE" not in redact_text(text)
    assert redact_text(text).endswith('", "id": 7}')


def test_a_certificate_is_no_secret():
    text = "-----BEGIN CERTIFICATE-----\nMIIEowIBAAKCAQEA0123456789abcdef\n-----END CERTIFICATE-----"
    assert redact_text(text) == text


CONTAINER = {
    "name": "app",
    "env": [
        {"name": "DB_PASSWORD", "value": "hunter2"},
        {"name": "EMPTY_TOKEN", "value": ""},
        {"name": "TOKEN_FILE", "value": "/run/token"},
        {"name": "SIGNING_KEY", "value": "abcdefghijkl"},
        {"name": "DSN", "value": "postgres://app:hunter2@db/shop"},
        {"name": "LOG_LEVEL", "value": "debug"},
        {"name": "API_KEY", "valueFrom": {"secretKeyRef": {"name": "api", "key": "token"}}},
    ],
    "args": ["--token", "hunter2", "--secret=hunter2", "--config", "/etc/app", "serve"],
    "command": ["sh", "-c", "run --password hunter2"],
    "livenessProbe": {"httpGet": {"httpHeaders": [{"name": "Authorization", "value": "Bearer hunter2"}]}},
}
MASKED = {
    "name": "app",
    "env": [
        {"name": "DB_PASSWORD", "value": M},
        {"name": "EMPTY_TOKEN", "value": ""},
        {"name": "TOKEN_FILE", "value": "/run/token"},
        {"name": "SIGNING_KEY", "value": M},
        {"name": "DSN", "value": f"postgres://app:{M}@db/shop"},
        {"name": "LOG_LEVEL", "value": "debug"},
        {"name": "API_KEY", "valueFrom": {"secretKeyRef": {"name": "api", "key": "token"}}},
    ],
    "args": ["--token", M, f"--secret={M}", "--config", "/etc/app", "serve"],
    "command": ["sh", "-c", f"run --password {M}"],
    "livenessProbe": {"httpGet": {"httpHeaders": [{"name": "Authorization", "value": M}]}},
}


@pytest.mark.parametrize("path", [
    ("Pod", "spec"), ("Deployment", "spec", "template", "spec"), ("ReplicaSet", "spec", "template", "spec"),
    ("Job", "spec", "template", "spec"), ("CronJob", "spec", "jobTemplate", "spec", "template", "spec"),
])  # fmt: skip
@pytest.mark.parametrize("role", ["containers", "initContainers", "ephemeralContainers"])
def test_containers_are_masked_wherever_they_stand(path, role):
    def nested(container):
        inner = {role: [container]}
        for key in reversed(path[1:]):
            inner = {key: inner}
        return {"apiVersion": "v1", "kind": path[0], "metadata": {"name": "x"}, **inner}

    assert redact_object(nested(CONTAINER)) == nested(MASKED)


def test_config_maps_and_secrets_keep_their_key_names_only():
    config = {"kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a.yaml": "x: 1"}, "binaryData": {"b": "AA=="}}
    assert redact_object(config) == {**config, "data": {"a.yaml": ""}, "binaryData": {"b": ""}}
    secret = {"kind": "Secret", "metadata": {"name": "s"}, "type": "Opaque", "data": {"k": "eA=="}, "stringData": {"l": "y"}}
    assert redact_object(secret) == {**secret, "data": {"k": ""}, "stringData": {"l": ""}}


def test_items_of_lists_are_masked_even_where_they_do_not_name_their_kind():
    masked = redact_object({"kind": "SecretList", "items": [{"metadata": {"name": "s"}, "data": {"k": "eA=="}}]})
    assert masked["items"][0]["data"] == {"k": ""}
    masked = redact_object({"kind": "List", "items": [{"kind": "Secret", "metadata": {"name": "s"}, "data": {"k": "eA=="}}]})
    assert masked["items"][0]["data"] == {"k": ""}


def test_annotations_are_masked_and_the_applied_copy_is_dropped():
    annotations = {
        "kubectl.kubernetes.io/last-applied-configuration": '{"data":{"k":"eA=="}}',
        "note": "password=hunter2",
        "deployment.kubernetes.io/revision": "7",
    }
    masked = redact_object({"kind": "Secret", "metadata": {"name": "s", "annotations": annotations}})
    assert masked["metadata"]["annotations"] == {"note": f"password={M}", "deployment.kubernetes.io/revision": "7"}


def test_labels_and_selectors_stay_since_other_objects_refer_to_them():
    obj = {"kind": "Service", "metadata": {"name": "s", "labels": {"token": "abc"}}, "spec": {"selector": {"token": "abc"}}}
    assert redact_object(obj) == obj


def test_messages_are_masked_and_names_of_secrets_stay():
    event = {"kind": "Event", "metadata": {"name": "e"}, "message": "cannot reach amqp://u:pw@mq"}
    assert redact_object(event)["message"] == f"cannot reach amqp://u:{M}@mq"
    volume = {"name": "v", "secret": {"secretName": "db", "items": [{"key": "token", "path": "token"}]}}
    pod = {"kind": "Pod", "metadata": {"name": "p"}, "spec": {"volumes": [volume], "imagePullSecrets": [{"name": "pull"}]}}
    assert redact_object(pod) == pod


def test_the_object_that_was_given_is_left_as_it_was():
    pod = {"kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": [copy.deepcopy(CONTAINER)]}}
    before = copy.deepcopy(pod)
    redact_object(pod)
    assert pod == before


WORST = [
    "a", "token:", "token: ", "token=/", 'token="', 'token=\\"', "://", "://a:", "://:", "eyJ", "sk-", "password ", "--token a ",
    "Bearer ", "a:a@tcp(", "secret", "pass", "token: a b", "private_key", "@", "\\", "-----BEGIN PRIVATE " + "KEY-----\nAAAA\n",
]  # fmt: skip


@pytest.mark.parametrize("piece", WORST)
def test_time_is_linear(piece):
    text = (piece * (2**20 // len(piece) + 1))[: 2**20]
    start = time.process_time()
    redact_text(text)
    # Most take 0.03 to 0.3 s; quadratic time would take minutes.
    assert time.process_time() - start < 2


def test_an_ordinary_log_is_quick():
    text = '2026-11-22T09:00:00Z level=info msg="GET /cart 200" path=/cart took=12ms\n' * 14000
    start = time.process_time()
    redact_text(text)
    assert time.process_time() - start < 0.3
