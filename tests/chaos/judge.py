"""What must hold, seen from outside: by the events of the nodes, their status sockets and exits.

All bounds are multiples of fail_after. An event is judged a second after it was told, when what was
done at that time is known whole.
"""

import collections
import sys
import time

import report
from ledger import Window

# For so long after it ends, a disturbance may still have consequences; in fail_after.
AFTERMATH = 2
# Within this a death, a leave or a revocation has to be known; in fail_after.
NOTICE = 2
# Rounds in which all agree once all is calm: I5 of the protocol.
AGREEMENT_ROUNDS = 100
LEAVE_WITHIN = 6.0
JUDGED_AFTER = 1.0
# One that is stopped does not answer, and others are to be watched meanwhile.
ASK_PATIENCE = 0.3
# A member is well connected to another if it can talk with it through so many others at least.
RELAYS_LEAST = 3
# A node stamps what it tells with the time at which its turn began: so much earlier at the most.
STAMP_SLACK = 0.25
# One who is under these is no good witness of anybody's death.
BAD_WITNESS = ("loss", "flap", "revoke")

INVARIANTS = {
    "well": "nobody who is well and connected is called failed",
    "killed": "the killed are failed to all who are well, in time",
    "revoked": "the revoked are no members, in time",
    "replaced": "who has a new key is no member with the old one, in time",
    "left": "nobody who left is called failed",
    "exit": "leaves exit with 0, in time",
    "ended": "no process ends by itself, and all start",
    "life": "no life ends but for a new key",
    "hears": "nobody withdraws who is well",
    "calm": "all agree once all is calm, in time",
}


# Events that end a verdict.
BACK = ("recovered", "restarted", "left", "forgotten", "joined")


class HeldFailed:
    """Who holds which living life for failed, with an excuse.

    A life that was failed and returned several times is taken back late (R11, hold-down). A node
    that begins meanwhile hears of it, and then fails it with all others.
    """

    def __init__(self, count):
        # More than so many of all are no mistake of a few.
        self._many = count / 3
        self._tellers = collections.defaultdict(set)
        # By life: when it was held for failed by many for the last time.
        self._until = {}

    def begins(self, event):
        self._tellers[event["life"]].add(event["teller"])

    def is_over(self, event):
        self._discard(event["life"], event["teller"], event["t"])

    def forget(self, teller, at):
        """That process has ended."""
        for life in list(self._tellers):
            self._discard(life, teller, at)

    def _discard(self, life, teller, at):
        tellers = self._tellers.get(life, set())
        if len(tellers) > self._many:
            self._until[life] = at
        tellers.discard(teller)

    def is_held_down(self, life, since):
        return len(self._tellers.get(life, ())) > self._many or self._until.get(life, 0) >= since


