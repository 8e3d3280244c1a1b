#!/usr/bin/env python3
"""Does a page show what happens? Runs its blocks and compares them with what it says.

    pages.py PAGE FOLDER            one line for each fault, exit 1 if there is one
    pages.py --update PAGE FOLDER   unless a command fails, writes into the page what they print

FOLDER is empty and is filled. HEARSAY_PROGRAM names the program, HEARSAY_RUN_DIR the run directory.
All commands of a page run in one shell, in order. What is done with a block, its tag says:

  console   `$ command`: is run, and what it prints is compared, numbers and blanks aside;
            what it says on standard error is for people
  sh        a command a line: is run and must succeed; what takes long is only looked up
  python    is saved as client.py, and run
  cpp       is compiled
  text      nothing: a picture
"""

import difflib
import itertools
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
# These take minutes, or never end. Their programs must exist, and know the options.
LONG = ("tests/", "launch/demo", "hearsay node", "hearsay simulate", "hearsay web")
# A machine that has other work may be too late to find a refusal at once. Longer rounds bear that,
# and change only numbers in what is printed.
UNHURRIED = " --profile lan"
# Ends the output of a command and stands before its exit status.
MARK = "\x1e"
PATIENCE_S = 200


class Block:
    """One fenced block: its tag, the number of its first line, its lines, what is to be run."""

    def __init__(self, tag, number):
        self.tag, self.number, self.lines, self.steps = tag, number, [], []


class Step:
    """A command, where it stands, and what the page says that it prints: None for anything."""

    def __init__(self, command, number, expected=None):
        self.command, self.number, self.expected = command, number, expected
        self.output, self.status = "", None


def blocks_of(text):
    block = None
    for number, line in enumerate(text.splitlines(), 1):
        fence = re.fullmatch(r"\s*```(.*)", line)
        if fence and block:
            yield block
            block = None
        elif fence:
            block = Block(fence[1].strip(), number + 1)
        elif block:
            block.lines.append(line)


# --- what is to be run ----------------------------------------------------------------------

def console_steps(block, folder):
    for number, line in enumerate(block.lines, block.number):
        if line.startswith("$ "):
            step = Step(line[2:], number, [])
            block.steps.append(step)
        else:
            block.steps[-1].expected.append(line)


def sh_steps(block, folder):
    block.steps = [Step(line, number) for number, line in enumerate(block.lines, block.number)
                   if line.strip()]


def python_steps(block, folder):
    (folder / "client.py").write_text("\n".join(block.lines) + "\n")
    block.steps = [Step("python3 client.py", block.number)]


def cpp_steps(block, folder):
    (folder / "program.cpp").write_text("\n".join(block.lines) + "\n")
    block.steps = [Step(compile_command("program.cpp"), block.number)]


def text_steps(block, folder):
    pass


TAGS = {"console": console_steps, "sh": sh_steps, "python": python_steps, "cpp": cpp_steps,
        "text": text_steps}


def compile_command(source):
    """With the warnings of this project, each of them an error."""
    presets = json.loads((CHECKOUT / "CMakePresets.json").read_text())["configurePresets"]
    warnings = next(p for p in presets if p["name"] == "base")["cacheVariables"]
    return (f"{os.environ.get('CXX', 'g++')} -std=c++20 {warnings['CMAKE_CXX_FLAGS_INIT']} -Werror"
            f" -fsyntax-only -Iprotocol/include -Inode/include {source}")


def prepare(blocks, folder):
    """Gives each block its steps; yields a fault for each tag that nobody knows."""
    for block in blocks:
        if block.tag in TAGS:
            TAGS[block.tag](block, folder)
        else:
            yield block.number - 1, f"no tag is '{block.tag}': it is one of {', '.join(TAGS)}"


def is_long(step):
    return step.expected is None and step.command.startswith(LONG)


# --- running --------------------------------------------------------------------------------

def as_run(step, update):
    short = step.command.startswith("launch/cluster up") and "--profile" not in step.command
    return step.command + (UNHURRIED if short and not update else "")


def python_with_zmq():
    """That of the system, where another stands before it in PATH."""
    for python in ("python3", "/usr/bin/python3"):
        if subprocess.run([python, "-c", "import zmq"], capture_output=True).returncode == 0:
            return python
    sys.exit("no Python here has ZeroMQ; install python3-zmq")


def furnish(folder):
    """The folder looks like the checkout, but what is written there stays there."""
    for path in CHECKOUT.iterdir():
        (folder / path.name).symlink_to(path)


