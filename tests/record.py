#!/usr/bin/env python3
"""record.py - kill `modori record` and what empties its spool, at any moment: what was acknowledged is there once.

usage: record.py BOUNCE DIRECTORY      prints "ok TEXT" or "not-ok TEXT", and comments on what failed

SPDX-License-Identifier: BSD-2-Clause
"""
import collections
import json
import os
import pty
import random
import shutil
import signal
import subprocess
import sys
import threading
import time

MODORI = os.environ["MODORI"]
SEED = 20261122
KILLS = 200
STORM = 20              # pipes at once
EACH = 5                # messages through each
PATIENCE = 60           # seconds: whoever needs more hangs


class Wrong(Exception):
    pass


def must(true, text):
    if not true:
        raise Wrong(text)


def message(number):
    """The bounce with a Message-ID and a recipient of its own."""
    with open(sys.argv[1], "rb") as file:
        text = file.read()
    text = text.replace(b"Message-Id: <", b"Message-Id: <%d." % number).replace(b"Message-ID: <", b"Message-ID: <%d." % number)
    return b"X-Number: %d\n" % number + text


def path(*names):
    return os.path.join(sys.argv[2], *names)


def command(spool, *options):
    return [MODORI, "record", "--spool", spool, *options]


def start(spool, *options, **more):
    return subprocess.Popen(command(spool, *options), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, **more)


def files(spool, *subs):
    found = []
    for sub in subs or ("new", "tmp"):
        try:
            found += [os.path.join(spool, sub, name) for name in sorted(os.listdir(os.path.join(spool, sub)))]
        except FileNotFoundError:
            pass
    return found


def contents(spool):
    return collections.Counter(open(name, "rb").read() for name in files(spool, "new"))


def fresh(name):
    spool = path(name)
    shutil.rmtree(spool, ignore_errors=True)
    return spool


def until(true, what):
    """Wait until TRUE (): as long as a slow machine may need."""
    end = time.monotonic() + PATIENCE
    while not true():
        must(time.monotonic() < end, "waited in vain for " + what)
        time.sleep(0.001)


def halfway(spool, *options, **more):
    """A record that has written half of its message and waits for the rest."""
    process = start(spool, *options, **more)
    process.stdin.write(message(1)[:500])
    process.stdin.flush()
    until(lambda: any(os.path.getsize(name) == 500 for name in files(spool, "tmp")), "half of a message")
    return process


def end(process):
    process.stdin.close()
    printed = process.stdout.read()
    process.stdout.close()
    must(printed == b"", "it printed %r" % printed)
    return process.wait(PATIENCE)


def stops_by(number):
    """A signal in the middle: 75, nothing printed, nothing left."""
    spool, keep = fresh("signal"), fresh("signal-keep")
    process = halfway(spool, "--keep", keep)
    process.send_signal(number)
    must(process.wait(PATIENCE) == 75, "status %d" % process.returncode)
    end(process)
    must(not files(spool) and not files(keep), "something is left")


def stops_before_the_first_byte(number):
    spool = fresh("signal")
    process = start(spool)
    until(lambda: files(spool, "tmp"), "the file")
    process.send_signal(number)
    must(process.wait(PATIENCE) == 75, "status %d" % process.returncode)
    end(process)
    must(not files(spool), "something is left")


def bug_is_75(number):
    """Even a crash does not make a mail system throw the message away."""
    spool = fresh("signal")
    process = halfway(spool)
    process.send_signal(number)
    must(process.wait(PATIENCE) == 75, "status %d" % process.returncode)
    end(process)
    must(not files(spool, "new"), "something is in new")


def ignored_stays_ignored():
    spool = fresh("signal")
    process = halfway(spool, preexec_fn=lambda: signal.signal(signal.SIGTERM, signal.SIG_IGN))
    process.send_signal(signal.SIGTERM)
    process.stdin.write(message(1)[500:])
    must(end(process) == 0, "status %d" % process.returncode)
    must(contents(spool) == {message(1): 1}, "it is not there")


