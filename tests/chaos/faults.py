"""The faults that have nothing to do with keys. Each is a task, as world.py says."""

import signal
import time

# Bounds of what is drawn, in seconds unless they are multiples of fail_after.
PAUSE = (1.0, 5.0)
DOWN_BEYOND_CHECK = (0.0, 10.0)
AWAY = (2.0, 20.0)
PARTITION = (1.0, 6.0)
CUT = (1.0, 8.0)
LOSS_LASTS = (2.0, 8.0)
LOSS = (0.05, 0.3)
LEAVE_PATIENCE = 10.0
PAIRS = (1, 3)


def named(members):
    return frozenset(member.name for member in members)


def kill(world, member):
    """SIGKILL, and a start once all were to have noticed."""
    life, at = member.life(), time.monotonic()
    with world.ledger.spell("kill", touched=named([member]), about=member.name):
        member.kill()
        yield from world.wait_until(at + world.judge.notice_within)
        world.judge.check_gone("killed", member, life, at)
        yield from world.wait(world.chance.uniform(*DOWN_BEYOND_CHECK))
    yield from world.start(member)


def restart(world, member):
    """SIGKILL, and a start at once."""
    with world.ledger.spell("restart", touched=named([member]), about=member.name):
        member.kill()
        yield from world.start(member)


def pause(world, member):
    """SIGSTOP for some seconds."""
    length = world.chance.uniform(*PAUSE)
    with world.ledger.spell("pause", touched=named([member]), about=member.name):
        member.signal(signal.SIGSTOP)
        try:
            yield from world.wait(length)
        finally:
            member.signal(signal.SIGCONT)


def leave(world, member):
    """SIGTERM, and later a start."""
    with world.ledger.spell("leave", touched=named([member]), about=member.name):
        began, member.may_end = time.monotonic(), True
        member.left[member.life()] = began
        member.signal(signal.SIGTERM)
        while member.node.is_running() and time.monotonic() < began + LEAVE_PATIENCE:
            yield
        world.judge.check_leave(member, began)
        member.kill()
        yield from world.wait(world.chance.uniform(*AWAY))
    yield from world.start(member)


def partition(world):
    """Two sides, each of a quarter of all or more, that do not hear each other."""
    size = world.chance.randint((len(world.members) + 3) // 4, len(world.members) // 2)
    side = sorted(world.chance.sample(world.members, size), key=lambda m: m.number)
    length = world.fail_after * world.chance.uniform(*PARTITION)
    about = f"of {size}: {' '.join(m.name for m in side)}"
    with world.ledger.spell("partition", side=named(side), about=about):
        world.networks.plug([m.number for m in side], 1)
        yield from world.wait(length)
        world.networks.plug([m.number for m in side], 0)


def draw_pairs(world):
    """A few pairs of different members."""
    count = world.chance.randint(*PAIRS)
    pairs = [tuple(world.chance.sample(world.members, 2)) for _ in range(count)]
    return pairs, {"cuts": frozenset(frozenset((a.name, b.name)) for a, b in pairs),
                   "about": ", ".join(f"{a.name}-{b.name}" for a, b in pairs)}


def set_pairs(world, pairs, is_cut):
    for a, b in pairs:
        world.networks.set_cut(a.number, b.number, is_cut)
        world.networks.set_cut(b.number, a.number, is_cut)


def partial(world):
    """A few pairs cannot talk; all others can."""
    pairs, what = draw_pairs(world)
    with world.ledger.spell("partial", **what):
        set_pairs(world, pairs, True)
        yield from world.wait(world.fail_after * world.chance.uniform(*CUT))
        set_pairs(world, pairs, False)


def one_way(world):
    """What one sends to another is dropped, not what that one sends."""
    pairs, what = draw_pairs(world)
    with world.ledger.spell("one-way", **what):
        for a, b in pairs:
            world.networks.set_cut(a.number, b.number, True)
        yield from world.wait(world.fail_after * world.chance.uniform(*CUT))
        for a, b in pairs:
            world.networks.set_cut(a.number, b.number, False)


def loss(world):
    """Some lose a share of the packets that arrive."""
    count = world.chance.randint(1, max(1, len(world.members) // 8))
    members = world.chance.sample(world.members, count)
    share = world.chance.uniform(*LOSS)
    about = f"{share:.0%} at {' '.join(m.name for m in members)}"
    with world.ledger.spell("loss", touched=named(members), about=about):
        for member in members:
            world.networks.set_loss(member.number, share, True)
        yield from world.wait(world.fail_after * world.chance.uniform(*LOSS_LASTS))
        for member in members:
            world.networks.set_loss(member.number, share, False)


def flip_flop(world):
    """A few pairs can talk, and cannot, in turn, each for half of fail_after."""
    pairs, what = draw_pairs(world)
    until = time.monotonic() + world.fail_after * world.chance.uniform(*CUT)
    with world.ledger.spell("flip-flop", **what):
        while time.monotonic() < until and not world.is_calming:
            set_pairs(world, pairs, True)
            yield from world.wait(world.fail_after / 2)
            set_pairs(world, pairs, False)
            yield from world.wait(world.fail_after / 2)


def flap(world, member):
    """The cable of one member is pulled and plugged in, in turn, each for half of fail_after."""
    until = time.monotonic() + world.fail_after * world.chance.uniform(*CUT)
    with world.ledger.spell("flap", touched=named([member]), about=member.name):
        while time.monotonic() < until and not world.is_calming:
            world.networks.unplug(member.number, True)
            yield from world.wait(world.fail_after / 2)
            world.networks.unplug(member.number, False)
            yield from world.wait(world.fail_after / 2)


# By kind: the task and how likely it is, and of those of the network how many may be under way.
OF_A_MEMBER = {"kill": (kill, 4), "restart": (restart, 2), "pause": (pause, 4),
               "leave": (leave, 3), "flap": (flap, 1)}
OF_THE_NETWORK = {"partition": (partition, 0.7, 1), "partial": (partial, 3, 3),
                  "one-way": (one_way, 3, 3), "loss": (loss, 2, 2),
                  "flip-flop": (flip_flop, 2, 2)}