class Judge:
    def __init__(self, world, seed):
        self.world, self.seed = world, seed
        self.fail_after = world.fail_after
        self.aftermath = AFTERMATH * self.fail_after
        self.notice_within = NOTICE * self.fail_after
        self.held, self.violated = collections.Counter(), collections.Counter()
        self.events = collections.Counter()
        # Failures that were right, or that had an excuse, by that excuse.
        self.excused = collections.Counter()
        self.recent = collections.defaultdict(lambda: collections.deque(maxlen=30))
        self._pending = collections.deque()
        # Names whose process is being given a new key: their life may change.
        self.renewable = {}
        self._detailed = {}
        self._withdrawals = {}
        self.held_failed = HeldFailed(len(world.members))

    # --- what they say ---------------------------------------------------------------------

    def watch(self):
        """Whatever is due: new events, events to be judged, processes that ended."""
        for member in self.world.members:
            self.read_events(member)
            if not member.may_end and not member.node.is_running():
                member.may_end = True
                member.end_life(time.monotonic())
                self.violate("ended", [member.name], f"{member.name} ended with "
                             f"{member.node.process.popen.returncode}: {member.node.last_words()}")
        while self._pending and time.monotonic() - self._pending[0][0] >= JUDGED_AFTER:
            event = self._pending.popleft()[1]
            if event["event"] == "failed":
                self.judge_failure(event)
            elif event["event"] in BACK:
                self.held_failed.is_over(event)

    def read_events(self, member):
        for event in member.node.new_events():
            self.events[event["event"]] += 1
            self.held["left"] += event["event"] == "left"
            self.recent[member.name].append(event)
            self._pending.append((time.monotonic(), event))
            if event["event"] == "renewed":
                self.take_new_life(member, event)
            elif event["event"] == "withdrew":
                self.take_withdrawal(member, event["t"])
            elif event["event"] == "returned":
                self.end_withdrawal(member.name, event["t"])
        member.node.events.clear()

    def take_new_life(self, member, event):
        member.begin_life(event["life"], event["t"])
        if time.monotonic() <= self.renewable.get(member.name, 0):
            self.held["life"] += 1
        else:
            self.violate("life", [member.name], f"{member.name} began a new life unasked")

    def take_withdrawal(self, member, at):
        """One that could not hear lets all hold it for failed until it hears well again (R12)."""
        window = Window(self.world.ledger, at - self.aftermath, at)
        if not window.is_touched(member.name) and not window.is_partitioned():
            self.violate("hears", [member.name], f"{member.name} withdraws", at)
            return
        self.held["hears"] += 1
        self._withdrawals[member.name] = self.world.ledger.begin(
            "withdrawal", touched=frozenset([member.name]), about=member.name)

    def end_withdrawal(self, name, at):
        if name in self._withdrawals:
            self._withdrawals.pop(name).ended = at

    def process_ends(self, name, at):
        """With a process ends what it held of others, and that it had withdrawn."""
        self.held_failed.forget(name, at)
        self.end_withdrawal(name, at)

    def judge_failure(self, event):
        """Whether a failure that was told is right, excused or wrong."""
        teller, name, life, at = event["teller"], event["member"], event["life"], event["t"]
        member = self.world.by_name[name]
        left_at = member.left.get(life)
        if left_at is None and life != member.life_at(at + STAMP_SLACK):
            self.excused["its life had ended"] += 1
            return
        rule = "well" if left_at is None else "left"
        since = at if left_at is None else min(at, left_at)
        window = Window(self.world.ledger, since - self.aftermath, at,
                        ignored=("leave", "start") if left_at else ())
        excuse = self.excuse(window, teller, name, at)
        if not excuse and self.held_failed.is_held_down(life, at - self.aftermath):
            excuse = "held down after other failures"
        if excuse:
            self.held_failed.begins(event)
            self.excused[excuse] += 1
            self.held[rule] += 1
            return
        self.violate(rule, [teller, name], f"{teller} calls {name} failed ({event['cause']}, "
                     f"silence {event['silence_ms']} ms, by {' '.join(event['accusers'])})",
                     at, teller)

    def excuse(self, window, teller, name, at):
        """Why a failure is none of the witness's or the member's fault; None if it is."""
        if window.are_parted(teller, name):
            return "on different sides of a partition"
        if kinds := sorted({s.kind for s in window.spells if name in s.touched}):
            return "touched by " + kinds[0]
        if window.is_touched(teller, *BAD_WITNESS):
            return "told by a bad witness"
        names = [m.name for m in self.world.members
                 if m.node.is_running() and m.started_at < at - self.aftermath]
        if len(window.relays(teller, name, names)) < min(RELAYS_LEAST, len(names) // 3):
            return "too few others were well"
        return None

    # --- what tasks ask for ----------------------------------------------------------------

    def witnesses(self, since, until):
        """Members that were well and connected all the time."""
        window = Window(self.world.ledger, since - self.aftermath, until)
        names = [m.name for m in self.world.members if m.node.is_running()
                 and not m.is_stopped and m.started_at < since - self.aftermath
                 and not window.is_touched(m.name) and not window.is_partitioned()]
        lone = [n for n in names if sum(window.is_separated(n, o) for o in names) > len(names) / 4]
        return [self.world.by_name[n] for n in names if n not in lone]

    def rows_about(self, witnesses, member, life):
        """Who of them still holds that life for a member, with the row."""
        running = self.world.running
        answers = running.ask([m.node for m in witnesses], {"op": "members"})
        found = {}
        for name, answer in answers.items():
            for row in answer["members"]:
                if (row["name"], row["life"]) == (member.name, life) and \
                        row["state"] in ("alive", "suspect"):
                    found[name] = row
        return found, len(answers)

    def check_gone(self, rule, member, life, at):
        """Those who were well and connected must not hold that life for a member any more."""
        witnesses = self.witnesses(at, time.monotonic())
        found, number = self.rows_about(witnesses, member, life)
        self.hold(rule, number, found, member,
                  f"of {number} witnesses {len(found)} hold {member.name} for alive, "
                  f"{time.monotonic() - at:.1f} s after that life had ended")

    def check_revocation(self, member, life, at):
        witnesses = [m for m in self.world.members if m is not member and m.node.is_running()
                     and m.started_at < at and not Window(
                         self.world.ledger, at, time.monotonic()).is_touched(
                             m.name, "pause", "start", "kill", "restart", "leave")]
        found, number = self.rows_about(witnesses, member, life)
        self.hold("revoked", number, found, member,
                  f"of {number} witnesses {len(found)} hold {member.name} for a member, "
                  f"{time.monotonic() - at:.1f} s after its key was revoked")

    def hold(self, rule, number, found, member, text):
        if found:
            row = next(iter(found.values()))
            self.violate(rule, [*list(found)[:2], member.name],
                         f"{text}: {' '.join(found)}; a row: {row}", None, next(iter(found)))
        self.held[rule] += number - len(found)

    def check_leave(self, member, began):
        process = member.node.process
        code, took = process.popen.poll(), time.monotonic() - began
        if code == 0 and took <= LEAVE_WITHIN:
            self.held["exit"] += 1
        else:
            self.violate("exit", [member.name], f"{member.name} was told to leave, and "
                         f"{'exited with ' + str(code) if code is not None else 'goes on'} "
                         f"after {took:.1f} s")

    def await_new_life(self, member, tell):
        """Has the node told to read its new key; it must begin a new life. A task."""
        former, began = member.life(), time.monotonic()
        self.renewable[member.name] = began + self.notice_within
        tell(member)
        while member.life() == former:
            if time.monotonic() - began > self.notice_within:
                self.violate("life", [member.name], f"{member.name} was given a new key, and "
                             f"goes on with its old life: {member.node.last_words()}")
                return
            yield

    def did_not_start(self, member):
        self.violate("ended", [member.name],
                     f"{member.name} does not start: {member.node.last_words()}")

    # --- calm ------------------------------------------------------------------------------

    def disagreement(self):
        """What is not as it should be in a calm cluster; empty if all agree."""
        running = self.world.running
        wanted = {(m.name, m.life(), "alive") for m in self.world.members}
        answers = running.ask(running.nodes, {"op": "members"}, 2.0)
        wrong = [f"{node.name} does not answer" for node in running.nodes
                 if node.name not in answers]
        for name, answer in answers.items():
            rows = [(r["name"], r["life"], r["state"]) for r in answer["members"]]
            if set(rows) != wanted or len(rows) != len(wanted):
                wrong.append(f"{name}: " + ", ".join(sorted(
                    f"{row[0]} {row[2]} {row[1][:4]}" for row in set(rows) ^ wanted)))
        return wrong

    def judge_agreement(self, patience):
        """Waits until all agree; returns how long that took. A task."""
        began = time.monotonic()
        while wrong := self.disagreement():
            if time.monotonic() - began > patience:
                self.violate("calm", [], f"no agreement {patience:.0f} s after the last fault: "
                             + "; ".join(wrong[:12]))
                return float("inf")
            until = time.monotonic() + 0.2
            while time.monotonic() < until:
                yield
        self.held["calm"] += 1
        return time.monotonic() - began

    # --- violations ------------------------------------------------------------------------

    def violate(self, rule, names, text, at=None, asked=None):
        """Prints what was violated and counts it; of several at once only the first in detail."""
        self.violated[rule] += 1
        now = time.monotonic()
        told = f", told {now - at:.2f} s ago" if at else ""
        print(f"VIOLATED ({rule}), seed {self.seed}, {now - report.BEGAN:.2f} s{told}: {text}",
              file=sys.stderr, flush=True)
        about = (rule, names[-1] if names else "")
        if now - self._detailed.get(about, 0) > self.aftermath:
            self._detailed[about] = now
            print("\n".join(self.details(names, now, asked)), file=sys.stderr, flush=True)

    def details(self, names, now, asked):
        """All that helps to understand it."""
        lines = ["  under way: " + spell.text(now) for spell in
                 self.world.ledger.within(now - 2 * self.aftermath, now)]
        for name in names:
            lines += [f"  {name}, {now - e['t']:.2f} s ago: {e['event']} {e['member']} "
                      f"{e['life'][:4]} {e['cause'] or ''} {e['silence_ms']} ms "
                      f"{' '.join(e['accusers'])}" for e in self.recent[name]]
        if asked and len(names) > 1:
            lines.append(f"  {asked} explains: {self.explanation(asked, names[-1])}")
            lines += [f"  status of {n}: {self.condition(n)}" for n in names]
        return lines

    def explanation(self, teller, name):
        node = self.world.by_name[teller].node
        answer = self.world.running.ask([node], {"op": "explain", "member": name}, ASK_PATIENCE)
        found = answer.get(teller, {})
        return {key: found.get(key) for key in ("accuser_count", "quorum", "observers", "findings")}

    def condition(self, name):
        answer = self.world.running.ask([self.world.by_name[name].node], {"op": "status"},
                                        ASK_PATIENCE)
        if name not in answer:
            return "no answer"
        status = answer[name]
        counters = status["counters"]
        return (f"pace {status['pace']}, {status['roster_size']} members, stalls "
                f"{counters['stalls']}, longest {counters['longest_stall_ms']} ms, last "
                f"{counters['last_stall_ms']} ms, withdrawn {status['withdrawn']}")

