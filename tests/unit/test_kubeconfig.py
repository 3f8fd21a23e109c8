"""Which cluster, as whom: kubectl's rules, one test for each clause."""

from __future__ import annotations

import base64
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from kubectl_crashloop.kubeconfig import ConfigError, Connection, ConnectionFlags, resolve

HTTPS = "https://api.example:6443"
B64 = base64.b64encode(b"pem").decode()


def config(user: dict[str, Any] | None = None, cluster: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A kubeconfig with one context `c`, cluster `k` and user `u` (a token unless told otherwise)."""
    given: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "c",
        "clusters": [{"name": "k", "cluster": {"server": HTTPS, **(cluster or {})}}],
        "contexts": [{"name": "c", "context": {"cluster": "k", "user": "u"}}],
        "users": [{"name": "u", "user": {"token": "t"} if user is None else user}],
    }
    return {**given, **more}


class Place:
    """A folder with kubeconfigs in it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, name: str, content: Any) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    def resolve(self, content: Any = None, *paths: Path, env: dict[str, str] | None = None, **flags: Any) -> Connection:
        if content is not None:
            paths = (self.write("config", content),)
        environ = {"HOME": str(self.root), **({"KUBECONFIG": os.pathsep.join(map(str, paths))} if paths else {})}
        return resolve(ConnectionFlags(**flags), {**environ, **(env or {})}, service_account=self.root / "account")

    def refused(self, *args: Any, **more: Any) -> str:
        with pytest.raises(ConfigError) as caught:
            self.resolve(*args, **more)
        return caught.value.message


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def authorization(connection: Connection) -> list[str]:
    return [value for name, value in connection.headers if name == "Authorization"]


# Files


def test_the_default_is_the_config_in_the_home_folder(place: Place) -> None:
    place.write(".kube/config", config())
    got = place.resolve()
    assert (got.server, got.context, got.namespace) == (HTTPS, "c", "default")


def test_an_empty_kubeconfig_variable_is_unset(place: Place) -> None:
    place.write(".kube/config", config())
    assert place.resolve(env={"KUBECONFIG": ""}).server == HTTPS


def test_the_first_file_that_sets_current_context_wins(place: Place) -> None:
    empty = place.write("1", {**config(), "current-context": ""})
    second = place.write("2", {"current-context": "c"})
    third = place.write("3", {"current-context": "gone"})
    assert place.resolve(None, empty, second, third).context == "c"


def test_the_first_file_that_has_a_name_wins_whole(place: Place) -> None:
    first = place.write("1", {"users": [{"name": "u", "user": {"username": "a"}}]})
    second = place.write("2", config({"username": "b", "password": "p"}))
    assert authorization(place.resolve(None, first, second)) == ["Basic " + base64.b64encode(b"a:").decode()]


def test_missing_and_empty_files_of_the_list_are_skipped(place: Place) -> None:
    assert place.resolve(None, place.root / "gone", place.write("empty", ""), place.write("1", config())).server == HTTPS


def test_an_empty_path_in_the_list_is_skipped(place: Place) -> None:
    path = place.write("1", config())
    assert place.resolve(env={"KUBECONFIG": f"{os.pathsep}{path}{os.pathsep}"}).server == HTTPS


def test_a_missing_explicit_file_is_an_error(place: Place) -> None:
    place.write(".kube/config", config())
    assert place.refused(kubeconfig="/gone/away") == "error: stat /gone/away: no such file or directory"


def test_an_explicit_file_replaces_the_list(place: Place) -> None:
    listed = place.write("1", config(cluster={"server": "https://listed"}))
    assert place.resolve(None, listed, kubeconfig=str(place.write("2", config()))).server == HTTPS


