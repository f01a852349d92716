#!/usr/bin/env python3
"""mutate.py - messages as they come out of broken software: bytes flipped, cut, doubled, spliced, lines swapped.

usage: mutate.py write NUMBER SEED OUT DIRECTORY...     OUT/mutated/NUMBER-KIND.eml of the messages below DIRECTORIES, and
                                                        OUT/whole/NUMBER.eml of those that were cut; OUT/cuts.json
       mutate.py judge OUT MUTATED.json WHOLE.json      are the records of `scan --all --format=json` of both sound, and does each
                                                        cut-short report name the recipients that stand before the cut?
       mutate.py clock OUT MILLISECONDS PROGRAM         does no message take more processor time?  The slowest are told

The same number, seed and messages give the same bytes.

SPDX-License-Identifier: BSD-2-Clause
"""
import collections
import json
import os
import random
import re
import resource
import subprocess
import sys

# Longer ones cost the time of many, and show nothing else.
LONGEST = 200_000
# Messages that are read by one process when their time is taken.
BATCH = 64


def messages(directories):
    """The paths of all messages, in an order that is the same on each machine."""
    found = []
    for directory in directories:
        for folder, _, names in os.walk(directory):
            found += [os.path.join(folder, name) for name in names
                      if not name.endswith((".expect", ".json", ".tsv", ".md", ".txt", ".jsonl", ".py", ".sh")) and not name.startswith(".")]
    return sorted(path for path in found if 0 < os.path.getsize(path) <= LONGEST)


def read(path):
    with open(path, "rb") as file:
        return file.read()


# --- ways to break a message: of the bytes, with a generator of numbers, and another message ---

def flip(data, dice, other):
    """Some bytes are others."""
    data = bytearray(data)
    for _ in range(dice.choice((1, 3, 10, 50))):
        data[dice.randrange(len(data))] = dice.randrange(256)
    return bytes(data)


def bits(data, dice, other):
    """One bit in some bytes, as bad memory does."""
    data = bytearray(data)
    for _ in range(dice.choice((1, 5, 20))):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    return bytes(data)


def cut(data, dice, other):
    """The end is missing."""
    return data[:dice.randrange(1, len(data) + 1)]


def behead(data, dice, other):
    """The beginning is missing."""
    return data[dice.randrange(len(data)):]


def lose(data, dice, other):
    """A piece is missing."""
    start = dice.randrange(len(data))
    return data[:start] + data[start + dice.randrange(1, 2000):]


def double(data, dice, other):
    """A piece is there several times."""
    start = dice.randrange(len(data))
    end = min(len(data), start + dice.randrange(1, 3000))
    return data[:end] + data[start:end] * dice.choice((1, 2, 20)) + data[end:]


def splice(data, dice, other):
    """One message goes on as another."""
    return data[:dice.randrange(len(data) + 1)] + other[dice.randrange(len(other)):]


def swap(data, dice, other):
    """Lines have changed places."""
    lines = data.splitlines(True)
    for _ in range(dice.choice((1, 5, 30))):
        a, b = dice.randrange(len(lines)), dice.randrange(len(lines))
        lines[a], lines[b] = lines[b], lines[a]
    return b"".join(lines)


def repeat(data, dice, other):
    """A field, or any line, is there again, here and elsewhere."""
    lines = data.splitlines(True)
    fields = [line for line in lines if re.match(rb"[A-Za-z-]+:", line)] or lines
    for _ in range(dice.choice((1, 4, 100))):
        lines.insert(dice.randrange(len(lines) + 1), dice.choice(fields))
    return b"".join(lines)


def ends(data, dice, other):
    """Other line ends, or none."""
    return dice.choice((data.replace(b"\n", b"\r\n"), data.replace(b"\n", b"\r"), data.replace(b"\n\n", b"\n"), data.replace(b"\n", b"\n\n"),
                        data.replace(b"\n", b" ")))


def words(data, dice, other):
    """Words that mean something to who reads mail, where nobody expects them."""
    odd = (b"\0", b"\n\n", b"\nFrom x\n", b"--", b"\n--b\n", b"=?utf-8?b?", b"?=", b"=\n", b"<", b">", b"@", b":", b"\xff", b"\x1b$B", b"%s", b"\n ",
           b"boundary=", b"Content-Transfer-Encoding: base64\n", b"Content-Type: message/rfc822\n\n", b"\"", b"(" * 300, b"550 5.1.1 ")
    data = bytearray(data)
    for _ in range(dice.choice((1, 4, 20))):
        at = dice.randrange(len(data) + 1)
        data[at:at] = dice.choice(odd)
    return bytes(data)


KINDS = (cut, flip, cut, bits, double, cut, splice, swap, lose, repeat, words, behead, ends)


def put(path, data):
    with open(path, "wb") as out:
        out.write(data)


