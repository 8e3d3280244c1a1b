#!/usr/bin/env python3
"""Has each type of a namespace one definition?  type_names.py ROOT, or --self-test

Two types of one name and namespace that come into one program share their inline functions, so that
one of them is destroyed as if it were the other. No compiler and no linker tells.
"""

import re
import sys
from collections import defaultdict
from pathlib import Path

PLACE = re.compile(
    r"^(?P<hidden>namespace \{)|^(?P<shown>\}  // namespace)$"
    r"|^namespace (?P<space>[\w:]+) \{|^(?:struct|class|enum class) (?P<type>\w+)\b(?!::)[^;]*$",
    re.MULTILINE)


def types_of(text):
    """(namespace, type) of each that other files could see."""
    space, is_hidden = "", False
    for place in PLACE.finditer(text):
        if place["space"]:
            space = place["space"]
        elif place["type"]:
            if not is_hidden:
                yield space, place["type"]
        else:
            is_hidden = bool(place["hidden"])


def faults(tree):
    paths = defaultdict(list)
    for path, text in tree.items():
        for name in types_of(text):
            paths[name].append(path)
    for (space, name), found in sorted(paths.items()):
        if len(found) > 1:
            yield f"{space}::{name} is defined in {' and in '.join(found)}"


def self_test():
    one = "namespace a {\nstruct B {\n};\n}  // namespace a\n"
    hidden = "namespace a {\nnamespace {\nstruct B {\n};\n}  // namespace\n}  // namespace a\n"
    assert list(faults({"x.hpp": one, "y.hpp": one})) == ["a::B is defined in x.hpp and in y.hpp"]
    assert not list(faults({"x.hpp": one, "y.cpp": hidden, "z.hpp": one.replace("a", "c")}))


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    root = Path(sys.argv[1])
    files = [path for folder in ("protocol", "node", "tests")
             for path in sorted((root / folder).rglob("*.[ch]pp"))]
    found = list(faults({str(path.relative_to(root)): path.read_text() for path in files}))
    print("\n".join(found))
    return 1 if found else 0


sys.exit(main())
