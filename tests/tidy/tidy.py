#!/usr/bin/env python3
"""Are the conventions kept? Those that no other tool judges.

    tidy.py ROOT           check the tree; one line for each fault, exit 1 if there is one
    tidy.py --self-test    check that each rule finds its own example of a fault, and no other

A tree is a map from path to text. A rule takes one and yields (path, line number, fault).
"""

import posixpath
import re
import sys
from pathlib import Path

COLUMNS_MAX = 100
FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70
SENTENCE_WORDS_MAX = 30
FIRST_PAGE_WORDS_MAX = 900

TOP_LEVEL = {
    ".ci", ".clang-format", ".clang-tidy", ".gitignore", "CMakeLists.txt", "CMakePresets.json",
    "LICENSE", "README.md", "launch", "node", "protocol", "tests",
}

# Where a word may not stand, save in the files that exist for it.
BANNED = [
    (r"\bzmq|spdlog|std::(jthread|thread|mutex|cout|cerr)\b", "protocol/", set()),
    (r"random_device|getrandom", "", {"node/src/identity.cpp"}),
    (r"_clock::now|clock_gettime", "", {"node/src/clock.cpp", "tests/bench/operations/main.cpp"}),
    (r"sleep_for|sleep_until|\busleep\(|\bnanosleep\(", "", set()),
]

RULES = []


def rule(faulty, sound):
    """Registers a rule with a tree that it must find a fault in and one that it must not."""
    def register(function):
        RULES.append((function, faulty, sound))
        return function
    return register


def is_cpp(path):
    return path.endswith((".cpp", ".hpp"))


def is_page(path):
    return path.endswith((".js", ".mjs", ".css"))


def is_code(path, text):
    return (is_cpp(path) or is_page(path) or path.endswith((".py", ".sh"))
            or text.startswith("#!"))


def lines_of(tree, wanted=is_code):
    for path, text in tree.items():
        if wanted(path, text):
            for number, line in enumerate(text.splitlines(), 1):
                yield path, number, line


@rule({"a.cpp": "x" * 101}, {"a.cpp": "x" * 100, "a.md": "x" * 101})
def lines_are_short(tree):
    for path, number, line in lines_of(tree):
        if len(line) > COLUMNS_MAX:
            yield path, number, f"{len(line)} columns, more than {COLUMNS_MAX}"


@rule({"a.cpp": "x\n" * 401}, {"a.cpp": "x\n" * 400, "a.txt": "x\n" * 401})
def files_are_short(tree):
    for path, text in tree.items():
        count = text.count("\n")
        if is_code(path, text) and count > FILE_LINES_MAX:
            yield path, count, f"{count} lines, more than {FILE_LINES_MAX}"


@rule({"a.cpp": "void f(int a,\n       int b) {\n" + "    x;\n" * 70 + "}\n"},
      {"a.cpp": "void f() {\n" + "    x;\n" * 68 + "}\n", "a.hpp": "struct A {\n" + "\n" * 70 + "};\n"})
def functions_are_short(tree):
    # Of C++ and of shell: from the last line that begins in the first column to a lone brace there.
    def has_them(path, text):
        return is_code(path, text) and not is_page(path)

    start = 0
    for path, number, line in lines_of(tree, has_them):
        if line == "}" and number - start >= FUNCTION_LINES_MAX:
            yield path, start, f"a function of {number - start + 1} lines"
        if line[:1].strip():
            start = number


@rule({"a.cpp": "x; \n"}, {"a.cpp": "x;\n"})
def lines_end_without_space(tree):
    for path, number, line in lines_of(tree, lambda path, text: True):
        if line != line.rstrip():
            yield path, number, "space at the end of the line"


@rule({"a.cpp": "\tx;\n"}, {"a.cpp": "    x;\n"})
def indents_are_spaces(tree):
    for path, number, line in lines_of(tree):
        if "\t" in line:
            yield path, number, "a tab"


@rule({"a.cpp": "x;"}, {"a.cpp": "x;\n", "empty": ""})
def files_end_with_a_newline(tree):
    for path, text in tree.items():
        if text and not text.endswith("\n"):
            yield path, text.count("\n") + 1, "no newline at the end of the file"


@rule({"a.cpp": "// TODO: finish\n"}, {"a.cpp": "// Done.\n"})
def nothing_is_left_for_later(tree):
    for path, number, line in lines_of(tree, lambda path, text: True):
        if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", line):
            yield path, number, "something is left for later"