def test_a_json_file_is_read_as_well_as_yaml(place: Place) -> None:
    text = """current-context: c
clusters: [{name: k, cluster: {server: 'https://api.example:6443'}}]
contexts: [{name: c, context: {cluster: k, user: u, namespace: shop}}]
users: [{name: u, user: {token: t}}]
"""
    assert place.resolve(text).namespace == "shop"
    assert place.resolve(config()).server == HTTPS


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{a: b", "yaml: line "),
        ("- a", "couldn't get version/kind"),
        ({"kind": "Pod", "apiVersion": "v1"}, 'no kind "Pod" is registered for version "v1"'),
        ({"clusters": {"a": "b"}}, "json: cannot unmarshal object into Go struct field Config.clusters of type array"),
        (config({"token": 123}), "json: cannot unmarshal number into Go struct field users.user.token of type string"),
        (config({"client-key-data": "***"}), "illegal base64 data"),
        ({"users": [{"name": "u"}, {"name": "u"}]}, 'duplicate name "u" in list'),
    ],
)
def test_a_file_that_cannot_be_understood_is_named(place: Place, content: Any, says: str) -> None:
    message = place.refused(content)
    assert message.startswith(f'error: error loading config file "{place.root / "config"}": ')
    assert says in message


def test_a_folder_as_a_file_is_an_error(place: Place) -> None:
    assert "is a directory" in place.refused(None, place.root)


def test_relative_paths_count_from_the_file_that_has_them(place: Place) -> None:
    place.write("users/token", " from-file \n")
    place.write("clusters/ca.pem", "the ca")
    user = place.write("users/config", {"users": [{"name": "u", "user": {"tokenFile": "token"}}]})
    cluster = place.write("clusters/config", config(cluster={"certificate-authority": "./ca.pem"}, users=[]))
    got = place.resolve(None, user, cluster)
    assert (got.ca, authorization(got)) == (b"the ca", ["Bearer from-file"])


