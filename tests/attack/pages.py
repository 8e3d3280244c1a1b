"""The table of attacks in Markdown, as README.md has it: one line for each attack."""

LETTERS = {"stranger": "S", "trust only": "T", "insider": "I", "former": "F", "owner": "O",
           "other user": "U", "files": "A", "machine": "M"}
MARKS = {"ok": "", "known": "\\*", "skipped": "?", "NOT": "**!**"}
GROUPS = {"attacks on clusters": lambda row: not row.is_alone,
          "attacks on the files and the surroundings of a node":
              lambda row: row.is_alone and row.mode != "test",
          "attacks that a test shows": lambda row: row.mode == "test"}


def by_attack(outcomes):
    found = {}
    for outcome in outcomes:
        found.setdefault(outcome.row.name, []).append(outcome)
    return found


def attackers(outcomes, mode):
    return " ".join(LETTERS[outcome.row.who] + MARKS[outcome.verdict()]
                    for outcome in outcomes if outcome.row.mode == mode) or "-"


def greatest(values, form):
    numbers = [value for value in values if value is not None]
    return form.format(max(numbers)) if numbers else "-"


def bounds(outcomes):
    texts = []
    for outcome in outcomes:
        if outcome.row.bound_text() not in texts:
            texts.append(outcome.row.bound_text())
    return "; or: ".join(texts)


def cluster_lines(outcomes):
    yield "| attack | plain | keys | MiB | death, ms | bound |"
    yield "|---|---|---|--:|--:|---|"
    for name, group in by_attack(outcomes).items():
        growth = greatest([outcome.growth for outcome in group], "{:.0f}")
        delays = [outcome.delay and 1000 * outcome.delay for outcome in group]
        yield (f"| {name} | {attackers(group, 'plain')} | {attackers(group, 'keys')} | {growth} "
               f"| {greatest(delays, '{:.0f}')} | {bounds(group)} |")


def alone_lines(outcomes):
    yield "| attack | verdict | what is said | bound |"
    yield "|---|---|---|---|"
    for outcome in outcomes:
        said = outcome.text().replace("|", "/").replace("`", "'")
        yield f"| {outcome.row.name} | {outcome.verdict()} | {said} | {outcome.row.bound} |"


def test_lines(outcomes):
    yield "| attack | who | verdict | test |"
    yield "|---|---|---|---|"
    for outcome in outcomes:
        yield (f"| {outcome.row.name} | {LETTERS[outcome.row.who]} | {outcome.verdict()} "
               f"| {outcome.row.shown_by} |")


def show(outcomes):
    shapes = [cluster_lines, alone_lines, test_lines]
    for (title, is_member), lines in zip(GROUPS.items(), shapes):
        group = [outcome for outcome in outcomes if is_member(outcome.row)]
        if group:
            print(f"{title[0].upper()}{title[1:]}, {len(group)} rows:\n")
            print("\n".join(lines(group)), end="\n\n")
