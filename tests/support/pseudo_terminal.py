"""A program on a terminal of its own: what the terminal shows, and what is typed there."""

import codecs
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time

PATIENCE_S = 30


class Screen:
    """What a terminal shows that was sent these characters. It knows as much as ncurses sends to
    an xterm or a vt100."""

    PATTERN = re.compile(r"\x1b\[([?>]?)([\d;]*)([@-~])|\x1b[()](.)|\x1b([78=>MDEHc])"
                         r"|\x1b\][^\x07]*\x07|([\x00-\x1f])|([^\x00-\x1f\x1b]+)")

    def __init__(self, rows, columns):
        self.resize(rows, columns)
        self.is_alternate, self.has_cursor, self.colors, self.rest = False, True, set(), ""

    def resize(self, rows, columns):
        self.rows, self.columns = rows, columns
        self.cells = [[" "] * columns for _ in range(rows)]
        self.row = self.column = 0
        self.top, self.bottom = 0, rows - 1

    def lines(self):
        return ["".join(row).rstrip() for row in self.cells]

    def text(self):
        return "\n".join(self.lines())

    def feed(self, text):
        text, end = self.rest + text, 0
        for found in self.PATTERN.finditer(text):
            if found.start() != end:
                break
            end = found.end()
            self.take(found)
        self.rest = text[end:]

    def take(self, found):
        mark, numbers, final, _, single, control, letters = found.groups()
        if final:
            self.control_sequence(mark, [int(n or 0) for n in numbers.split(";")], final)
        elif single == "M":
            self.row = max(self.row - 1, 0)
        elif control:
            self.control(control)
        elif letters:
            for letter in letters:
                self.write(letter)

    def write(self, letter):
        if self.column < self.columns:
            self.cells[self.row][self.column] = self.last = letter
        self.column += 1

    def control(self, code):
        if code == "\r":
            self.column = 0
        elif code == "\n":
            if self.row == self.bottom:
                self.scroll(self.top, 1)
            self.row = min(self.row + 1, self.rows - 1)
        elif code == "\b":
            self.column = max(min(self.column, self.columns) - 1, 0)
        elif code == "\t":
            self.column = min(self.column // 8 * 8 + 8, self.columns - 1)

    def scroll(self, top, count):
        blank = [[" "] * self.columns for _ in range(abs(count))]
        region = self.cells[top:self.bottom + 1]
        region = (region + blank)[count:] if count > 0 else (blank + region)[:count]
        self.cells[top:self.bottom + 1] = region

    def control_sequence(self, mark, numbers, final):
        first, one = numbers[0], max(numbers[0], 1)
        if mark:
            self.set_modes(numbers, final == "h")
        elif final == "m":
            self.colors |= {n for n in numbers if 31 <= n <= 37}
        elif final in "Hf":
            self.move(one - 1, (numbers + [1])[1] - 1)
        elif final in "ABCDdG":
            self.move(*{"A": (self.row - one, self.column), "B": (self.row + one, self.column),
                        "C": (self.row, self.column + one), "D": (self.row, self.column - one),
                        "d": (one - 1, self.column), "G": (self.row, one - 1)}[final])
        elif final in "JKXP@":
            self.erase(first, one, final)
        elif final in "LM":
            self.scroll(self.row, one if final == "M" else -one)
        elif final in "ST":
            self.scroll(self.top, one if final == "S" else -one)
        elif final == "b":
            for _ in range(one):
                self.write(self.last)
        elif final == "r":
            self.top, self.bottom = one - 1, (numbers + [self.rows])[1] - 1
            self.move(0, 0)

    def move(self, row, column):
        self.row = min(max(row, 0), self.rows - 1)
        self.column = min(max(column, 0), self.columns - 1)

    def set_modes(self, numbers, is_on):
        if 1049 in numbers:
            self.is_alternate = is_on
        if 25 in numbers:
            self.has_cursor = is_on

    def erase(self, first, count, final):
        row, column, width = self.cells[self.row], min(self.column, self.columns), self.columns
        if final == "J":
            for other in self.cells[self.row + 1:] if first == 0 else self.cells:
                other[:] = [" "] * width
        if final == "J" and first == 0 or final == "K" and first == 0:
            row[column:] = [" "] * (width - column)
        elif final == "K":
            end = column + 1 if first == 1 else width
            row[:end] = [" "] * end
        elif final == "X":
            row[column:column + count] = [" "] * min(count, width - column)
        elif final == "P":
            row[column:] = (row[column + count:] + [" "] * count)[:width - column]
        elif final == "@":
            row[column:] = ([" "] * count + row[column:])[:width - column]


class Terminal:
    """A terminal, and the program that was started on it."""

    def __init__(self, command, rows=24, columns=80, environment=None, is_controlling=True):
        """Unless it controls the program, keys and the end of the terminal send no signals."""
        self.master, self.slave = pty.openpty()
        self.screen, self.sent = Screen(rows, columns), b""
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.set_size(rows, columns)
        self.before = termios.tcgetattr(self.slave)
        usual = {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "NO_COLOR": ""}
        self.process = subprocess.Popen(
            command, stdin=self.slave, stdout=self.slave, stderr=self.slave,
            env={**os.environ, **usual, **(environment or {})}, start_new_session=True,
            preexec_fn=lambda: is_controlling and fcntl.ioctl(0, termios.TIOCSCTTY, 0))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.close()

    def close(self):
        """Nobody looks at the terminal any more."""
        for descriptor in (self.master, self.slave):
            if descriptor is not None:
                os.close(descriptor)
        self.master = self.slave = None

    def set_size(self, rows, columns):
        self.screen.resize(rows, columns)
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, size)

    def type(self, keys):
        os.write(self.master, keys.encode())

    def take(self, timeout):
        """Shows what has come, or what comes in time. False if nothing did."""
        if not select.select([self.master], [], [], timeout)[0]:
            return False
        sent = os.read(self.master, 65536)
        self.sent += sent
        self.screen.feed(self.decoder.decode(sent))
        return True

    def until(self, is_so, what):
        """Waits until that holds, and returns the seconds that it took."""
        began = time.monotonic()
        while not is_so():
            if time.monotonic() - began > PATIENCE_S:
                raise AssertionError(f"never: {what}; the screen:\n{self.screen.text()}")
            self.take(0.1)
        return time.monotonic() - began

    def shows(self, pattern, line=None):
        """Waits until the screen, or this line of it, matches."""
        def is_so():
            text = self.screen.text() if line is None else self.screen.lines()[line]
            return re.search(pattern, text, re.MULTILINE)
        return self.until(is_so, f"'{pattern}'")

    def ends(self, status):
        """Waits until the program has ended, and checks how, and how it leaves the terminal."""
        self.until(lambda: self.process.poll() is not None, "it ends")
        while self.take(0):
            pass
        assert self.process.returncode == status, f"it ended with {self.process.returncode}"
        assert termios.tcgetattr(self.slave) == self.before, "the terminal is not as it was"
        assert not self.screen.is_alternate, "the alternate screen is still there"
        assert self.screen.has_cursor, "there is no cursor"
