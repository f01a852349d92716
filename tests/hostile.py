#!/usr/bin/env python3
"""hostile.py - write mail that somebody might send to hurt a reader of bounces.

usage: hostile.py [--mbox] KIND SIZE     to standard output; SIZE in bytes of mail, about
       hostile.py --serve DIRECTORY      for each line "KIND SIZE" on standard input, with --mbox, to pipes there: 1, 2, 3 ...
       hostile.py --list                 the kinds, each with its full size in bytes, and "once" when the bounce behind it
                                         cannot be read: no reader undoes two compressions

--mbox: a mailbox of two messages, the hostile one and a plain bounce to next@example.org behind it, which must be read
all the same.  What is a mailbox of its own (SIZE bytes of many messages, compressed ones) has that bounce at its end.

SPDX-License-Identifier: BSD-2-Clause
"""
import bz2
import lzma
import shutil
import subprocess
import sys
import zlib

MIB = 1 << 20
FROM = "From MAILER-DAEMON Sat Nov 21 19:37:06 2026\n"
HEAD = ("Return-Path: <>\nFrom: MAILER-DAEMON@mta.example.com\nTo: shop@example.jp\nSubject: Undelivered Mail\n"
        "Date: Sat, 21 Nov 2026 19:37:06 +0900\nMessage-ID: <1@mta.example.com>\nMIME-Version: 1.0\n")
REPORT = 'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n--b\n\nIt failed.\n\n'
STATUS = "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mta.example.com\n\n"
FAILED = "Final-Recipient: rfc822; u@example.net\nAction: failed\n"
RECIPIENT = ("Final-Recipient: rfc822; u%d@example.net\nAction: failed\nStatus: 5.1.1\n"
             "Diagnostic-Code: smtp; 550 5.1.1 User unknown\n\n")
RETURNED = REPORT + STATUS + FAILED + "Status: 5.1.1\n\n--b\nContent-Type: message/rfc822\n\nFrom: shop@example.jp\n"
NEXT = (HEAD + REPORT + STATUS + "Final-Recipient: rfc822; next@example.org\nAction: failed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550 5.1.1 User unknown\n\n--b--\n")