def test_a_relative_path_of_a_flag_counts_from_the_working_folder(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.write("here/ca.pem", "the ca")
    monkeypatch.chdir(place.root / "here")
    assert place.resolve(config(), certificate_authority="ca.pem").ca == b"the ca"


# Names


def test_absent_names_are_errors_never_an_anonymous_request(place: Place) -> None:
    both = [config(), config(cluster={"server": "http://h"})]
    for given in both:
        assert place.refused({**given, "users": []}) == 'error: auth info "u" does not exist'
        assert place.refused({**given, "clusters": []}) == 'error: no server found for cluster "k"'
        assert place.refused({**given, "contexts": []}) == (
            "Error in configuration: context was not found for specified context: c"
        )
        assert place.refused(given, context="x") == 'error: context "x" does not exist'
        assert place.refused(given, user="x", token="t") == 'error: auth info "x" does not exist'
        assert place.refused(given, cluster="x", server="http://h") == 'error: no server found for cluster "x"'


def test_flags_stand_in_for_what_the_context_names_in_vain(place: Place) -> None:
    assert authorization(place.resolve({**config(), "users": []}, token="flag")) == ["Bearer flag"]
    assert place.resolve({**config(), "clusters": []}, server="http://h").server == "http://h"


def test_flags_choose_context_cluster_user_and_server(place: Place) -> None:
    given = config(
        clusters=[{"name": "k", "cluster": {"server": HTTPS}}, {"name": "k2", "cluster": {"server": "https://two"}}],
        contexts=[
            {"name": "c", "context": {"cluster": "k", "user": "u"}},
            {"name": "d", "context": {"cluster": "k2", "user": "u2"}},
        ],
        users=[{"name": "u", "user": {"token": "t"}}, {"name": "u2", "user": {"token": "t2"}}],
    )
    other = place.resolve(given, context="d")
    assert (other.server, other.context, other.context_is_current) == ("https://two", "d", False)
    assert place.resolve(given, context="c").context_is_current
    assert place.resolve(given).context_is_current
    assert place.resolve(given, cluster="k2").server == "https://two"
    assert authorization(place.resolve(given, user="u2")) == ["Bearer t2"]
    assert place.resolve(given, server="https://three/").server == "https://three"


def test_without_any_kubeconfig_it_is_kubectls_default_and_says_so(place: Place) -> None:
    got = place.resolve()
    assert (got.server, got.context) == ("http://localhost:8080", "")
    assert "no kubeconfig was found" in got.explained
    assert place.resolve(env={"KUBERNETES_MASTER": "http://m:1"}).server == "http://m:1"


@pytest.mark.parametrize(
    ("server", "url"),
    [
        ("h:1", "http://h:1"),
        ("http://h:1/", "http://h:1"),
        ("https://h/k8s/a/?x=y#z", "https://h/k8s/a"),
        ("https://[::1]:6443", "https://[::1]:6443"),
        ("HTTPS://h", "https://h"),
    ],
)
def test_the_server_is_normalised(place: Place, server: str, url: str) -> None:
    assert place.resolve(config(cluster={"server": server})).server == url


def test_a_server_that_is_none_is_refused(place: Place) -> None:
    assert 'unsupported protocol scheme "ftp"' in place.refused(config(cluster={"server": "ftp://h"}))
    assert "host must be a URL or a host:port pair" in place.refused(config(cluster={"server": "h:1/path"}))


# Who


def test_a_user_without_credentials_over_https_is_an_error(place: Place) -> None:
    message = place.refused(config({}))
    assert message == f'error: user "u" has no credentials for the server {HTTPS} (context "c")'


def test_a_user_without_credentials_over_http_is_fine(place: Place) -> None:
    assert place.resolve(config({}, {"server": "http://h"})).headers == ()


def test_no_credentials_over_plain_http(place: Place) -> None:
    plain = {"server": "http://h"}
    exec_ = {"command": "/gone", "apiVersion": "client.authentication.k8s.io/v1", "interactiveMode": "Never"}
    for user in ({"token": "t"}, {"username": "a", "password": "b"}, {"exec": exec_}, {"auth-provider": {"name": "gcp"}}):
        assert place.resolve(config(user, plain)).headers == ()
    assert place.resolve(config({}, plain), token="flag").headers == ()


def test_the_token_file_is_stripped_and_wins_over_the_token(place: Place) -> None:
    path = str(place.write("token", "from-file\n"))
    assert authorization(place.resolve(config({"token": "t", "tokenFile": path}))) == ["Bearer from-file"]
    assert authorization(place.resolve(config({"tokenFile": path}), token="flag")) == ["Bearer from-file"]


def test_a_missing_token_file(place: Place) -> None:
    assert place.refused(config({"tokenFile": "/gone"})) == "error: open /gone: no such file or directory"
    assert authorization(place.resolve(config({"token": "t", "tokenFile": "/gone"}))) == ["Bearer t"]


def test_an_empty_token_file_is_an_error(place: Place) -> None:
    assert "read empty token from file" in place.refused(config({"tokenFile": str(place.write("token", "\n"))}))


def test_a_token_file_is_due_again_after_a_minute(place: Place) -> None:
    got = place.resolve(config({"tokenFile": str(place.write("token", "a"))}))
    assert got.expires_at is not None
    assert 0 < got.expires_at - time.time() <= 60


def test_basic_authentication(place: Place) -> None:
    expected = ["Basic " + base64.b64encode(b"a:b").decode()]
    assert authorization(place.resolve(config({"username": "a", "password": "b"}))) == expected
    assert authorization(place.resolve(config({}), username="a", password="b")) == expected


@pytest.mark.parametrize(
    ("user", "flags"),
    [({"token": "t", "username": "a"}, {}), ({"token": "t"}, {"username": "a"}), ({"username": "a"}, {"token": "t"})],
)
def test_two_ways_to_sign_in_are_refused(place: Place, user: dict[str, Any], flags: dict[str, str]) -> None:
    assert place.refused(config(user), **flags) == (
        "error: more than one authentication method found for u; found [token basicAuth], only one is allowed"
    )


def test_a_line_break_in_a_credential_is_refused(place: Place) -> None:
    assert 'invalid header field value for "Authorization"' in place.refused(config({"token": "a\nX-Evil: b"}))
    assert 'invalid header field value for "Impersonate-User"' in place.refused(config(), as_user="a\r\nb")


def test_client_certificates_from_data_and_from_files(place: Place) -> None:
    by_data = place.resolve(config({"client-certificate-data": B64, "client-key-data": B64}))
    assert (by_data.client_cert, by_data.client_key) == (b"pem", b"pem")
    place.write("crt", "cert")
    place.write("key", "key")
    by_file = place.resolve(config({"client-certificate": "crt", "client-key": "key"}))
    assert (by_file.client_cert, by_file.client_key) == (b"cert", b"key")
    by_flag = place.resolve(config({}), client_certificate=str(place.root / "crt"), client_key=str(place.root / "key"))
    assert (by_flag.client_cert, by_flag.client_key) == (b"cert", b"key")


def test_faults_of_client_certificates(place: Place) -> None:
    assert place.refused(config({"client-certificate-data": B64})) == (
        "error: client-key-data or client-key must be specified for u to use the clientCert authentication method."
    )
    missing = place.refused(config({"client-certificate": "no.crt", "client-key": "no.key"}))
    folder = place.root
    assert missing == (
        "Error in configuration: \n"
        f"* unable to read client-cert {folder}/no.crt for u due to open {folder}/no.crt: no such file or directory\n"
        f"* unable to read client-key {folder}/no.key for u due to open {folder}/no.key: no such file or directory"
    )
    both = {"client-certificate-data": B64, "client-key-data": B64, "client-certificate": str(place.write("crt", "x"))}
    assert "client-cert-data and client-cert are both specified for u" in place.refused(config(both))


def test_secrets_do_not_show_in_the_connection(place: Place) -> None:
    got = place.resolve(config({"token": "hidden-token"}), as_user="joe")
    assert "hidden-token" not in repr(got)


# Impersonation


def test_impersonation_from_the_kubeconfig(place: Place) -> None:
    user = {"token": "t", "as": "joe", "as-uid": "7", "as-groups": ["a", "b"], "as-user-extra": {"Foo/b%r": ["x", "y"]}}
    assert place.resolve(config(user)).headers == (
        ("Authorization", "Bearer t"),
        ("Impersonate-User", "joe"),
        ("Impersonate-Uid", "7"),
        ("Impersonate-Group", "a"),
        ("Impersonate-Group", "b"),
        ("Impersonate-Extra-Foo%2Fb%25r", "x"),
        ("Impersonate-Extra-Foo%2Fb%25r", "y"),
    )


def test_impersonation_from_flags_replaces_field_by_field(place: Place) -> None:
    user = {"token": "t", "as": "joe", "as-uid": "7", "as-groups": ["a", "b"]}
    got = place.resolve(config(user), as_user="bob", as_groups=("g",), as_extra=(("k", "v"),))
    assert got.headers[1:] == (
        ("Impersonate-User", "bob"),
        ("Impersonate-Uid", "7"),
        ("Impersonate-Group", "g"),
        ("Impersonate-Extra-k", "v"),
    )


@pytest.mark.parametrize("flags", [{"as_uid": "7"}, {"as_groups": ("g",)}, {"as_extra": (("k", "v"),)}])
def test_impersonation_without_a_user_is_refused(place: Place, flags: dict[str, Any]) -> None:
    assert place.refused(config(), **flags) == ("error: requesting uid, groups or user-extra for u without impersonating a user")


def test_impersonation_is_sent_over_plain_http_too(place: Place) -> None:
    assert place.resolve(config({}, {"server": "http://h"}), as_user="joe").headers == (("Impersonate-User", "joe"),)


def test_impersonation_that_a_proxy_would_garble_is_refused(place: Place) -> None:
    plain = config({}, {"server": "http://h", "proxy-url": "http://p:1"})
    assert "cannot be sent" in place.refused(plain, as_user="joe", as_groups=("a", "b"))
    assert place.resolve(plain, as_user="joe", as_groups=("a",)).proxy == "http://p:1"


# TLS


def test_insecure_beside_a_ca_is_refused(place: Place) -> None:
    both = config(cluster={"insecure-skip-tls-verify": True, "certificate-authority-data": B64})
    assert place.refused(both) == "error: specifying a root certificates file with the insecure flag is not allowed"


def test_the_insecure_flag_drops_the_kubeconfigs_ca(place: Place) -> None:
    got = place.resolve(config(cluster={"certificate-authority-data": B64}), insecure=True)
    assert (got.insecure, got.ca) == (True, None)


def test_the_ca_flag_drops_the_kubeconfigs_ca_and_its_insecure(place: Place) -> None:
    path = str(place.write("ca", "flag"))
    given = config(cluster={"certificate-authority-data": B64, "insecure-skip-tls-verify": True})
    got = place.resolve(given, certificate_authority=path)
    assert (got.insecure, got.ca) == (False, b"flag")


def test_faults_of_the_ca(place: Place) -> None:
    gone = place.refused(config(cluster={"certificate-authority": "/gone"}))
    assert gone == "error: unable to read certificate-authority /gone for k due to open /gone: no such file or directory"
    both = {"certificate-authority": str(place.write("ca", "x")), "certificate-authority-data": B64}
    assert "certificate-authority-data and certificate-authority are both specified for k" in place.refused(config(cluster=both))


def test_tls_server_name_and_what_the_server_flag_does_to_it(place: Place) -> None:
    given = config(cluster={"tls-server-name": "inner"})
    assert place.resolve(given).tls_server_name == "inner"
    assert place.resolve(given, tls_server_name="flag").tls_server_name == "flag"
    assert place.resolve(given, server="https://other").tls_server_name == ""


# Proxies


def test_the_proxy_of_the_kubeconfig_wins_over_the_environment(place: Place) -> None:
    env = {"NO_PROXY": "*", "HTTPS_PROXY": "http://other:1"}
    for server in (HTTPS, "https://127.0.0.1:6443", "https://localhost"):
        assert place.resolve(config(cluster={"server": server, "proxy-url": "http://p:3128"}), env=env).proxy == "http://p:3128"


@pytest.mark.parametrize("server", ["https://127.0.0.1:6443", "https://localhost:6443", "https://[::1]:6443", "http://127.9.9.9"])
def test_loopback_never_goes_through_the_environments_proxy(place: Place, server: str) -> None:
    env = {"HTTPS_PROXY": "http://p:1", "HTTP_PROXY": "http://p:1"}
    assert place.resolve(config(cluster={"server": server}), env=env).proxy == ""


@pytest.mark.parametrize(
    ("no_proxy", "used"),
    [
        ("", True),
        ("*", False),
        ("api.example", False),
        ("example", False),
        (".example", False),
        ("*.example", False),
        ("pi.example", True),
        ("api.example:6443", False),
        ("api.example:1", True),
        ("10.0.0.0/8", True),
    ],
)
def test_no_proxy_as_go_reads_it(place: Place, no_proxy: str, used: bool) -> None:
    env = {"https_proxy": "p:1", "no_proxy": no_proxy, "ALL_PROXY": "http://never"}
    assert place.resolve(config(), env=env).proxy == ("http://p:1" if used else "")


def test_no_proxy_with_addresses(place: Place) -> None:
    env = {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "10.0.0.0/8, 192.168.0.7"}
    for server, used in (("https://10.2.3.4", False), ("https://192.168.0.7:1", False), ("https://192.168.0.8", True)):
        assert bool(place.resolve(config(cluster={"server": server}), env=env).proxy) is used


def test_the_proxy_of_the_environment_goes_by_scheme(place: Place) -> None:
    assert place.resolve(config({}, {"server": "http://h"}), env={"HTTPS_PROXY": "http://p:1"}).proxy == ""
    assert place.resolve(config({}, {"server": "http://h"}), env={"HTTP_PROXY": "http://p:1"}).proxy == "http://p:1"


@pytest.mark.parametrize(
    ("url", "says"),
    [("ftp://x", 'unsupported scheme "ftp", must be http, https, or socks5'), ("127.0.0.1:1", "could not parse: 127.0.0.1:1")],
)
def test_a_wrong_proxy_url_is_refused(place: Place, url: str, says: str) -> None:
    assert place.refused(config(cluster={"proxy-url": url})) == f'error: invalid \'proxy-url\' "{url}" for cluster "k": {says}'


def test_socks5_says_what_is_missing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util

    given = config(cluster={"proxy-url": "socks5://u:secret@p:1"})
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    message = place.refused(given)
    assert "socks5://p:1" in message
    assert "PySocks" in message
    assert "secret" not in message
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())
    assert place.resolve(given).proxy == "socks5h://u:secret@p:1"


