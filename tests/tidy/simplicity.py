#!/usr/bin/env python3
"""How simple the core is, in figures: simplicity.py [ROOT [REVISION]].

Counts what a person has to carry who wants to change the rules. Bounds are what we aim at.
"""

import re
import subprocess
import sys
from pathlib import Path

AIMS = {"numbers": 50, "special cases": 45, "words of the rules": 1800, "members of the core": 20,
        "pairs of files that call each other": 3, "raw fractions of a span": 0}


def reader(root, revision):
    """Functions that list the sources and read a file, of the tree or of a revision."""
    if not revision:
        return (lambda: sorted((root / "protocol/src").glob("*.[ch]pp")),
                lambda path: (root / path).read_text(encoding="utf-8"))

    def git(*arguments):
        return subprocess.run(["git", "-C", root, *arguments], capture_output=True, text=True,
                              check=True).stdout

    return (lambda: [Path(name) for name in
                     git("ls-tree", "--name-only", revision, "protocol/src/").split()],
            lambda path: git("show", f"{revision}:{path}"))


def without_comments(text):
    return re.sub(r"//[^\n]*", "", text)


def declared(numbers, kinds):
    return len(re.findall(rf"^inline (?:{kinds}) \w+", numbers, re.MULTILINE))


def words_of_the_rules(page):
    rules = re.search(r"^## Rules\n(.*?)^## ", page, re.MULTILINE | re.DOTALL)
    return len(rules.group(1).split())


def members_of_the_core(header):
    """Those of structs within the core are theirs."""
    body = without_comments(header[header.index("struct Detector::Core"):])
    body = re.sub(r"^    struct \w+ \{\n.*?^    \};", "", body, flags=re.MULTILINE | re.DOTALL)
    member = r"^    (?!return|static|using|\[)[\w:<>,\* ]+ \w+(?:\{\}| = [\w:]+)?;$"
    return len(re.findall(member, body, re.MULTILINE))


def pairs_that_call_each_other(sources):
    """Pairs of source files of which each calls a function of the core that the other defines."""
    defined = {name: set(re.findall(r"Detector::Core::(\w+)\(", text))
               for name, text in sources.items()}
    calls = {}
    for name, text in sources.items():
        called = set(re.findall(r"(?<![\w.:>])(\w+)\(", text)) - defined[name]
        calls[name] = {other for other in sources if defined[other] & called}
    return [(one, other) for one in calls for other in calls[one]
            if one < other and one in calls[other]]


def raw_fractions(sources):
    pattern = re.compile(r"(?:round|promise|interval|fail_after|suspect_after)\b[\w.()>-]*\s*"
                         r"(?:[*/] ?\d)|\d ?\* ?config\.\w+")
    return [f"{name}: {found}" for name, text in sources.items()
            for found in pattern.findall(without_comments(text))]


def count(root, revision=None):
    """(what, how many) in the order in which they are printed."""
    list_sources, read = reader(root, revision)
    texts = {Path(path).name: read(Path("protocol/src") / Path(path).name)
             for path in list_sources()}
    units = {name: text for name, text in texts.items() if name.endswith(".cpp")}
    numbers = texts.get("numbers.hpp", "")
    return {
        "numbers": declared(numbers, "Count|Share|Span"),
        "special cases": declared(numbers, "SpecialCase"),
        "words of the rules": words_of_the_rules(read(Path("protocol/README.md"))),
        "members of the core": members_of_the_core(texts["core.hpp"]),
        "functions of the core": len(re.findall(r"\w\(", re.sub(
            r"struct Pending.*?\};", "", without_comments(texts["core.hpp"]), flags=re.DOTALL))),
        "pairs of files that call each other": len(pairs_that_call_each_other(units)),
        "raw fractions of a span": len(raw_fractions(units)),
        "lines of protocol/src": sum(text.count("\n") for text in texts.values()),
    }


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    revision = sys.argv[2] if len(sys.argv) > 2 else None
    for what, figure in count(root, revision).items():
        aim = f"   aim: at most {AIMS[what]}" if what in AIMS else ""
        print(f"{what:36} {figure:6}{aim}")


if __name__ == "__main__":
    main()
