#!/usr/bin/env python3
"""bench.py - how fast modori is, beside baselines measured in the same run.

usage: make bench [BENCH_FLAGS='--size=MB --bounces=DIR --ham=DIR --maildir=COUNT --outcomes=COUNT --publish=DIR']

Makes its inputs from corpus/ (or from the messages in --bounces and --ham), times the programs and prints ratios: absolute
figures tell about the machine, ratios about the program.  Each time is the best of three.  All of it is also written to
bench.json in the build directory.  --publish adds the curves (time and memory against size and jobs; gnuplot draws them) and
writes BENCHMARKS.md and doc/benchmarks/ below DIR.

SPDX-License-Identifier: BSD-2-Clause
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile

import history
import inputs
import measure
import publish

SOURCE = os.environ.get("SOURCE", ".")
BUILD = os.environ.get("BUILD", ".")
MODORI = os.path.join(BUILD, "modori")
TREE = os.path.join(BUILD, "tests/bench/gmime-tree")
NOOP = os.path.join(BUILD, "tests/bench/noop")
SISIMAI = ["perl", "-MSisimai", "-e", "print Sisimai->dump($ARGV[0])"]
FLUFL = """
import mailbox, sys
from flufl.bounce import all_failures
print(sum(len(failed) for message in mailbox.mbox(sys.argv[1]) for failed in all_failures(message)))
"""
PYTHONS = ("/usr/bin/python3", "python3")       # that of Debian has Debian's packages
SMALL = 6000000         # bytes of a mailbox for programs that are slow
SITE_RULES = 10000


class Table:
    """Rows of one input; prints them, and keeps them for the JSON."""

    def __init__(self, title, messages, size, results):
        self.base = None
        self.messages, self.size = messages, size
        self.rows = []
        results.append({"title": title, "messages": messages, "bytes": size, "rows": self.rows})
        print(f"\n{title}: {messages} messages, {size / 1e6:.1f} MB\n"
              f"  {'':34}{'wall s':>9}{'CPU s':>9}{'MiB':>7}{'messages/s':>12}{'MB/s':>7}{'ratio':>9}")

    def add(self, name, cost, peak=None):
        """The first row is what the others are compared with."""
        self.base = self.base or cost
        peak = (peak or cost.peak) / measure.MIB
        row = {"name": name, "wall": cost.wall, "cpu": cost.cpu, "peak_mib": peak, "ratio": cost.wall / self.base.wall}
        self.rows.append(row)
        print(f"  {name:34}{cost.wall:9.3f}{cost.cpu:9.3f}{peak:7.1f}{self.messages / cost.wall:12.0f}"
              f"{self.size / cost.wall / 1e6:7.0f}{row['ratio']:9.3f}", flush=True)


def scan(path, *options):
    return [MODORI, "scan", "--no-lock", "--quiet", "--format=json", *options, path]


def add_scans(table, path):
    table.add("modori, JSON, 1 job", measure.best(scan(path, "--jobs=1")))
    for jobs in sorted({2, os.cpu_count() or 1}):
        table.add(f"modori, JSON, {jobs} jobs", measure.best(scan(path, f"--jobs={jobs}")),
                  measure.peak_of_all(scan(path, f"--jobs={jobs}")))


def mailbox(title, work, mails, size, results):
    """One mbox, read by modori and by programs that do a part of its work, or none."""
    path = os.path.join(work, "mbox")
    table = Table(title, inputs.write_mbox(path, mails, size), os.path.getsize(path), results)
    table.add("GMime building its tree", measure.best([TREE, path]))
    table.add("cat", measure.best(["cat", path]))
    table.add("grep -c '^From '", measure.best(["grep", "-c", "^From ", path], env=dict(os.environ, LC_ALL="C")))
    add_scans(table, path)
    table.add("modori, text, 1 job", measure.best([MODORI, "scan", "--no-lock", "--quiet", "--jobs=1", path]))
    one = measure.best(scan(path, "--jobs=1")).wall
    both = measure.together([scan(path, "--jobs=1")] * 2)
    two = measure.best(scan(path, "--jobs=2")).wall
    print(f"  two jobs have {100 * both / 2 / two:.0f} % of the throughput of two processes ({one / two:.2f} times one job)")
    results[-1]["two_jobs_of_two_processes"] = both / 2 / two
    os.remove(path)


def maildir(work, ham, count, results):
    path = os.path.join(work, "Maildir")
    size = inputs.write_maildir(path, ham, count)
    table = Table("Maildir of ordinary mail", count, size, results)
    table.add("cat of all files", measure.best(["sh", "-c", 'find "$1" -type f -print0 | xargs -0 cat', "sh", path]))
    add_scans(table, path)
    shutil.rmtree(path)


def filled(command, path):
    """COMMAND with PATH where "%" stands."""
    return [path if word == "%" else word for word in command]


def works(command):
    """Is there what COMMAND needs?"""
    return (shutil.which(command[0]) is not None
            and subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode == 0)


def other_parsers(work, bounces, results):
    """Other bounce parsers, on few messages: what they take to start is theirs too, so it is taken off."""
    path, empty = os.path.join(work, "small"), os.path.join(work, "none")
    table = Table("other bounce parsers", inputs.write_mbox(path, bounces, SMALL), os.path.getsize(path), results)
    with open(empty, "wb") as out:
        out.write(inputs.FROM + b"Subject: none\n\n\n")
    programs = [("modori, JSON, 1 job", scan("%", "--jobs=1"))]
    if works(["perl", "-MSisimai", "-e", "1"]):
        programs.append(("Sisimai (Perl), JSON", SISIMAI + ["%"]))
    for python in [name for name in PYTHONS if works([name, "-c", "import flufl.bounce"])][:1]:
        programs.append(("flufl.bounce (Python)", [python, "-c", FLUFL, "%"]))
    for name, command in programs:
        cost, start = measure.best(filled(command, path)), measure.best(filled(command, empty))
        table.add(name, measure.Cost(max(cost.wall - start.wall, 1e-6), max(cost.cpu - start.cpu, 0), cost.peak))


def start_up(work, bounce, results):
    """CPU time of one bounce in a pipe, beside a program that is linked with GMime and does nothing."""
    rules = os.path.join(work, "rules")
    inputs.write_rules(rules, SITE_RULES)
    mail, rows = bounce.copy(1), []
    commands = (("a program linked with GMime", [NOOP]), ("modori scan -", [MODORI, "scan", "-"]),
                (f"modori scan -, {SITE_RULES} site rules", [MODORI, "scan", f"--rules={rules}", "-"]),
                ("modori record", [MODORI, "record", "--spool", os.path.join(work, "spool")]))
    results.append({"title": "one bounce in a pipe", "rows": rows})
    print(f"\none bounce in a pipe\n  {'':34}{'CPU ms':>9}{'million instructions':>23}{'ratio':>9}")
    for name, command in commands:
        cpu = min(measure.cpu_of_start(command, mail) for _ in range(3))
        count = measure.instructions(command, mail)
        rows.append({"name": name, "cpu": cpu, "instructions": count, "ratio": cpu / (rows[0]["cpu"] if rows else cpu)})
        print(f"  {name:34}{1000 * cpu:9.2f}{'-' if count is None else f'{count / 1e6:.2f}':>23}{rows[-1]['ratio']:9.2f}",
              flush=True)


def per_message(work, bounces, results):
    """Instructions of one bounce in a long mailbox: what COUNT more of them cost."""
    small, large = os.path.join(work, "one"), os.path.join(work, "two")
    count = 2 * len(bounces)
    for path, copies in ((small, 2), (large, 4)):
        with open(path, "wb") as out:
            for i in range(copies * len(bounces)):
                out.write(inputs.FROM + bounces[i % len(bounces)].copy(i).rstrip(b"\n") + b"\n\n")
    rows = []
    for name, command in (("GMime building its tree", [TREE, "%"]), ("modori, JSON", scan("%", "--jobs=1"))):
        before, after = (measure.instructions(filled(command, path)) for path in (small, large))
        if before and after:
            rows.append({"name": name, "instructions": (after - before) / count})
            print(f"  {name:34}{rows[-1]['instructions']:12.0f} instructions a message", flush=True)
    results.append({"title": "instructions of one bounce in a long mailbox", "rows": rows})


def options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--size", type=int, default=100, help="megabytes of each mailbox (100)")
    parser.add_argument("--bounces", help="directory of bounces (default: corpus/)")
    parser.add_argument("--ham", help="directory of ordinary mail (default: corpus/ham-*)")
    parser.add_argument("--maildir", type=int, default=100000, help="files of the Maildir (100000)")
    parser.add_argument("--outcomes", type=int, default=1000000, help="outcomes in each history (1000000: a minute to make)")
    parser.add_argument("--largest", type=int, default=10000, help="megabytes of the largest mailbox of the curves (10000)")
    parser.add_argument("--publish", help="draw the curves too; write BENCHMARKS.md and doc/benchmarks/ in this directory")
    return parser.parse_args()


def read_messages(chosen):
    corpus = os.path.join(SOURCE, "corpus")
    bounces = inputs.messages(chosen.bounces) if chosen.bounces else inputs.messages(
        corpus, lambda name: name.endswith(".eml") and not name.startswith(("ham-", "not-")))
    ham = inputs.messages(chosen.ham) if chosen.ham else inputs.messages(
        corpus, lambda name: name.endswith(".eml") and name.startswith("ham-"))
    if not bounces or not ham:
        sys.exit("bench.py: no messages to measure with")
    return bounces, ham


def main():
    chosen = options()
    bounces, ham = read_messages(chosen)
    size, tables = chosen.size * 1000000, []
    results = {"about": publish.about(), "tables": tables, "curves": {}}
    with tempfile.TemporaryDirectory() as work:
        mailbox("bounces", work, bounces, size, tables)
        mailbox("ordinary mail", work, ham, size, tables)
        mailbox(f"mixed, one bounce in {inputs.MIXTURE}", work, inputs.mix(bounces, ham), size, tables)
        maildir(work, ham, chosen.maildir, tables)
        other_parsers(work, bounces, tables)
        start_up(work, bounces[0], tables)
        per_message(work, bounces, tables)
        history.reports("a year", 365, chosen.outcomes, work, tables)
        history.reports("seven days", 7, chosen.outcomes, work, tables)
        if chosen.publish:
            results["curves"] = publish.curves(work, bounces, ham, chosen.largest, scan)
    with open(os.path.join(BUILD, "bench.json"), "w", encoding="utf-8") as out:
        json.dump(results, out, indent=1)
    if chosen.publish:
        publish.write(chosen.publish, results)


if __name__ == "__main__":
    main()
