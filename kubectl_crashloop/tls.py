"""The TLS side of a connection, built in memory.

Source: client-go `transport/transport.go` (TLSConfigFor). Go trusts each certificate of a CA bundle as it stands,
ignores the common name, and does not ask for RFC 5280 to the letter; so does this.
"""

from __future__ import annotations

import os
import ssl
from pathlib import Path

from .connection import ConfigError, Connection

# Where distributions keep their CA bundle, for a frozen program whose OpenSSL looks elsewhere.
# Source: Go `crypto/x509/root_linux.go`.
_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


def tls_context(connection: Connection) -> ssl.SSLContext:
    """The TLS context for an https server. Raises ConfigError for a CA, certificate or key that cannot be used."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.hostname_checks_common_name = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.set_alpn_protocols(["http/1.1"])
    if connection.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    else:
        _trust(context, connection.ca)
    if connection.client_cert is not None:
        _load_pair(context, connection.client_cert, connection.client_key or b"")
    return context


def _trust(context: ssl.SSLContext, ca: bytes | None) -> None:
    if ca is None:
        _trust_system(context)
        return
    try:
        context.load_verify_locations(cadata=_pem_blocks(ca))
    except (ssl.SSLError, ValueError):
        raise ConfigError("error: unable to load root certificates: unable to parse bytes as PEM block") from None


def _pem_blocks(ca: bytes) -> str:
    # Comments between the certificates may be in any encoding, which cadata does not take.
    begin, end = b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----"
    blocks = [begin + part.partition(end)[0] + end for part in ca.split(begin)[1:] if end in part]
    if not blocks:
        raise ValueError("no certificate")
    return b"\n".join(blocks).decode("ascii") + "\n"


def _trust_system(context: ssl.SSLContext) -> None:
    context.load_default_certs()
    paths = ssl.get_default_verify_paths()
    if context.get_ca_certs() or paths.cafile or (paths.capath and any(Path(paths.capath).iterdir())):
        return
    for bundle in (*_BUNDLES, _certifi()):
        if bundle and Path(bundle).is_file():
            context.load_verify_locations(bundle)
            return


def _certifi() -> str:
    try:
        import certifi
    except ImportError:
        return ""
    return str(certifi.where())


def _load_pair(context: ssl.SSLContext, cert: bytes, key: bytes) -> None:
    pair = key.rstrip() + b"\n" + cert
    try:
        if hasattr(os, "memfd_create") and Path("/proc/self/fd").exists():
            _load_from_memory(context, pair)
        else:
            _load_from_file(context, pair)
    except ssl.SSLError as error:
        mismatch = "MISMATCH" in (error.reason or "")
        reason = "private key does not match public key" if mismatch else "failed to find any PEM data in certificate input"
        raise ConfigError(f"error: tls: {reason}") from None


def _load_from_memory(context: ssl.SSLContext, pair: bytes) -> None:
    # OpenSSL takes a key only from a path. On Linux that path can lead to memory, so not even SIGKILL leaves a file.
    descriptor = os.memfd_create("crashloop", os.MFD_CLOEXEC)
    try:
        with os.fdopen(os.dup(descriptor), "wb") as file:
            file.write(pair)
        context.load_cert_chain(f"/proc/self/fd/{descriptor}", password=_no_password)
    finally:
        os.close(descriptor)


def _load_from_file(context: ssl.SSLContext, pair: bytes) -> None:
    import tempfile

    # A folder of its own (0700) and a file (0600), gone when the call returns.
    with tempfile.TemporaryDirectory(prefix="crashloop-") as folder:
        path = Path(folder) / "pair.pem"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pair)
        context.load_cert_chain(path, password=_no_password)


def _no_password() -> str:
    raise ConfigError("error: tls: the client key is encrypted, which kubectl does not take either")