# The field has a word for it. One word for one thing: see the table of words in protocol/README.md.
FORMER_WORDS = {
    "knocks?|knocked|knocking": "probe", "doors?": "refusal", "deaf|deafness|deafened": "isolated",
    "ears|hears badly|heard badly|bad hearing": "degraded", "slices?": "delta", "circles?": "ring",
}
# There a word means something else, or is part of a published name.
OTHER_MEANINGS = ("tests/", "protocol/simulation/", "launch/", "node/web/page/")


@rule({"protocol/README.md": "It knocks again.\n"},
      {"protocol/README.md": "It probes again.\n", "tests/a.cpp": "Door door;\n"})
def words_are_those_of_the_field(tree):
    for path, number, line in lines_of(tree, lambda path, text: True):
        if path.startswith(OTHER_MEANINGS) or " was `" in line:
            continue
        for words, better in FORMER_WORDS.items():
            if found := re.search(rf"\b({words})\b", line.replace("_", " "), re.IGNORECASE):
                yield path, number, f"'{found.group()}': the word is '{better}'"


@rule({"a.md": "Whoever asks waits.\n"}, {"a.md": "A client that asks waits.\n"})
def subjects_are_nouns(tree):
    for path, number, line in lines_of(tree, lambda path, text: True):
        if found := re.search(r"\bwhom?ever\b", line, re.IGNORECASE):
            yield path, number, f"'{found.group()}': say who that is"


def numbers_in(header):
    """(name, value, unit, reason) of each number of the rules, as the header has them."""
    text = re.sub(r'"\s+"', "", header)
    for kind, name, value, words in re.findall(
            r'^inline (Share|Count|Span) (\w+)\{"\w+",\s*([^,]+),\s*([^}]*)\};', text,
            re.MULTILINE):
        *unit, reason = re.findall(r'"([^"]*)"', words)
        yield name, f"{eval(value):g}", "ms" if kind == "Span" else unit[0], reason


def table_of(header):
    """The numbers as the page of the rules shows them."""
    rows = [f"| `{name}` | {value} {unit} | {reason} |"
            for name, value, unit, reason in numbers_in(header)]
    return ["| number | value | rule and reason |", "|---|---|---|", *rows]


NUMBERS = 'inline Share due{"due", 3.0 / 2, "rounds", "R6: a word, and its way"};\n'
ROWS = "| number | value | rule and reason |\n|---|---|---|\n"


@rule({"protocol/src/numbers.hpp": NUMBERS, "protocol/README.md": ROWS},
      {"protocol/src/numbers.hpp": NUMBERS,
       "protocol/README.md": ROWS + "| `due` | 1.5 rounds | R6: a word, and its way |\n"})
def the_page_has_all_numbers(tree):
    shown = tree.get("protocol/README.md", "").splitlines()
    wanted = table_of(tree.get("protocol/src/numbers.hpp", ""))
    start = shown.index(wanted[0]) if wanted[0] in shown else 0
    for offset, row in enumerate(wanted if shown else []):
        if shown[start + offset:start + offset + 1] != [row]:
            yield "protocol/README.md", start + offset + 1, f"the header of the numbers has: {row}"
            return


def core_functions(text):
    return set(re.findall(r"Detector::Core::(\w+)\(", text))


LAYERS = "///   a.cpp  upper\n///   b.cpp  lower\n"


@rule({"protocol/src/core.hpp": LAYERS,
       "protocol/src/a.cpp": "void Detector::Core::f() {\n    g();\n}\n",
       "protocol/src/b.cpp": "void Detector::Core::g() {\n    f();\n}\n"},
      {"protocol/src/core.hpp": LAYERS,
       "protocol/src/a.cpp": "void Detector::Core::f() {\n    g();\n}\n",
       "protocol/src/b.cpp": "void Detector::Core::g() {\n    it.f();\n}\n"})
def calls_of_the_core_go_down(tree):
    layers = re.findall(r"^///   (\w+\.cpp) ", tree.get("protocol/src/core.hpp", ""), re.MULTILINE)
    above = set()
    for name in layers:
        text = tree.get(f"protocol/src/{name}", "")
        for number, line in enumerate(text.splitlines(), 1):
            called = set(re.findall(r"(?<![\w.:>])(\w+)\(", line.split("//")[0]))
            for upper in sorted(called & above - core_functions(text)):
                yield f"protocol/src/{name}", number, f"calls {upper}, which is in a file above"
        above |= core_functions(text)


