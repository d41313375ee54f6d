"""A mail server and a folder of reports for each test."""

from __future__ import annotations

import shutil

import pytest

from tests.mail import post_office


@pytest.fixture(scope="session")
def pem(tmp_path_factory):
    """A certificate of this machine, which nobody trusts unless told to."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the server's certificate, and is not installed")
    return post_office.certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def trusted(pem, monkeypatch):
    """Let this process, and those it starts, trust that certificate alone."""
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    return pem


@pytest.fixture
def office(trusted):
    """A server that speaks STARTTLS."""
    with post_office.opened(trusted) as opened:
        yield opened


@pytest.fixture
def out(tmp_path):
    """An empty folder for reports."""
    return tmp_path / "reports"