def write(number, seed, out, directories):
    paths = messages(directories)
    if not paths:
        raise SystemExit("no messages in " + " ".join(directories))
    for folder in ("mutated", "whole"):
        os.makedirs(f"{out}/{folder}", exist_ok=True)
    cuts = {}
    for i in range(number):
        dice = random.Random(f"{seed} {i}")
        kind, data, other = KINDS[i % len(KINDS)], read(dice.choice(paths)), read(dice.choice(paths))
        mutated = kind(data, dice, other)
        put(f"{out}/mutated/{i:05}-{kind.__name__}.eml", mutated)
        if kind is cut:
            put(f"{out}/whole/{i:05}.eml", data)
            cuts[f"{i:05}"] = len(mutated)
    put(f"{out}/cuts.json", json.dumps(cuts).encode())


# --- judging ---

def records(path):
    """The records of each file, by the number in its name."""
    found = collections.defaultdict(list)
    with open(path, encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            found[os.path.basename(record["path"])[:5]].append(record)
    return found


def standing(data, recipients, end):
    """Those of RECIPIENTS whose line in DATA lies before END: a field of the report that names it, or else, in a message without such
    fields, the first line behind the header that does.  A field of the mail that is reported on ("To: a, b") names whom it was for,
    not who did not get it."""
    head = re.search(rb"\r?\n\r?\n", data)
    start = head.end() if head else len(data)
    fields = [match for match in re.finditer(rb"(?im)^(?:final|original)-recipient[ \t]*:(?:.*(?:\n[ \t].*)*)\n", data)]
    for recipient in recipients:
        word = recipient.encode()
        if fields:
            places = [match.end() for match in fields if word.lower() in match.group().lower()]
        else:
            places = [match.end() for match in re.finditer(rb"(?im)^(?![ \t>]*(?:to|cc|bcc|from|subject)[ \t]*:)[^\n]*" + re.escape(word) + rb"[^\n]*\n", data[start:])]
            places = [start + place for place in places]
        if places and min(places) <= end:
            yield recipient


def judge(out, mutated_path, whole_path):
    cuts = json.loads(read(f"{out}/cuts.json"))
    mutated, whole = records(mutated_path), records(whole_path)
    named = expected = 0
    missing = []
    for number, end in cuts.items():
        wanted = {record["recipient"] for record in whole.get(number, ()) if record["recipient"] and record["report"] == "delivery"}
        got = {text.lower() for record in mutated.get(number, ()) for text in (record["recipient"], record["original_recipient"])}
        for recipient in standing(read(f"{out}/whole/{number}.eml"), sorted(wanted), end):
            expected += 1
            if recipient.lower() in got:
                named += 1
            else:
                missing.append(f"{number}-cut.eml, cut at {end}: {recipient} stood before")
    for line in missing[:200]:
        print(line)
    print(f"# {len(mutated)} messages gave records; of {expected} recipients before a cut {named} are named")
    if missing or not expected:
        raise SystemExit(1)


# --- time ---

def seconds(program, paths):
    """Processor time that PROGRAM takes to read PATHS: the least of three, for others use the processor's caches."""
    least = None
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([program, "scan", "--all", "--jobs=1", "--format=json"] + paths, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        least = taken if least is None else min(least, taken)
    return least


def clock(out, limit, program):
    """A batch that takes less than the limit has no message over it; else it is halved."""
    folder = f"{out}/mutated"
    paths = [f"{folder}/{name}" for name in sorted(os.listdir(folder))]
    put(f"{out}/empty.eml", b"Subject: x\n\nx\n")
    base = seconds(program, [f"{out}/empty.eml"])
    work = [paths[i:i + BATCH] for i in range(0, len(paths), BATCH)]
    singles, total = [], 0
    while work:
        batch = work.pop()
        taken = seconds(program, batch) - base
        if len(batch) == 1:
            singles.append((taken, batch[0]))
        elif taken > limit / 1000 / 2:
            work += [batch[:len(batch) // 2], batch[len(batch) // 2:]]
            continue
        total += taken
    singles.sort(reverse=True)
    for taken, path in singles[:5]:
        print(f"# {taken * 1000:.1f} ms: {path}")
    print(f"# {len(paths)} messages, {total * 1000 / len(paths):.2f} ms each; none of those not listed takes more than {limit / 2:.0f} ms")
    if singles and singles[0][0] * 1000 > limit:
        raise SystemExit(1)


def main():
    arguments = sys.argv[2:]
    if sys.argv[1:2] == ["write"] and len(arguments) >= 4:
        write(int(arguments[0]), arguments[1], arguments[2], arguments[3:])
    elif sys.argv[1:2] == ["judge"] and len(arguments) == 3:
        judge(*arguments)
    elif sys.argv[1:2] == ["clock"] and len(arguments) == 3:
        clock(arguments[0], float(arguments[1]), arguments[2])
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main()
