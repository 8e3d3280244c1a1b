"""The table of attacks: what a row is, how it is run, and what becomes of it."""

import time

import field as fields

ROWS = []


class Row:
    """One attack by one kind of attacker.

    attack    does it to a field; may return what it saw, in a few words
    harm      "none", or "while it lasts": verdicts about others may be wrong until it is over
    heals     seconds after which all agree again, where there is harm
    counted   paths in `status`; together they must grow, or it was no attack
    memory    MiB by which a node may grow meanwhile
    logged    warnings of refusals that it may cost each node
    known     why it succeeds, where that is known and not ours to mend
    alone     it needs no cluster, or makes its own
    lasting   it leaves a cluster that no other row should have
    settings  what its cluster is made with
    quick     whether --quick has it, or of which attackers
    shown_by  the test that shows it
    """

    def __init__(self, name, who, mode, attack, **options):
        self.name, self.who, self.mode, self.attack = name, who, mode, attack
        self.harm = options.pop("harm", "none")
        self.heals = options.pop("heals", 30)
        self.counted = options.pop("counted", ())
        self.memory = options.pop("memory", 16)
        self.logged = options.pop("logged", 8)
        self.known = options.pop("known", None)
        self.is_alone = options.pop("alone", False)
        quick = options.pop("quick", False)
        self.is_quick = quick if isinstance(quick, bool) else who in quick.split(", ")
        self.is_lasting = options.pop("lasting", False)
        self.settings = options.pop("settings", {})
        self.bound = options.pop("bound", "")
        self.shown_by = options.pop("shown_by", None)
        if options:
            raise TypeError(f"no such option of a row: {options}")

    def bound_text(self):
        if self.is_alone:
            return self.bound
        harm = "no wrong verdict" if self.harm == "none" else f"heals in {self.heals} s"
        parts = [harm, f"{self.memory} MiB"]
        return ", ".join([*parts, *([self.bound] if self.bound else [])])


class Outcome:
    """What became of a row."""

    def __init__(self, row):
        self.row, self.faults, self.facts = row, [], []
        self.seconds = 0.0
        self.growth = self.delay = None
        self.is_skipped = False

    def verdict(self):
        if self.is_skipped:
            return "skipped"
        if not self.faults:
            return "ok"
        return "known" if self.row.known else "NOT"

    def text(self):
        return "; ".join(self.faults or self.facts)


def attack(name, whos, **options):
    """Registers a function as rows: one for each of `whos`, which are (attacker, cluster)."""
    def register(function):
        for who, mode, *own in whos:
            ROWS.append(Row(name, who, mode, lambda stage, w=who, f=function: f(stage, w),
                            **{**options, **(own[0] if own else {})}))
        return function
    return register


def run_alone(row, program, outcome):
    try:
        outcome.facts.append(row.attack(program) or "")
    except fields.Missed as missed:
        outcome.faults.append(str(missed))
    except fields.Skipped as reason:
        outcome.is_skipped = True
        outcome.facts.append(str(reason))


def run_row(row, field, outcome):
    """Attacks, and then looks at all that must hold."""
    field.next_source()
    field.begin()
    try:
        seen = row.attack(field)
        if seen:
            outcome.facts.append(seen)
    except fields.Missed as missed:
        outcome.faults.append(str(missed))
    finally:
        growth = field.memory.stop()
    judge_attack(row, field, growth, outcome)
    if not field.ended():
        judge_aftermath(row, field, outcome)


def judge_attack(row, field, growth, outcome):
    outcome.faults += field.ended()
    outcome.growth = growth
    outcome.facts.append(f"+{growth:.0f} MiB")
    if growth > row.memory:
        outcome.faults.append(f"+{growth:.0f} MiB, more than {row.memory}")
    if outcome.faults:
        return
    after = field.statuses()
    if row.counted:
        counted = field.counted(after, row.counted)
        words = " + ".join(path.rsplit(".", 1)[-1] for path in row.counted)
        outcome.facts.append(f"{counted} {words}")
        if counted <= 0:
            outcome.faults.append(f"nothing was counted as {words}")
    logged = field.refusals_logged()
    most = max(logged[name] - field.refusals_before[name] for name in logged)
    if most > row.logged:
        outcome.faults.append(f"{most} warnings of refusals, more than {row.logged}")


def judge_aftermath(row, field, outcome):
    harm = field.harm()
    if row.harm == "none":
        if harm:
            more = f" and {len(harm) - 1} more" if len(harm) > 1 else ""
            outcome.faults.append(f"{harm[0]}{more}")
    else:
        outcome.facts.append(f"{len(harm)} wrong verdicts meanwhile")
        if not field.heals(row.heals):
            outcome.faults.append(f"no agreement {row.heals} s after its end")
    left = field.descriptors_left()
    if left > fields.DESCRIPTORS_SLACK:
        outcome.faults.append(f"{left} descriptors are still open")
    outcome.delay = delay = field.kill_one()
    if delay is None:
        outcome.faults.append("a death is not known to all after two fail_after")
    else:
        outcome.facts.append(f"death known in {delay * 1000:.0f} ms")
    if not field.mend():
        outcome.faults.append("no agreement after the restart of a member")


def run(row, program, fresh_field):
    """Runs a row; `fresh_field(row)` gives it a field. Returns its outcome."""
    outcome = Outcome(row)
    began = time.monotonic()
    if row.is_alone:
        run_alone(row, program, outcome)
    else:
        try:
            run_row(row, fresh_field(row), outcome)
        except fields.Missed as missed:
            outcome.faults.append(str(missed))
        except fields.Skipped as reason:
            outcome.is_skipped = True
            outcome.facts = [str(reason)]
    outcome.seconds = time.monotonic() - began
    return outcome
