"""Files that appear in one step: whoever reads finds the old file or the new, never half of one.

Knows nothing of what is written.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def writing(path: str | Path, sync: bool = True) -> Iterator[BinaryIO]:
    """Open a binary file that takes the place of ``path`` when the block ends.

    sync: wait until it is on the disk. A block that fails leaves ``path`` as it was. Raises
    OSError when it cannot be written.
    """
    path = Path(path)
    temporary = path.with_name(path.name + ".part")
    try:
        with open(temporary, "wb") as file:
            yield file
            if sync:
                file.flush()
                os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write(path: str | Path, data: str | bytes, sync: bool = True) -> None:
    """Write ``data`` (bytes, or text stored as UTF-8) to ``path`` in one step; see ``writing``."""
    with writing(path, sync) as file:
        file.write(data.encode("utf-8", "replace") if isinstance(data, str) else data)
