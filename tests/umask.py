"""The rights that new files do without."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def umask(mask: int) -> Iterator[None]:
    """Lets new files do without these rights; whatever happens, the tests that follow have the old mask again."""
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)