def repeated(piece, size, unit=MIB):
    """PIECE again and again, SIZE bytes of it, in large chunks."""
    chunk = piece * max(1, unit // len(piece))
    while size > len(chunk):
        yield chunk
        size -= len(chunk)
    yield (piece * (size // len(piece) + 1))[:size]


def numbered(template, size):
    """TEMPLATE with 0, 1, 2 ..., about SIZE bytes of it."""
    length = len(template % 99999)
    for i in range(size // length):
        yield template % i


def text(media, *pieces):
    """A text of the type MEDIA."""
    return [HEAD, "Content-Type: %s\n\n" % media, *pieces, "\n"]


def encoded(encoding, *pieces):
    """A text in a transfer encoding."""
    return [HEAD, "Content-Transfer-Encoding: %s\n\n" % encoding, *pieces, "\n"]


def with_field(name, *pieces):
    """A long field in the header of the report, and of the message that it returns."""
    return [HEAD, name, ": ", *pieces, "\n", RETURNED, name, ": ", *pieces, "\n\nHello.\n--b--\n"]


# What is read of a text and of a field ends long before.
TEXT = 2 * MIB

# Of each kind: how large it is in full, and what it is.
KINDS = {
    # lines and fields
    "line": (1024 * MIB, lambda n: [HEAD, "\n", *repeated("x", n), "\n"]),
    "header-line": (1024 * MIB, lambda n: [HEAD, "X-Long: ", *repeated("x", n), "\n\nbody\n"]),
    "fields": (250 * MIB, lambda n: [HEAD, *numbered("X-Field-%d: value\n", n), "\nbody\n"]),        # 10 million
    "folded": (TEXT, lambda n: [HEAD, "Subject: a\n", *repeated(" fold\n", n), "\nbody\n"]),
    "references": (TEXT, lambda n: with_field("References", *numbered("<%d@mta.example.com>\n ", n // 2))),
    "to": (TEXT, lambda n: with_field("To", *numbered("u%d@example.net,\n ", n // 2))),
    "group": (TEXT, lambda n: with_field("To", *repeated("all: a@example.net, b@example.net;, ", n // 2))),
    "comments": (TEXT, lambda n: with_field("From", *repeated("(", n // 2))),
    "received": (TEXT, lambda n: [HEAD, RETURNED, *numbered(
        "Received: from a%d.example.com (a.example.com [192.0.2.1])\n by b.example.com; Sat, 21 Nov 2026 19:37:06 +0900\n",
        n), "\n--b--\n"]),
    # MIME
    "parts": (8 * MIB, lambda n: [HEAD, REPORT, *repeated("--b\n\nx\n\n", n), "--b--\n"]),           # a million
    "typed-parts": (TEXT, lambda n: [HEAD, REPORT, *numbered(
        "--b\nContent-Type: text/plain; charset=x-%d\n\nunknown user\n", n), "--b--\n"]),
    "nested": (MIB // 2, lambda n: [HEAD, *numbered(                                                   # 10,000 deep
        'Content-Type: multipart/mixed; boundary="n%d"\n\n--n\n', n)]),
    "nested-well": (MIB, lambda n: [HEAD, *(
        'Content-Type: multipart/mixed; boundary="n%d"\n\n--n%d\n' % (i, i) for i in range(n // 56))]),
    "enclosed": (MIB, lambda n: [HEAD, *repeated("Content-Type: message/rfc822\n\n", n), "Subject: x\n\nx\n"]),
    "boundaries": (100 * MIB, lambda n: [HEAD, REPORT, *repeated("--bb\n--\n", n), "--b--\n"]),
    "prefixes": (100 * MIB, lambda n: [
        HEAD, 'Content-Type: multipart/mixed; boundary="aaaa"\n\n--aaaa\nContent-Type: multipart/mixed; boundary="aaaaa"\n\n',
        *repeated("--aaaaa\n\nx\n--aaa\n--aaaaaa\n", n), "--aaaa--\n"]),
    "long-boundary": (2 * MIB, lambda n: [HEAD, 'Content-Type: multipart/mixed; boundary="', *repeated("y", n // 2),
                                          '"\n\n--', *repeated("y", n // 2), "\n\nx\n"]),
    "continuations": (16 * MIB, lambda n: [HEAD, "Content-Type: multipart/mixed", *numbered(";\n boundary*%d=b", n),
                                           "\n\n--b\n\nx\n"]),
    # reports
    "recipients": (120 * MIB, lambda n: [HEAD, REPORT, STATUS, *numbered(RECIPIENT, n), "--b--\n"]),  # a million
    "one-recipient": (TEXT, lambda n: [HEAD, REPORT, STATUS, *repeated(RECIPIENT % 1, n), "--b--\n"]),
    "diagnostic": (TEXT, lambda n: [HEAD, REPORT, STATUS, FAILED, "Diagnostic-Code: smtp; 550 ",
                                         *repeated("no ", n), "\n\n--b--\n"]),
    "status-lines": (TEXT, lambda n: [HEAD, REPORT, STATUS, "Final-Recipient: rfc822; u@example.net\n",
                                           *repeated("550 5.1.1 go away\n", n), "\n--b--\n"]),
    "complaint": (TEXT, lambda n: [
        HEAD, 'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\n\n--b\n\nx\n--b\n'
        "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\n",
        *numbered("Removal-Recipient: u%d@example.net\n", n), "\n--b--\n"]),
    "prose": (TEXT, lambda n: [HEAD, "\nThis is the mail system at host mta.example.com.\n\n", *numbered(
        "<u%d@example.net>: host mx.example.net[192.0.2.1] said: 550 5.1.1 unknown\n\n", n)]),
    "qmail": (TEXT, lambda n: [HEAD, "\nHi. This is the qmail-send program at mta.example.com.\n\n", *numbered(
        "<u%d@example.net>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 unknown\nGiving up on 192.0.2.1.\n\n",
        n)]),
    # what only the reader of any wording reads: sentences, a list, many addresses in one line
    "sentence": (TEXT, lambda n: [HEAD, "\nyour mail was ", *repeated(
        "not sent to whom it may be that this address unknown user not ", n)]),
    "list": (TEXT // 2, lambda n: [HEAD, "\nYour mail could not be delivered to:\n", *numbered("u%d@example.org\n", n)]),
    "addresses": (TEXT, lambda n: [HEAD, "\nYour mail could not be delivered to ",
                                        *numbered("u%d@example.org, ", n)]),
    "replies": (TEXT, lambda n: [HEAD, "\nYour mail could not be delivered to u@example.org:\n",
                                      *numbered("550-5.7.%d no, not so\n", n)]),
    # texts
    "blanks": (100 * MIB, lambda n: [HEAD, REPORT, *repeated(" ", n), "\n--b--\n"]),
    "blank-diagnostic": (TEXT, lambda n: [HEAD, REPORT, STATUS, FAILED, "Diagnostic-Code: smtp; 550", *repeated(" ", n),
                                               "x\n\n--b--\n"]),
    "brackets": (100 * MIB, lambda n: [HEAD, "\n", *repeated("((((<<<<", n), "\n"]),
    "html": (TEXT, lambda n: text("text/html", *repeated("<div><p>&nbsp;", n))),
    "html-entities": (TEXT, lambda n: text("text/html", *repeated("&#x40;&amp;&#64;&CounterClockwiseContourIntegral;&", n))),
    "html-open": (TEXT, lambda n: text("text/html", *repeated("<a href='<!--<", n))),
    "html-links": (TEXT, lambda n: text("text/html", *numbered("<a href='mailto:u%d@example.org'>x</a> failed<br>", n))),
    "json": (TEXT, lambda n: text("application/json", *repeated('{"a":[', n))),
    "json-notification": (TEXT, lambda n: [HEAD, "\n", '{"notificationType":"Bounce","bounce":{"bounceType":"Permanent",'
                                                '"bouncedRecipients":[', *numbered('{"emailAddress":"u%d@example.net"},', n)]),
    "uuencode": (TEXT, lambda n: [HEAD, "\nbegin 644 x\n", *repeated("M" + "86%A" * 15 + "\n", n), "`\nend\n"]),
    # encodings
    "nuls": (TEXT, lambda n: [HEAD, "\n", *repeated("\0", n), "\n"]),
    "nuls-between": (TEXT, lambda n: [HEAD, "\n", *repeated("no\0", n), "\n"]),
    "broken-utf-8": (TEXT, lambda n: [HEAD, "\n", *repeated("\xc3\xa9\xff\xc3\xa9\x80", n), "\n"]),
    "encoded-words": (TEXT, lambda n: [HEAD.replace("Undelivered", "Undelivered\n "), "X-Words: ",
                                            *repeated("=?utf-8?q?a?=\n ", n // 2), "\nSubject: ",
                                            *repeated("=?iso-2022-jp?b?GyRCGyhC?=\n ", n // 2), "\n\nx\n"]),
    "base64": (256 * MIB, lambda n: encoded("base64", *repeated("QUFB" * 19 + "\n", n))),
    "base64-report": (TEXT, lambda n: [HEAD, REPORT, "--b\nContent-Type: message/delivery-status\n"
                                            "Content-Transfer-Encoding: base64\n\n", *repeated("QUFB" * 19 + "\n", n)]),
    "quoted-printable": (TEXT, lambda n: encoded("quoted-printable", *repeated("=\n", n))),
    "utf-7": (TEXT, lambda n: text("text/plain; charset=utf-7", *repeated("+AGEAYg-+-+AEA-", n))),
    "iso-2022-jp": (TEXT, lambda n: text("text/plain; charset=iso-2022-jp", *repeated("\x1b$B\x1b(B", n))),
    "iso-2022-kr": (TEXT, lambda n: text("text/plain; charset=iso-2022-kr", "\x1b$)C", *repeated("\x0e\x0f", n))),
    "hz": (TEXT, lambda n: text("text/plain; charset=hz-gb-2312", *repeated("~{~}", n))),
    "unknown-charset": (TEXT, lambda n: text("text/plain; charset=x-none", *repeated("\xe9t\xe9 ", n))),
}

# Mailboxes: many messages, or compressed.
MAILBOXES = {
    "from-lines": (100 * MIB, lambda n: repeated("From x Sat Nov 21 19:37:06 2026\n", n)),
    "almost-from": (TEXT, lambda n: [FROM, HEAD, "\n", *repeated("From x Sat Nov 21 19:37:06\n\nFrom \n", n), "\n"]),
    "tiny-mails": (TEXT, lambda n: repeated("From x Sat Nov 21 19:37:06 2026\nSubject: failure notice\n\nx\n\n", n)),
}
PACKED = {
    "gzip": (256 * MIB, lambda: zlib.compressobj(9, zlib.DEFLATED, 31)),
    "xz": (64 * MIB, lambda: lzma.LZMACompressor(preset=1)),
    "bzip2": (32 * MIB, lambda: bz2.BZ2Compressor(1)),
    "zstd": (256 * MIB, None),
    "gzip-gzip": (256 * MIB, lambda: zlib.compressobj(1, zlib.DEFLATED, 31)),
}


def compressed(pieces, layer):
    """PIECES through LAYER, a compressor of Python's own."""
    for piece in pieces:
        yield layer.compress(piece)
    yield layer.flush()


def packed_zeros(kind, size, out):
    """SIZE zeros as the body of a message, the bounce behind it, compressed."""
    pieces = [(FROM + HEAD + "\n").encode(), *repeated(b"\0", size), ("\n\n" + FROM + NEXT).encode()]
    if kind == "zstd":
        with subprocess.Popen(["zstd", "-q", "-c"], stdin=subprocess.PIPE, stdout=out) as zstd:
            for piece in pieces:
                zstd.stdin.write(piece)
        return
    for _ in range(2 if kind == "gzip-gzip" else 1):
        pieces = compressed(pieces, PACKED[kind][1]())
    for piece in pieces:
        out.write(piece)


def write(kind, size, mbox, out):
    """The mail of KIND to the binary file OUT."""
    if kind in PACKED:
        packed_zeros(kind, size, out)
        return
    if kind in MAILBOXES:
        pieces = [*MAILBOXES[kind][1](size), "\n", FROM, NEXT]
    else:
        pieces = KINDS[kind][1](size)
        if mbox:
            pieces = [FROM, *pieces, "\n\n", FROM, NEXT]
    for piece in pieces:
        out.write(piece.encode("latin-1"))


def main():
    sizes = {kind: size for kind, (size, _) in (KINDS | MAILBOXES | PACKED).items()
             if kind != "zstd" or shutil.which("zstd")}
    words = sys.argv[1:]
    if words == ["--list"]:
        for kind, size in sizes.items():
            print(kind, size, *["once"] * (kind == "gzip-gzip"))
        return 0
    if len(words) == 2 and words[0] == "--serve":
        for number, line in enumerate(sys.stdin, 1):
            with open("%s/%d" % (words[1], number), "wb") as out:
                write(line.split()[0], int(line.split()[1]), True, out)
        return 0
    mbox = words[:1] == ["--mbox"]
    words = words[mbox:]
    if len(words) != 2 or words[0] not in sizes:
        print(__doc__, file=sys.stderr)
        return 64
    try:
        write(words[0], int(words[1]), mbox, sys.stdout.buffer)
        sys.stdout.flush()
    except BrokenPipeError:
        sys.stdout = None
    return 0


if __name__ == "__main__":
    sys.exit(main())
