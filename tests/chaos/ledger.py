"""What was done to whom, and when: by this the judge knows who was well."""

import contextlib
import dataclasses
import time


@dataclasses.dataclass(eq=False)
class Spell:
    """One disturbance. Touched members are not well; `cuts` are pairs that could not talk."""

    kind: str
    touched: frozenset = frozenset()
    cuts: frozenset = frozenset()
    # One side of a partition; all others are the other side.
    side: frozenset = frozenset()
    began: float = dataclasses.field(default_factory=time.monotonic)
    ended: float = float("inf")
    about: str = ""

    def separates(self, a, b):
        return (a in self.side) != (b in self.side) or frozenset((a, b)) in self.cuts

    def text(self, now):
        until = "still" if self.ended > now else f"until {now - self.ended:.1f} s ago"
        return f"{self.kind} {self.about}: since {now - self.began:.1f} s, {until}"


class Ledger:
    def __init__(self):
        self._spells = []

    @contextlib.contextmanager
    def spell(self, kind, **what):
        noted = self.begin(kind, **what)
        try:
            yield noted
        finally:
            noted.ended = time.monotonic()

    def begin(self, kind, **what):
        noted = Spell(kind, **what)
        self._spells.append(noted)
        return noted

    def within(self, since, until):
        return [s for s in self._spells if s.began <= until and s.ended >= since]

    def drop_before(self, moment):
        self._spells = [s for s in self._spells if s.ended >= moment]


class Window:
    """Who was well and connected throughout a span of time."""

    def __init__(self, ledger, since, until, ignored=()):
        self.spells = [s for s in ledger.within(since, until) if s.kind not in ignored]

    def is_touched(self, name, *kinds):
        return any(name in s.touched for s in self.spells if not kinds or s.kind in kinds)

    def is_separated(self, a, b):
        return any(s.separates(a, b) for s in self.spells)

    def are_parted(self, a, b):
        return any((a in s.side) != (b in s.side) for s in self.spells)

    def is_partitioned(self):
        return any(s.side for s in self.spells)

    def relays(self, a, b, names):
        """Those who were well and could talk with both all the time."""
        return [n for n in names if n not in (a, b) and not self.is_touched(n)
                and not self.is_separated(a, n) and not self.is_separated(n, b)]