def run(steps, folder, update):
    script = [f"python3() {{ {python_with_zmq()} \"$@\"; }}"]
    for step in steps:
        script += [as_run(step, update), "printf '\\036%d\\n' $?"]
    (folder / "session.sh").write_text("\n".join(script) + "\n")
    # A page that starts no cluster finds the program, too.
    path = f"{Path(os.environ['HEARSAY_PROGRAM']).parent}:{os.environ['PATH']}"
    with open(folder / "output", "w") as output, open(folder / "errors", "w") as errors:
        subprocess.run(["bash", "session.sh"], cwd=folder, stdin=subprocess.DEVNULL, stdout=output,
                       stderr=errors, timeout=PATIENCE_S, env=dict(os.environ, PATH=path))
    share_out(steps, (folder / "output").read_text())


def share_out(steps, output):
    """Gives each step what it printed, and its exit status."""
    outputs = output.replace(os.environ["HEARSAY_RUN_DIR"], "/run/hearsay").split(MARK)
    for step, printed, following in zip(steps, outputs, outputs[1:]):
        step.status = int(following.split("\n", 1)[0])
        step.output = printed if step is steps[0] else printed.split("\n", 1)[1]


# --- judging --------------------------------------------------------------------------------

def sameness(lines):
    """The lines without what differs from run to run: numbers, times, ids, lists of nodes."""
    text = "\n".join(" ".join(line.split()) for line in lines).strip()
    text = re.sub(r"\b[0-9a-f]{8}([0-9a-f]{8})?\b", "#", text)
    text = re.sub(r"(\d+(\.\d+)?(ms|us|ns|s|m|h|d)?)+", "#", text)
    text = re.sub(r"\bn#((,|\s+and)\s+n#)*", "n#", text)
    return without_chance(text.splitlines())


def without_chance(lines):
    """As many nodes may say the same as were in time, so equal lines in a row are one. Events of
    one millisecond come in any order, so those are sorted."""
    kept = []
    for is_event, run in itertools.groupby(lines, lambda line: line.startswith("# ago ")):
        kept += sorted(run) if is_event else run
    return [line for line, _ in itertools.groupby(kept)]


def difference_of(step):
    shown, printed = sameness(step.expected), sameness(step.output.splitlines())
    difference = difflib.unified_diff(shown, printed, "page", "now", lineterm="")
    # Where a line is folded depends on how long its numbers are.
    if " ".join(shown) != " ".join(printed):
        yield f"'{step.command}' prints something else:\n" + "\n".join(difference)


def faults_of(step, update):
    if step.status is None:
        yield f"'{step.command}' was not reached"
    elif step.expected is None and step.status != 0:
        yield f"'{step.command}' ended with {step.status}:\n{step.output}"
    elif step.expected is not None and not update:
        yield from difference_of(step)


def look_up(step):
    """Faults of a command that is not run: of its program, and of its options."""
    program, *words = shlex.split(step.command)
    path = [os.environ["HEARSAY_PROGRAM"], words[0]] if program == "hearsay" else [program]
    if not os.access(CHECKOUT / path[0], os.X_OK):
        yield f"there is no program '{program}'"
        return
    options = [word.split("=")[0] for word in words if word.startswith("-")]
    known = subprocess.run([CHECKOUT / path[0], *path[1:], "--help"], capture_output=True,
                           text=True).stdout if options else ""
    for option in options:
        if not re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", known):
            yield f"'{program}' has no option '{option}'"


def judge(blocks, folder, update):
    """Yields (line number, fault)."""
    yield from prepare(blocks, folder)
    steps = [step for block in blocks for step in block.steps]
    for step in filter(is_long, steps):
        yield from ((step.number, fault) for fault in look_up(step))
    steps = [step for step in steps if not is_long(step)]
    if steps:
        run(steps, folder, update)
    for step in steps:
        yield from ((step.number, fault) for fault in faults_of(step, update))


# --- writing --------------------------------------------------------------------------------

def as_shown(step):
    return [f"$ {step.command}", *(line.rstrip() for line in step.output.strip("\n").splitlines())]


def rewrite(page, blocks):
    lines = page.read_text().splitlines()
    for block in reversed(blocks):
        if block.tag == "console":
            start = block.number - 1
            lines[start:start + len(block.lines)] = [
                line for step in block.steps for line in as_shown(step)]
    page.write_text("\n".join(lines) + "\n")


def report(page, folder, blocks, faults):
    for number, fault in faults:
        print(f"{page}:{number}: {fault}")
    errors = folder / "errors"
    if faults and errors.exists():
        print("On standard error the commands said:", errors.read_text(), sep="\n")
    print(f"{page}: {len(blocks)} blocks, {len(faults)} faults")


def main():
    update = sys.argv[1:2] == ["--update"]
    page, folder = (Path(word) for word in sys.argv[1 + update:])
    furnish(folder)
    blocks = list(blocks_of(page.read_text()))
    faults = list(judge(blocks, folder, update))
    report(page, folder, blocks, faults)
    if update and not faults:
        rewrite(page, blocks)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
