"""A list of numbers to page through, to which other hands may add and from which they may take at any time."""

from collections.abc import Sequence
from dataclasses import dataclass

from supportdesk.domain.page import Count, RowKey, Seek


@dataclass(frozen=True)
class Numbered:
    """A row: its place, and a version that tells it from what it was before."""

    place: int
    version: int = 0


@dataclass
class Numbers:
    """Rows by their places, kept in memory."""

    places: set[int]
    descending: bool = False
    capped: bool = False

    @property
    def inorder(self) -> list[int]:
        """The places from the first row to the last."""
        return sorted(self.places, reverse=self.descending)

    async def count(self) -> Count:
        return Count(len(self.places), self.capped)

    async def page(self, seek: Seek, limit: int) -> Sequence[Numbered]:
        places = self.inorder
        if seek.key is not None:
            here = seek.key[0]
            after = not seek.backwards
            places = [place for place in places if place != here and (place > here) == (after != self.descending)]
        if seek.backwards:
            places = places[::-1][seek.skip : seek.skip + limit][::-1]
        else:
            places = places[seek.skip : seek.skip + limit]
        return [Numbered(place) for place in places]

    async def position(self, key: RowKey) -> int:
        here = key[0]
        return sum(place > here if self.descending else place < here for place in self.places)

    def key(self, row: Numbered) -> RowKey:
        return (row.place,)

    def identity(self, row: Numbered) -> int:
        return row.place
