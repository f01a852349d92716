#!/usr/bin/env python3
"""bench.py - how fast modori is, beside baselines measured in the same run.

usage: make bench [BENCH_FLAGS='--size=MB --bounces=DIR --ham=DIR --outcomes=COUNT']

Makes its inputs from corpus/ (or from the messages in --bounces and --ham), times the programs, and prints ratios: absolute
figures tell about the machine, ratios about the program.  Each time is the best of several runs.

SPDX-License-Identifier: BSD-2-Clause
"""
import argparse
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

SOURCE = os.environ.get("SOURCE", ".")
BUILD = os.environ.get("BUILD", ".")
NOW = "2026-11-22T00:00:00Z"     # that of tests/bench/past.c
FROM = b"From MAILER-DAEMON Sat Nov 21 19:37:06 2026\n"


def messages(directory, wanted):
    """The files below DIRECTORY whose name WANTED accepts, as bytes."""
    for root, _, names in sorted(os.walk(directory)):
        for name in sorted(names):
            if wanted(name):
                with open(os.path.join(root, name), "rb") as file:
                    yield file.read()


def mbox(path, mails, size):
    """Write MAILS again and again to PATH until it has SIZE bytes, each time with ids of their own; how many mails."""
    count = written = 0
    with open(path, "wb") as out:
        while written < size:
            for mail in mails:
                count += 1
                own = b"X-Bench-Id: <%d@bench.example.com>\n" % count
                text = FROM + own + mail.replace(b"\nFrom ", b"\n>From ") + b"\n"
                text = text.replace(b"Message-ID: <", b"Message-ID: <%d." % count)
                written += out.write(text)
    return count


def timed(command, runs=3, **options):
    """Seconds of the best of RUNS runs of COMMAND, its output going to a file (grep does not even
    read on when it goes to /dev/null)."""
    best = 1e9
    for _ in range(runs):
        with tempfile.TemporaryFile() as out:
            start = time.perf_counter()
            subprocess.run(command, stdout=out, check=False, **options)
            best = min(best, time.perf_counter() - start)
    return best


def row(name, seconds, count, size, base):
    print(f"  {name:28} {seconds:8.3f} s {count / seconds:10.0f} messages/s {size / seconds / 1e6:8.0f} MB/s"
          f" {seconds / base:8.2f}")


def mailbox(title, path, count, modori):
    size = os.path.getsize(path)
    tree = timed([os.path.join(BUILD, "tests/bench/gmime-tree"), path])
    print(f"{title}: {count} messages, {size / 1e6:.0f} MB (last column: time as a multiple of GMime's)")
    row("GMime building its tree", tree, count, size, tree)
    row("grep -c '^From '", timed(["grep", "-c", "^From ", path], env=dict(os.environ, LC_ALL="C")), count, size, tree)
    row("modori scan, JSON", timed([modori, "scan", "--format=json", "--no-lock", path]), count, size, tree)
    row("modori scan, text", timed([modori, "scan", "--no-lock", path]), count, size, tree)


def cpu(command, mail, runs=40):
    """Milliseconds of CPU time of one run of COMMAND with MAIL in a pipe."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for _ in range(runs):
        subprocess.run(command, input=mail, stdout=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / runs * 1000


def start_up(modori, bounce, work):
    """CPU time of one bounce in a pipe, beside a program that is linked with GMime and does nothing."""
    noop = [os.path.join(BUILD, "tests/bench/noop")]
    scan = [modori, "scan", "-"]
    record = [modori, "record", "--spool", os.path.join(work, "spool")]
    base, one, put = (min(cpu(command, bounce) for _ in range(3)) for command in (noop, scan, record))
    print(f"one bounce in a pipe, CPU of the whole process: a program linked with GMime {base:.1f} ms, "
          f"modori scan {one:.1f} ms: {one / base:.2f} times, modori record {put:.1f} ms: {put / base:.2f} times")


def sum_of_facets(path):
    """Seconds of the best of three runs of SQLite going through all outcomes and doing nothing with them."""
    best = 1e9
    for _ in range(3):
        start = time.perf_counter()
        with sqlite3.connect(path) as database:
            database.execute("SELECT sum(length(facets)) FROM outcome").fetchone()
        best = min(best, time.perf_counter() - start)
    return best


def history(title, days, count, work, modori):
    """Reports from COUNT outcomes of the last DAYS."""
    path, copy = os.path.join(work, "history.db"), os.path.join(work, "copy.db")
    start = time.perf_counter()
    subprocess.run([os.path.join(BUILD, "tests/bench/past"), path, str(count), str(max(count // 5 * 2, 1)), str(days)],
                   check=True)
    print(f"history, {title}: {count} outcomes, made in {time.perf_counter() - start:.0f} s, {os.path.getsize(path) / 1e6:.0f} MB"
          " (last column: time as a multiple of SQLite's)")
    base = sum_of_facets(path)
    past = ["--history", path, "--now", NOW]
    print(f"  {'SQLite, sum(length(facets))':28} {base:8.3f} s {1:8.2f}")
    for name, command in (("modori report --since 7d", [modori, "report", "--since", "7d"] + past),
                          ("modori suppress", [modori, "suppress"] + past)):
        seconds = timed(command)
        print(f"  {name:28} {seconds:8.3f} s {seconds / base:8.2f}")
    for part in (50, 12):       # the outcomes of a week, and of a month, when there is a year
        shutil.copyfile(path, copy)
        age = f"{days * 24 - days * 24 // part}h"
        seconds = timed([modori, "history", "prune", "--older-than", age, "--history", copy, "--now", NOW], runs=1)
        print(f"  {f'modori history prune, 1/{part}':28} {seconds:8.3f} s {seconds / base:8.2f}")
    os.remove(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--size", type=int, default=100, help="megabytes of each mailbox (100)")
    parser.add_argument("--bounces", default=os.path.join(SOURCE, "corpus"), help="directory of bounces")
    parser.add_argument("--ham", help="directory of ordinary mail (default: corpus/ham-*)")
    parser.add_argument("--outcomes", type=int, default=1000000, help="outcomes in each history (1000000: a minute to make)")
    options = parser.parse_args()
    modori = os.path.join(BUILD, "modori")
    ham_dir = options.ham or os.path.join(SOURCE, "corpus")
    bounces = list(messages(options.bounces, lambda name: not name.startswith(("ham-", "not-")) and name.endswith(".eml")))
    ham = list(messages(ham_dir, lambda name: bool(options.ham) or name.startswith("ham-") and name.endswith(".eml")))
    if not bounces or not ham:
        sys.exit("bench.py: no messages to measure with")
    with tempfile.TemporaryDirectory() as work:
        path = os.path.join(work, "mbox")
        mailbox("bounces", path, mbox(path, bounces, options.size * 1000000), modori)
        mailbox("ordinary mail", path, mbox(path, ham, options.size * 1000000), modori)
        start_up(modori, bounces[0], work)
        history("a year", 365, options.outcomes, work, modori)
        history("seven days", 7, options.outcomes, work, modori)


if __name__ == "__main__":
    main()
