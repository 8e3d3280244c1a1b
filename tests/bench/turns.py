"""The same work done by one system after the other, and what was found as rows of a table."""

import statistics
import time

import contests
import report
import rivals

# After so many seconds whatever a start leaves behind, in either system, is over.
WARM_UP = 10


def brief(found):
    """A dictionary of figures on one line, for the progress."""
    if isinstance(found, dict):
        return ", ".join(f"{name} {brief(value)}" for name, value in found.items())
    return f"{found:.4g}"


def in_turn(size, work, systems=(rivals.Hearsay, rivals.Serf), options=(), **how):
    """What `work(fleet)` finds of each system, one after the other. The options are hearsay's.

    None of the other system, if hearsay is measured alone."""
    found = []
    for system in systems:
        if system is not rivals.Hearsay and rivals.Hearsay.is_alone:
            found.append(None)
            continue
        own = options if system is rivals.Hearsay else ()
        with system(size, options=own, **how) as fleet:
            report.say(f"{size} agents: {system.system}")
            found.append(work(fleet))
            report.say(f"{size} agents: {system.system}: {brief(found[-1])}")
    return found


def complete(work, *arguments):
    """The same for a fleet that is started first."""
    def start_and_work(fleet):
        contests.start(fleet)
        time.sleep(WARM_UP)
        return work(fleet, *arguments)
    return start_and_work


def rows_of(make, *found):
    """A row of a table for what was found of each system."""
    return (each and make(each) for each in found)


def silence_row(found):
    """What a silence came to, as a row of a table."""
    row = {f"{when}, {which} s": found[when][which] for when in ("first", "last")
           for which in found[when]}
    return row | {"untold": found["untold"], "false": found["false"]}


def by_system(pairs):
    """All that was found of each system, from pairs; None of one that was not measured."""
    return (None if None in found else found for found in zip(*pairs))


def split_row(found):
    """What some splits came to, as a row of a table."""
    times = {what: [each[what] for each in found] for what in ("failed", "healed")}
    row = {f"{what}, {which} s": of(times[what]) for what in times
           for which, of in (("median", statistics.median), ("greatest", max))}
    return row | {"false": sum(each["false"] for each in found)}
