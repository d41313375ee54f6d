"""Files are written whole or not at all, and for whom the umask lets read."""

from __future__ import annotations

import os

import pytest

from kpi_kit.errors import EnvironmentFault
from kpi_kit.files import whole_file, write_whole


@pytest.fixture(params=[0o022, 0o077, 0o007], ids=oct)
def umask(request):
    """Set each of the usual masks."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def test_a_file_obeys_the_umask(tmp_path, umask):
    """A report that the team may read is not its writer's alone, nor the reverse."""
    write_whole({tmp_path / "a": b"1"})
    with whole_file(tmp_path / "b") as temporary:
        temporary.write_bytes(b"2")

    for name in "ab":
        assert 0o666 & ~umask == (tmp_path / name).stat().st_mode & 0o777
    assert umask == os.umask(umask)


def test_a_failure_leaves_what_was_there(tmp_path):
    """One of two files cannot be written: neither is replaced, nothing is left over."""
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "file").touch()

    with pytest.raises(EnvironmentFault, match="cannot be written"):
        write_whole({tmp_path / "a": b"new", tmp_path / "file" / "b": b"new"})

    assert b"old" == (tmp_path / "a").read_bytes()
    assert {"a", "file"} == {path.name for path in tmp_path.iterdir()}
