#!/usr/bin/env python3
"""bounces.py - many bounces out of those in corpus/, each with its own Message-ID, recipient and date.

usage: bounces.py NUMBER CORPUS DIR      writes DIR/mbox and the Maildir DIR/maildir

The recipients are called person00000z, person00001z ..., and stand wherever the sample named its own.  The same
arguments give the same bytes.

SPDX-License-Identifier: BSD-2-Clause
"""
import datetime
import email.utils
import json
import os
import re
import sys

LAST = 1795305600           # 2026-11-22 00:00:00 UTC; the bounces lie in the 20 days before
STEP = 20 * 86400

# A sample is of use when it has one recipient, whose name stands in it as it is and can be told from other words.
COMMON = {b"user", b"info", b"unknown", b"nobody", b"test", b"postmaster", b"mailbox", b"recipient"}


def record_of(path):
    with open(path, encoding="utf-8") as file:
        records = [json.loads(line) for line in file if line.startswith("{")]
    if len(records) != 1 or records[0]["report"] != "delivery" or records[0]["bounce"] == "none":
        return None
    return records[0]


def is_dated(text, record):
    """Is the time of the outcome that of the header field?"""
    field = re.search(rb"(?mi)^Date: *(.+)", text.split(b"\n\n")[0])
    when = email.utils.parsedate_to_datetime(field[1].decode()) if field else None
    return bool(when) and when == datetime.datetime.fromisoformat(record["arrival_date"].replace("Z", "+00:00"))


def sample(path):
    """The bytes of a sample with PERSON for the recipient's local part, or None."""
    expect = path[:-4] + ".expect"
    record = record_of(expect) if os.path.exists(expect) else None
    to = record["recipient"].encode() if record else b""
    with open(path, "rb") as file:
        text = file.read()
    if b"@" not in to or re.search(rb"(?mi)^>?From |base64|=$|[\r\0]", text):
        return None
    local = to.split(b"@")[0]
    if local.lower() in COMMON or not re.fullmatch(rb"[A-Za-z0-9.+_-]{3,}", local) or b"\n\n" not in text:
        return None
    if not is_dated(text, record) or to.lower() not in text.lower():
        return None
    return re.sub(rb"(?i)(?<![\w.-])" + re.escape(local) + rb"(?![\w-]|\.\w)", b"PERSON", text)


def bounce(text, number, total):
    head, body = text.split(b"\n\n", 1)
    head = re.sub(rb"(?mi)^(Date|Message-ID):.*\n?([ \t].*\n?)*", b"", head).rstrip(b"\n")
    when = email.utils.formatdate(LAST - STEP + number * STEP // total)
    head += b"\nDate: %s\nMessage-ID: <%05d@bounces.example>" % (when.encode(), number)
    return (head + b"\n\n" + body.rstrip(b"\n") + b"\n").replace(b"PERSON", b"person%05dz" % number)


def main():
    total, corpus, where = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    samples = [sample(os.path.join(corpus, name)) for name in sorted(os.listdir(corpus)) if name.endswith(".eml")]
    samples = [text for text in samples if text]
    for sub in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(where, "maildir", sub))
    with open(os.path.join(where, "mbox"), "wb") as mbox:
        for number in range(total):
            text = bounce(samples[number * 7 % len(samples)], number, total)
            mbox.write(b"From MAILER-DAEMON Sat Nov 21 00:00:00 2026\n" + text + b"\n")
            with open(os.path.join(where, "maildir", "new", "%05d.mail" % number), "wb") as file:
                file.write(text)
    print(total, "bounces of", len(samples), "samples")


main()