def filter_stops():
    spool = fresh("signal")
    process = start(spool, "--filter")
    process.stdin.write(message(1)[:500])
    process.stdin.flush()
    process.send_signal(signal.SIGTERM)
    process.wait(PATIENCE)
    must(process.returncode in (75, -signal.SIGTERM), "status %d" % process.returncode)    # it may not have begun
    end(process)


def stuck_filter_stops():
    """Who should read what the filter writes does not: a signal ends it all the same."""
    process = subprocess.Popen([MODORI, "record", "--filter"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    process.stdin.write(message(1) + b"x\n" * 1000000)
    process.stdin.close()
    process.stdout.read(1)
    process.send_signal(signal.SIGTERM)
    must(process.wait(PATIENCE) == 75, "status %d" % process.returncode)
    must(process.stderr.read() == b"", "it printed something")
    process.stdout.close()


def reader_goes_away():
    """The filter's output is read no more."""
    process = subprocess.Popen([MODORI, "record", "--filter"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    process.stdout.close()
    process.stdin.write(message(1) + b"x\n" * 1000000)
    process.stdin.close()
    must(process.wait(PATIENCE) == 75, "status %d" % process.returncode)
    must(process.stderr.read() == b"", "it printed something")


def terminal(*options):
    """What it says on a terminal, and its status, with a message on a pipe."""
    master, slave = pty.openpty()
    process = subprocess.Popen([MODORI, "record", *options], stdin=subprocess.PIPE, stdout=slave, stderr=slave)
    os.close(slave)
    try:
        process.communicate(message(1))
    except BrokenPipeError:
        process.wait(PATIENCE)
    said = b""
    try:
        while piece := os.read(master, 4096):
            said += piece
    except OSError:
        pass
    os.close(master)
    return process.returncode, said


def terminal_is_told():
    status, said = terminal("--spool", os.devnull)
    must(status == 75 and b"modori: record: /dev/null: " in said, "%d %r" % (status, said))


def typed_message_is_refused():
    master, slave = pty.openpty()
    process = subprocess.run(command(fresh("typed")), stdin=slave, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    os.close(slave)
    os.close(master)
    must(process.returncode == 75 and not process.stdout + process.stderr, "status %d" % process.returncode)


def feed(process, text, chance):
    """Write TEXT in pieces, as a slow mail system does."""
    try:
        while text:
            n = chance.randint(1, max(1, len(text)))
            process.stdin.write(text[:n])
            process.stdin.flush()
            text = text[n:]
        process.stdin.close()
    except (BrokenPipeError, ValueError):
        pass


def usual_time():
    spool = fresh("usual")
    begin = time.monotonic()
    for i in range(10):
        process = start(spool)
        feed(process, message(i), random.Random(i))
        must(process.wait(PATIENCE) == 0, "status %d" % process.returncode)
        process.stdout.close()
    return (time.monotonic() - begin) / 10


def killed_anywhere():
    """SIGKILL at 200 moments: what ended in 0 is there once, whole; the rest once or not at all, whole."""
    chance = random.Random(SEED)
    spool, acknowledged, usual = fresh("killed"), set(), usual_time()
    for i in range(KILLS):
        process = start(spool)
        killer = threading.Timer(chance.uniform(0, usual * 1.3), process.kill)
        killer.start()
        feed(process, message(i), chance)
        if process.wait(PATIENCE) == 0:
            acknowledged.add(message(i))
        killer.cancel()
        process.stdout.close()
    found = contents(spool)
    print("# %d of %d were acknowledged, %d are there" % (len(acknowledged), KILLS, len(found)))
    must(0 < len(acknowledged) < KILLS, "the kills hit nothing, or everything")
    must(all(found[text] == 1 for text in acknowledged), "an acknowledged message is not there once")
    must(not set(found) - {message(i) for i in range(KILLS)}, "there is half a message")


def export(spool, *options):
    return [MODORI, "history", "export", "--history", path("history.db"), "--spool", spool, *options]


def numbers_of(spool):
    """How often each number is in history."""
    done = subprocess.run(export(spool), stdout=subprocess.PIPE, check=False)
    must(done.returncode == 0, "export ends in %d" % done.returncode)
    return collections.Counter(json.loads(line)["id"] for line in done.stdout.splitlines())


def forget_history():
    for suffix in ("", "-wal", "-shm"):
        if os.path.exists(path("history.db" + suffix)):
            os.unlink(path("history.db" + suffix))


def intake_killed_anywhere():
    """Whoever takes the spool in is killed: each message is in history once at the end."""
    chance = random.Random(SEED)
    spool, count = fresh("intake"), 300
    forget_history()
    for i in range(count):
        subprocess.run(command(spool), input=message(i), check=True)
    begin = time.monotonic()
    subprocess.run(export(path("nowhere")), stdout=subprocess.DEVNULL, check=False)
    usual = time.monotonic() - begin
    for i in range(KILLS // 4):
        process = subprocess.Popen(export(spool), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        killer = threading.Timer(usual * chance.uniform(0.3, 3), process.kill)
        killer.start()
        process.wait(PATIENCE)
        killer.cancel()
        subprocess.run(command(spool), input=message(count + i), check=True)
    found = numbers_of(spool)
    must(len(found) == count + KILLS // 4, "%d of %d are in history" % (len(found), count + KILLS // 4))
    must(set(found.values()) == {1}, "something is there twice")
    must(not files(spool, "new", "cur"), "something is left in the spool")


def storm():
    """20 pipes at once while the spool is taken in again and again."""
    spool, statuses = fresh("storm"), []
    forget_history()

    def pipe(number):
        for i in range(EACH):
            done = subprocess.run(command(spool), input=message(number * EACH + i), stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, check=False)
            statuses.append((done.returncode, done.stdout))

    threads = [threading.Thread(target=pipe, args=(i,)) for i in range(STORM)]
    for thread in threads:
        thread.start()
    readers = 0
    while any(thread.is_alive() for thread in threads):
        subprocess.run(export(spool), stdout=subprocess.DEVNULL, check=True)
        readers += 1
    for thread in threads:
        thread.join()
    must(statuses == [(0, b"")] * (STORM * EACH), "not all were acknowledged, or something was printed")
    found = numbers_of(spool)
    print("# taken in %d times meanwhile" % readers)
    must(len(found) == STORM * EACH and set(found.values()) == {1}, "%d in history" % len(found))


STOPS = ("HUP", "INT", "QUIT", "TERM", "ALRM", "USR1", "USR2", "XCPU")
BUGS = ("SEGV", "BUS", "FPE", "ILL", "ABRT", "TRAP", "SYS")
CASES = ([("SIG%s in the middle: 75, nothing is left" % name, stops_by, getattr(signal, "SIG" + name)) for name in STOPS]
         + [("SIGTERM before the first byte", stops_before_the_first_byte, signal.SIGTERM)]
         + [("SIG%s: 75" % name, bug_is_75, getattr(signal, "SIG" + name)) for name in BUGS]
         + [("a signal that is ignored stays ignored", ignored_stays_ignored),
            ("a filter is stopped", filter_stops),
            ("a filter that nobody reads from is stopped", stuck_filter_stops),
            ("who read what a filter writes goes away", reader_goes_away),
            ("on a terminal it says what is wrong", terminal_is_told),
            ("a message from a terminal", typed_message_is_refused),
            ("killed at %d moments" % KILLS, killed_anywhere),
            ("%d pipes at once while a report runs" % STORM, storm),
            ("the intake killed at %d moments" % (KILLS // 4), intake_killed_anywhere)])


def main():
    # who runs tests in the background has some of them ignored, and what is ignored stays so
    for name in STOPS:
        signal.signal(getattr(signal, "SIG" + name), signal.SIG_DFL)
    bad = 0
    os.makedirs(sys.argv[2], exist_ok=True)
    for text, test, *arguments in CASES:
        try:
            test(*arguments)
            print("ok", text)
        except (Wrong, subprocess.SubprocessError, json.JSONDecodeError) as wrong:
            bad += 1
            print("not-ok", text)
            print("#", wrong)
        sys.stdout.flush()
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
