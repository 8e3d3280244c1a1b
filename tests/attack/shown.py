"""Rows that a C++ test shows: they name it, and run it where the test programs are given."""

import os
import subprocess

import field as fields
import table

PATIENCE = 300

# What is attempted, by whom, the program of the test, and its name or tag.
SHOWN = [
    ("one liar of twelve members, each kind of lie", "insider", "simulation_tests",
     "with keys one liar harms nobody, and hides no death"),
    ("heartbeats that are kept back, and told after a death", "insider", "simulation_tests",
     "with keys a hoarder of heartbeats hides no death for long"),
    ("two liars of twelve members", "insider", "simulation_tests",
     "with keys two liars together fail nobody"),
    ("what a speaker costs to check in a round", "insider", "unit_tests",
     "one speaker costs no more than its share of a round"),
    ("accusations used again for another heartbeat, cause or life", "insider", "unit_tests",
     "an accusation counts for those who signed it"),
    ("what nobody signed, passed on", "insider", "unit_tests",
     "what nobody signed is not passed on"),
    ("messages without proofs", "insider", "unit_tests", "a message without proofs is refused"),
    ("parts of proofs that lack, or are too many", "insider", "unit_tests", "[proof_codec]"),
    ("more lives than a table holds", "insider", "unit_tests",
     "R19: a full table refuses further lives, and its roster still fits into a frame"),
    ("a name that many claim", "stranger", "unit_tests",
     "R19: of many who claim one name its bearer is asked about once, and few are told"),
    ("a listener that proves nothing", "trust only", "node_tests",
     "a proof that proves nothing ends the link, and the log says why"),
    ("a proof of an earlier link", "trust only", "node_tests",
     "a proof of an earlier link is no proof of the next"),
    ("messages of a listener before its proof", "trust only", "node_tests",
     "what comes before the proof is not heard, and what comes after it is"),
    ("a peer that looks like a member and listens in the clear", "stranger", "node_tests",
     "a member says nothing to a plain node, and learns why"),
    ("greetings that claim more than they bring", "trust only", "node_tests",
     "a greeting that claims more than it brings takes no memory for it"),
    ("lists within lists of a greeting", "trust only", "node_tests",
     "lists within lists of a greeting are read to a depth alone"),
    ("more refused keys than the list of blocked ones holds", "trust only", "node_tests",
     "the table of blocked keys is bounded, and those that are over make room"),
    ("ever new sources of refused messages", "stranger", "node_tests",
     "endless kinds cost neither memory nor log"),
    ("probes that a peer sends astray", "stranger", "node_tests",
     "peers send nobody's probes astray"),
    ("handlers: names that would make a shell do something", "stranger", "node_tests",
     "a name cannot make the shell do anything"),
]


def test_of(program, name, build):
    def run(_):
        if not build:
            raise fields.Skipped(f'shown by the test "{name}"; --tests runs it')
        path = f"{build}/tests/{program}"
        if not os.access(path, os.X_OK):
            raise fields.Skipped(f"there is no {path}")
        # A comma would be an "or".
        done = subprocess.run([path, name.replace(",", r"\,")], capture_output=True, text=True,
                              timeout=PATIENCE)
        if done.returncode != 0 or "No tests ran" in done.stdout:
            raise fields.Missed(f"the test fails: {name}")
        return f'test "{name}"'
    return run


def rows(build):
    return [table.Row(name, who, "test", test_of(program, test, build), alone=True,
                      bound="the test passes", shown_by=test)
            for name, who, program, test in SHOWN]
