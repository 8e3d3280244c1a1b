#!/usr/bin/env python3
"""Is each name that a file takes from another namespace used there?  unused_using.py ROOT, or
--self-test

clang-tidy asks the same of the main file of a unit alone, and reads many sources as one unit here.
"""

import re
import sys
from pathlib import Path

TAKEN = re.compile(r"^ *(?:using (?:::)?(?:\w+::)+(\w+)|namespace (\w+) = [\w:]+);$", re.MULTILINE)


def unused_in(text):
    for taken in TAKEN.finditer(text):
        name = taken[1] or taken[2]
        if len(re.findall(rf"\b{name}\b", text)) == len(re.findall(rf"\b{name}\b", taken[0])):
            yield name


def self_test():
    assert list(unused_in("using a::b;\nusing ::c::d::e;\nnamespace f = g::h;\ne x;\n")) == \
        ["b", "f"]
    assert not list(unused_in("using a::b;\nnamespace f = g;\nb y = f::z;\nusing namespace q;\n"))


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    root = Path(sys.argv[1])
    found = [f"{path.relative_to(root)}: {name} is taken from elsewhere, and not used"
             for folder in ("protocol", "node", "tests")
             for path in sorted((root / folder).rglob("*.[ch]pp"))
             for name in unused_in(path.read_text())]
    print("\n".join(found))
    return 1 if found else 0


sys.exit(main())