# Authentication providers


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("gcp", 'The gcp auth plugin has been removed.\nPlease use the "gke-gcloud-auth-plugin"'),
        ("azure", "The azure auth plugin has been removed.\nPlease use the https://github.com/Azure/kubelogin"),
        ("other", 'no Auth Provider found for name "other"'),
    ],
)
def test_removed_auth_providers_are_named(place: Place, name: str, says: str) -> None:
    assert place.refused(config({"auth-provider": {"name": name}})).startswith(f"error: {says}")


def test_an_oidc_token_is_used_until_it_expires(place: Place) -> None:
    def user(exp: float) -> dict[str, Any]:
        payload = base64.urlsafe_b64encode(json.dumps({"exp": exp}).encode()).decode().rstrip("=")
        settings = {"idp-issuer-url": "https://i", "client-id": "a", "id-token": f"h.{payload}.s"}
        return {"auth-provider": {"name": "oidc", "config": settings}}

    assert authorization(place.resolve(config(user(time.time() + 600))))[0].startswith("Bearer h.")
    assert "No valid id-token" in place.refused(config(user(1)))
    assert place.refused(config({"auth-provider": {"name": "oidc"}})) == "error: Must provide idp-issuer-url"


# Namespace and in-cluster


POD = {"KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "443"}


def account(place: Place) -> None:
    place.write("account/token", "pod-token\n")
    place.write("account/namespace", "account-ns\n")
    place.write("account/ca.crt", "pod-ca")


def test_the_namespace_of_flag_and_context(place: Place) -> None:
    given = config(contexts=[{"name": "c", "context": {"cluster": "k", "user": "u", "namespace": "ctx"}}])
    assert place.resolve(given).namespace == "ctx"
    assert place.resolve(given, namespace="flag").namespace == "flag"
    assert place.resolve(config(), env={"POD_NAMESPACE": "pod"}).namespace == "default"


def test_in_cluster_without_a_kubeconfig(place: Place) -> None:
    account(place)
    got = place.resolve(env=POD)
    assert got.in_cluster
    assert (got.server, got.ca, got.namespace) == ("https://10.0.0.1:443", b"pod-ca", "account-ns")
    assert authorization(got) == ["Bearer pod-token"]
    assert place.resolve(env={**POD, "KUBERNETES_SERVICE_HOST": "fd00::1"}).server == "https://[fd00::1]:443"


def test_in_cluster_needs_all_its_parts(place: Place) -> None:
    assert not place.resolve(env=POD).in_cluster
    account(place)
    assert not place.resolve(env={"KUBERNETES_SERVICE_HOST": "10.0.0.1"}).in_cluster


def test_a_kubeconfig_wins_over_in_cluster(place: Place) -> None:
    account(place)
    assert place.resolve(config(), env=POD).server == HTTPS


def test_the_namespace_order_inside_a_pod(place: Place) -> None:
    account(place)
    pod = {**POD, "POD_NAMESPACE": "pod-ns"}
    assert place.resolve(env=pod).namespace == "pod-ns"
    assert place.resolve(env=pod, namespace="flag").namespace == "flag"
    assert place.resolve(config(), env=pod).namespace == "pod-ns"  # a kubeconfig that names none
    named = config(contexts=[{"name": "c", "context": {"cluster": "k", "user": "u", "namespace": "default"}}])
    assert place.resolve(named, env=pod).namespace == "default"
    (place.root / "account/namespace").unlink()
    assert place.resolve(env=POD).namespace == "default"


def test_flags_over_in_cluster(place: Place) -> None:
    account(place)
    got = place.resolve(env=POD, token="flag", as_user="joe", request_timeout=5.0)
    assert got.headers == (("Authorization", "Bearer flag"), ("Impersonate-User", "joe"))
    assert got.in_cluster


def test_the_remaining_flags_arrive(place: Place) -> None:
    got = place.resolve(config(cluster={"disable-compression": True}), request_timeout=3.0, verbosity=6)
    assert (got.request_timeout, got.verbosity, got.disable_compression) == (3.0, 6, True)
