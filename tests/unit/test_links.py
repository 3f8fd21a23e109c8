"""Links lead to official documentation only: of Kubernetes, or of the program that speaks."""

from urllib.parse import urlsplit

import pytest

from kubectl_crashloop.bundled import bundled_knowledge

HOSTS = {
    "kubernetes.io": ("/docs/",),
    "docs.docker.com": ("/build/", "/docker-hub/"),  # limits of Docker Hub, images for several platforms
    "docs.nvidia.com": ("/deploy/",),  # the driver that CUDA needs
    "docs.vllm.ai": ("/en/",),  # memory of vLLM
    "pubs.opengroup.org": ("/onlinepubs/",),  # POSIX: exit statuses of the shell
    "pytorch.org": ("/docs/",),  # memory of CUDA in PyTorch
}
"""Each host is kept by the project that it documents: no blogs, forums, vendors' tutorials or issue trackers."""
LINKS = sorted({(code, link) for code, entry in bundled_knowledge().items() for link in entry.links})


@pytest.mark.parametrize(("code", "link"), LINKS)
def test_a_link_is_official_documentation(code, link):
    parts = urlsplit(link)
    assert parts.scheme == "https"
    assert parts.netloc in HOSTS, f"{code}: {link} is of no host that documents Kubernetes or the program"
    assert parts.path.startswith(HOSTS[parts.netloc]), f"{code}: {link}"


def test_every_host_is_in_use():
    assert {urlsplit(link).netloc for _, link in LINKS} == set(HOSTS)
