"""What the programs beside this file print: progress for people, tables in Markdown, bounds."""

import argparse
import math
import os
import platform
import shlex
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

from cluster import CHECKOUT, Trouble, program_path

BEGAN = time.monotonic()


def say(*words):
    """Progress, for people only."""
    print(f"{time.monotonic() - BEGAN:7.1f} s ", *words, file=sys.stderr, flush=True)


def arguments(description):
    """A parser with what all programs here have in common."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="Exit status: 0 if all bounds hold, 1 if not, 2 for wrong use.")
    parser.add_argument("--program", help="the program hearsay; build/cluster or build/release "
                        "unless given here or as HEARSAY_PROGRAM")
    return parser


def count(text):
    """A number of nodes, for argparse."""
    number = int(text)
    if not 2 <= number <= 1000:
        raise argparse.ArgumentTypeError(f"{number} is not from 2 to 1000")
    return number


def positive(text):
    """How often, for argparse."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is less than 1")
    return number


def heading(title, program, *others):
    """Title and first line: what ran, where and how. Others: commands that tell a version."""
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    load = os.getloadavg()[0]
    program_name = Path(sys.argv[0]).resolve().relative_to(CHECKOUT)
    command = shlex.join([str(program_name), *sys.argv[1:]])
    told = [subprocess.run(other, capture_output=True, text=True).stdout.splitlines()[0]
            for other in others]
    versions = "; ".join([f"hearsay {version.stdout.split()[-1]}", *told])
    print(f"### {title}\n\n{versions}; {processor()}, "
          f"{os.cpu_count()} processors, {platform.system()} {platform.release()}, "
          f"load {load:.1f} at the start; `{command}`\n", flush=True)


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return " ".join(line.split(":", 1)[1].split())
    return platform.machine()


def table(columns, rows):
    """A table in Markdown; the first column is text, all others are numbers."""
    cells = [[str(cell) for cell in row] for row in [columns, *rows]]
    widths = [max(len(row[i]) for row in cells) for i in range(len(columns))]

    def line(row):
        aligned = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        return "| " + " | ".join([row[0].ljust(widths[0]), *aligned]) + " |"

    rule = ["-" * widths[0]] + ["-" * (width - 1) + ":" for width in widths[1:]]
    print("\n".join([line(cells[0]), line(rule), *map(line, cells[1:])]), end="\n\n", flush=True)


def figure(value):
    """Three digits of it, and no exponent."""
    if math.isnan(value):
        return "-"
    if math.isinf(value):
        return "never"
    return f"{value:.0f}" if value >= 100 or isinstance(value, int) else f"{value:.3g}"


class Bounds:
    """Sentences that must hold."""

    def __init__(self):
        self.all_hold = True
        self._lines = []

    def check(self, sentence, holds):
        self.all_hold = self.all_hold and bool(holds)
        self._lines.append(f"- {'holds' if holds else '**MISSED**'}: {sentence}")

    def at_most(self, what, value, limit, unit):
        digits = f"{value:.0f}" if 100 <= value < float("inf") else f"{value:.3g}"
        self.check(f"{what} {digits}{unit}, at most {limit:g}{unit}", value <= limit)

    def show(self):
        print("\n".join(self._lines) + "\n", flush=True)


def spread(values):
    """Least, median and greatest, or dashes."""
    if not values:
        return ["-", "-", "-"]
    return [f"{f(values):.3f}" for f in (min, statistics.median, max)]


def run_main(main, parser):
    """Runs `main(options, program)`, which returns whether all bounds hold; never returns."""
    def stop(number, _):
        sys.exit(128 + number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    options = parser.parse_args()
    try:
        all_hold = main(options, program_path(options.program))
    except (Trouble, OSError, subprocess.SubprocessError) as trouble:
        print(f"{Path(sys.argv[0]).name}: {trouble}", file=sys.stderr)
        sys.exit(1)
    sys.exit(0 if all_hold else 1)
