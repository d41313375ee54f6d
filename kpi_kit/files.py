"""Where files are looked for, and how they are written: whole or not at all."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from kpi_kit.errors import EnvironmentFault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def found(path: str | Path) -> Path | None:
    """Return where a relative path lies, None when nowhere.

    Notes
    -----
    Papermill and the command line run a notebook in the project's folder, JupyterLab in
    the notebook's own, one below; a checkout's own files are known from anywhere.
    """
    for folder in (Path(), Path(".."), Path(__file__).parents[1]):
        if (folder / path).exists():
            return folder / path
    return None


def write_whole(files: Mapping[Path, bytes]) -> None:
    """Write files whole or not at all; a reader sees the old ones or the new ones.

    Parameters
    ----------
    files
        What each file shall hold.  None is replaced before all are on the disk.

    Raises
    ------
    EnvironmentFault
        When the disk does not take one; what was there before stays.
    """
    with ExitStack() as leftovers:
        written = {
            path: _write_beside(path, content, leftovers)
            for path, content in files.items()
        }
        for path, temporary in written.items():
            try:
                temporary.replace(path)
            except OSError as error:
                raise _fault(path, error) from None


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a temporary name to write to; the file gets its own name when all is well.

    Raises
    ------
    EnvironmentFault
        When the disk does not take it; what was there before stays.
    """
    with ExitStack() as leftovers:
        temporary = _write_beside(path, b"", leftovers)
        try:
            yield temporary
            temporary.replace(path)
        except OSError as error:
            raise _fault(path, error) from None


def _write_beside(path: Path, content: bytes, leftovers: ExitStack) -> Path:
    # In the same folder, because a file cannot be renamed from one disk to another.
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(
            dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as file:
            temporary = Path(file.name)
            leftovers.callback(temporary.unlink, missing_ok=True)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), 0o666 & ~_umask())
    except OSError as error:
        raise _fault(path, error, len(content)) from None
    return temporary


def _umask() -> int:
    # A temporary file is its owner's alone; a report is for whom the umask lets read.
    # Python tells the umask only by setting another.
    umask = os.umask(0o077)
    os.umask(umask)
    return umask


def _fault(path: Path, error: OSError, size: int | None = None) -> EnvironmentFault:
    if isinstance(error, FileExistsError | NotADirectoryError):
        message = f"{path}: cannot be written, for {path.parent} is no folder"
        return EnvironmentFault(f"{message}. Give a folder.")
    what = "cannot be written" if size is None else f"{size:,} bytes cannot be written"
    return EnvironmentFault(
        f"{path}: {what} ({error.strerror}). Free the disk or give another folder."
    )