SENTENCE = "Word " + "word " * 28 + "end."


@rule({"protocol/README.md": f"## Rules\n\n**R1 A.** One {SENTENCE}\n\n## B\n"},
      {"protocol/README.md": f"## Rules\n\n**R1 A.** {SENTENCE}\n\n## B\n"})
def rules_are_short_sentences(tree):
    page = tree.get("protocol/README.md", "")
    start = page.find("## Rules\n") + len("## Rules\n")
    rules = page[start:page.find("\n## ", start)]
    if len(rules.split()) > 1800:
        yield "protocol/README.md", 1, f"rules of {len(rules.split())} words, more than 1800"
    for sentence in re.split(r"(?<=[.:;!?*])\s+(?=[A-Z*`])", rules):
        if len(sentence.split()) > 30:
            line = page[:page.find(sentence)].count("\n") + 1
            yield "protocol/README.md", line, f"a sentence of {len(sentence.split())} words"


def without_blocks(page):
    return re.sub(r"^ *```.*?^ *```$", lambda block: "\n" * block[0].count("\n"), page,
                  flags=re.MULTILINE | re.DOTALL)


def sentences_of(page):
    """(line number, sentence) of the text of a page: without its blocks, tables and headings. Code
    counts as one word."""
    text = re.sub(r"^(\||#).*$", "", without_blocks(page), flags=re.MULTILINE)
    text = re.sub(r"^ *(-|\d+\.) ", "\f", text, flags=re.MULTILINE)
    text = re.sub(r"`[^`]*`", lambda code: "`" + "\n" * code[0].count("\n"), text)
    start = 0
    for end in re.finditer(r"[.!?][\")*_]*\s+|\n\n|\f|\Z", text):
        lead = len(text[start:end.start()]) - len(text[start:end.start()].lstrip())
        yield text[:start + lead].count("\n") + 1, text[start:end.end()]
        start = end.end()


@rule({"node/README.md": f"One {SENTENCE}\n"},
      {"node/README.md": f"{SENTENCE} `one two`\n\n- {SENTENCE}\n| {SENTENCE} {SENTENCE} |\n",
       "README.md": f"```text\nOne {SENTENCE}\n```\n", "a.md": f"One {SENTENCE}\n"})
def pages_are_short_sentences(tree):
    for path, page in tree.items():
        if posixpath.basename(path) == "README.md":
            for line, sentence in sentences_of(page):
                count = len(sentence.split())
                if count > SENTENCE_WORDS_MAX:
                    yield path, line, f"a sentence of {count} words, more than {SENTENCE_WORDS_MAX}"


@rule({"README.md": "word " * 901}, {"README.md": "word " * 900, "node/README.md": "word. " * 901})
def the_first_page_is_short(tree):
    count = len(tree.get("README.md", "").split())
    if count > FIRST_PAGE_WORDS_MAX:
        yield "README.md", 1, f"{count} words, more than {FIRST_PAGE_WORDS_MAX}"


def headings_of(page):
    """As a link names them."""
    titles = re.findall(r"^#+ (.*)$", without_blocks(page), re.MULTILINE)
    return {re.sub(r"[^a-z0-9_ -]", "", title.lower()).replace(" ", "-") for title in titles}


def links_of(page):
    """(line number, path or nothing, heading or nothing)"""
    for number, line in enumerate(without_blocks(page).splitlines(), 1):
        for link in re.findall(r"\]\((?!http)([^)\s]+)\)", line):
            yield number, *link.partition("#")[::2]


@rule({"a/b.md": "[c](../c.md)\n"}, {"a/b.md": "[c](../c.md#d-e)\n", "c.md": "# D e\n"})
@rule({"a/b.md": "[c](#d)\n"}, {"a/b.md": "# D\n\n[c](#d) [e](../e) [f](http://f)\n", "e/f": ""})
def links_lead_somewhere(tree):
    places = {str(place) for path in tree for place in (Path(path), *Path(path).parents)}
    for path in filter(lambda path: path.endswith(".md"), tree):
        for number, place, heading in links_of(tree[path]):
            place = posixpath.normpath(posixpath.join(path, "..", place)) if place else path
            if place not in places or heading and heading not in headings_of(tree[place]):
                yield path, number, f"nothing is at {place}#{heading}"


@rule({"launch/x": "pkill hearsay\n"}, {"launch/x": "kill 42\n"})
def processes_are_ended_by_number(tree):
    for path, number, line in lines_of(tree, lambda path, text: True):
        if re.search(r"\b(pkill|killall)\b", line):
            yield path, number, "ends processes by name: only those one has started, by number"


@rule({"protocol/src/a.cpp": "std::thread t;\n"},
      {"protocol/src/a.cpp": "f();  // Like std::thread.\n", "node/src/a.cpp": "std::thread t;\n"})
@rule({"node/src/node.cpp": "std::random_device d;\n"}, {"node/src/identity.cpp": "random_device\n"})
@rule({"tests/unit/a_test.cpp": "auto t = std::chrono::steady_clock::now();\n"},
      {"node/src/clock.cpp": "std::chrono::steady_clock::now();\n"})
@rule({"tests/unit/a_test.cpp": "std::this_thread::sleep_for(1s);\n"}, {})
def world_enters_in_one_place(tree):
    for path, number, line in lines_of(tree, lambda path, text: is_cpp(path)):
        code = line.split("//")[0]
        for pattern, folder, homes in BANNED:
            found = re.search(pattern, code)
            if found and path.startswith(folder) and path not in homes:
                yield path, number, f"'{found[0]}' does not belong here"


@rule({"notes.txt": ""}, {"README.md": "", "node/notes.txt": ""})
def top_level_is_tidy(tree):
    for path in tree:
        if path.split("/")[0] not in TOP_LEVEL:
            yield path, 1, "does not belong at the top of the tree"


@rule({"node/src/FooBar.cpp": ""}, {"node/src/foo_bar.cpp": "", "README.md": "", "a/CMakeLists.txt": ""})
def files_are_named_in_snake_case(tree):
    for path, text in tree.items():
        if is_code(path, text) and not re.fullmatch(r"[a-z0-9_.-]+", posixpath.basename(path)):
            yield path, 1, "a file name that is not snake_case"


@rule({"a.hpp": "int x;\n"}, {"a.hpp": "// About x.\n\n#pragma once\n"})
def headers_are_read_once(tree):
    for path, text in tree.items():
        if path.endswith(".hpp") and "\n#pragma once\n" not in "\n" + text:
            yield path, 1, "no #pragma once"


@rule({"node/CMakeLists.txt": "src/a.cpp\n", "node/src/b.cpp": ""},
      {"node/CMakeLists.txt": "src/b.cpp\n", "node/src/b.cpp": ""})
def sources_are_built(tree):
    listed = set()
    for path, text in tree.items():
        if posixpath.basename(path) == "CMakeLists.txt":
            folder = posixpath.dirname(path)
            listed |= {posixpath.join(folder, name) for name in re.findall(r"[\w./]+\.cpp", text)}
    for path in tree:
        if path.endswith(".cpp") and path not in listed:
            yield path, 1, "in no CMakeLists.txt above it"


@rule({"node/src/a.hpp": "", "node/src/a.cpp": ""},
      {"node/src/a.hpp": "", "node/src/a.cpp": '#include "a.hpp"\n'})
def headers_are_included(tree):
    included = set()
    for _, _, line in lines_of(tree):
        included |= {posixpath.basename(name) for name in re.findall(r'#include ["<](.+)[">]', line)}
    for path in tree:
        if path.endswith(".hpp") and posixpath.basename(path) not in included:
            yield path, 1, "included by nobody"


def faults_of(tree, rules):
    for function in dict.fromkeys(rules):
        for path, number, fault in function(tree):
            yield f"{path}:{number}: {fault}"


def read_tree(root):
    """All files but those git ignores by name, and but this one, which names what it bans."""
    ignored = {name.strip("/") for name in (root / ".gitignore").read_text().split()} | {".git"}
    tree = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root)
        if not ignored & set(name.parts) and path.is_file() and path != Path(__file__).resolve():
            try:
                tree[name.as_posix()] = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                tree[name.as_posix()] = ""  # Binary: links may lead there.
    return tree


def self_test():
    for function, faulty, sound in RULES:
        if not list(function(faulty)):
            yield f"{function.__name__} finds no fault in {faulty}"
        for fault in function(sound):
            yield f"{function.__name__} finds in {sound}: {fault}"


def main():
    if sys.argv[1:] == ["--self-test"]:
        faults = list(self_test())
    elif len(sys.argv) == 2 and Path(sys.argv[1], ".gitignore").is_file():
        faults = list(faults_of(read_tree(Path(sys.argv[1]).resolve()), [r[0] for r in RULES]))
    else:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    print("\n".join(faults) or f"{len(RULES)} examples, no fault")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
