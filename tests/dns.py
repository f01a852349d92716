#!/usr/bin/env python3
"""dns.py - a DNS server for tests, which can also be wrong, silent or hostile.

    dns.py ZONE [LOG]

It answers on a port of its own choice, over UDP and TCP, and prints "127.0.0.1:PORT" as its first
line.  It ends on SIGTERM, and when its standard input is a pipe that is closed.

Each line of ZONE is "NAME TYPE DATA", as in zone-fixture.h:

    example.jp MX 10 mx.example.jp
    example.jp TXT v=spf1 -all
    www.example.jp CNAME example.jp
    +_25._tcp.mx.example.jp TLSA 3 1 1 abcd

What is not there does not exist; names above it do.  "+" before NAME: verified by DNSSEC (the AD
bit).  A zone of "." is signed by "+. SOA ...": then what does not exist is verified as well.  A TXT
is cut into strings of 255 bytes.  "#" begins a comment.  ZONE is read anew for each question.

Instead of DATA (for TYPE, or for "ANY" type):

    !SERVFAIL  !REFUSED  !NOTIMP  that code       !TIMEOUT   no answer
    !FORMERR   to questions with EDNS             !TRUNCATE  cut over UDP; whole over TCP
    !GARBAGE   a packet that ends in the middle   !LOOP      names that point to themselves
    !WRONGID   not the number of the question     !OTHER     the same records, of another name
    !ALIAS     a CNAME, but not what it leads to  !NOTHING   a packet of 5 bytes
    !STALL     cut over UDP; over TCP a part      !HANGUP    cut over UDP; TCP is closed

LOG gets a line "NAME TYPE udp|tcp" for each question.

SPDX-License-Identifier: BSD-2-Clause"""
import os
import select
import signal
import socket
import stat
import struct
import sys
import threading

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28,
         "DS": 43, "TLSA": 52}
CUT = {"!TRUNCATE", "!STALL", "!HANGUP"}
CODES = {"!SERVFAIL": 2, "!NOTIMP": 4, "!REFUSED": 5}
TTL = 3600
LIFETIME = 1800         # seconds: no test leaves a server behind for ever


class Line:
    def __init__(self, text):
        self.authentic = text.startswith("+")
        self.name, self.type, self.data = (text.lstrip("+").split(" ", 2) + ["", ""])[:3]
        self.name = self.name.lower().rstrip(".")


def read_zone(path):
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        return [Line(text) for text in file.read().split("\n")
                if text.strip() and not text.startswith("#")]


def wire_name(name):
    labels = [label for label in name.encode("utf-8", "surrogateescape").split(b".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def wire_data(kind, data):
    words = data.split(" ")
    if kind == "A":
        return socket.inet_aton(data)
    if kind == "AAAA":
        return socket.inet_pton(socket.AF_INET6, data)
    if kind == "MX":
        return struct.pack(">H", int(words[0])) + wire_name(words[1])
    if kind == "TXT":
        text = data.encode("utf-8", "surrogateescape")
        parts = [text[i:i + 255] for i in range(0, len(text), 255)] or [b""]
        return b"".join(bytes([len(part)]) + part for part in parts)
    if kind == "SOA":
        numbers = [int(word) for word in words[2:]] + [1, 7200, 3600, 86400, 300][len(words) - 2:]
        return wire_name(words[0]) + wire_name(words[1]) + struct.pack(">5I", *numbers)
    if kind == "DS":
        return struct.pack(">HBB", *map(int, words[:3])) + bytes.fromhex(words[3])
    if kind == "TLSA":
        return bytes(map(int, words[:3])) + bytes.fromhex(words[3])
    return wire_name(data)


def record(owner, kind, data):
    return owner + struct.pack(">HHIH", TYPES[kind], 1, TTL, len(data)) + data


class Answer:
    """What ZONE has of NAME: records, and how it is to be told."""

    def __init__(self, zone, name, kind):
        self.records, self.code, self.faults, self.authentic = [], 0, set(), True
        for _ in range(20):
            alias = self.look_up(zone, name, kind)
            if not alias or "!ALIAS" in self.faults:
                break
            name = alias

    def look_up(self, zone, name, kind):
        lines = [line for line in zone if line.name == name]
        mine = [line for line in lines if line.type in (kind, "ANY")]
        self.faults |= {line.data for line in mine if line.data.startswith("!")}
        self.code = next((CODES[fault] for fault in self.faults if fault in CODES), 0)
        if not lines and not any(line.name.endswith("." + name) for line in zone):
            self.code = self.code or 3
            lines = [line for line in zone if line.name == ""]
        self.authentic &= bool(lines) and all(line.authentic for line in lines)
        owner = wire_name("other.example" if "!OTHER" in self.faults else name)
        self.records += [record(owner, kind, wire_data(kind, line.data)) for line in mine
                         if not line.data.startswith("!")]
        alias = next((line for line in lines if line.type == "CNAME" and kind != "CNAME"), None)
        if alias:
            self.records.append(record(owner, "CNAME", wire_data("CNAME", alias.data)))
        return alias.data.lower().rstrip(".") if alias else None


class Part(bytes):
    """A packet whose last half is never sent."""


def read_question(packet):
    number, _, questions = struct.unpack(">HHH", packet[:6])
    labels, at = [], 12
    while packet[at]:
        labels.append(packet[at + 1:at + 1 + packet[at]])
        at += 1 + packet[at]
    name = b".".join(labels).decode("utf-8", "surrogateescape").lower()
    kind = struct.unpack(">H", packet[at + 1:at + 3])[0]
    if questions != 1:
        raise ValueError("one question was expected")
    return number, name, kind, packet[12:at + 5], bool(struct.unpack(">H", packet[10:12])[0])


def packet_of(number, question, answer, asked, room):
    """The packet of ANSWER to the packet ASKED, for a transport with ROOM bytes."""
    flags = 0x8180 | answer.code | (0x20 if answer.authentic and asked[3] & 0x20 else 0)
    if "!WRONGID" in answer.faults:
        number ^= 0x5555
    if "!LOOP" in answer.faults:
        at = 12 + len(question)
        loop = struct.pack(">HHHIH", 0xc000 | at, 1, 1, TTL, 4) + b"\xc0\0\2\1"
        return struct.pack(">HHHHHH", number, flags, 1, 1, 0, 0) + question + loop
    authority = b""
    if not answer.code and "!ALIAS" not in answer.faults or answer.code == 3:
        authority = record(b"\0", "SOA", wire_data("SOA", "ns.example hostmaster.example"))
    records = b"".join(answer.records)
    whole = struct.pack(">HHHHHH", number, flags, 1, len(answer.records), bool(authority), 0) \
        + question + records + authority
    if "!GARBAGE" in answer.faults:
        return struct.pack(">HHHHHH", number, flags, 1, 3, 0, 0) + question + b"\x3fgarbage\xff\xff"
    if len(whole) > room or (room < 65535 and answer.faults & CUT):
        return struct.pack(">HHHHHH", number, flags | 0x200, 1, 0, 0, 0) + question
    return whole


def respond(zone_path, log, packet, transport):
    """The answer to PACKET, or None."""
    number, name, kind, question, edns = read_question(packet)
    kind = next((name for name, n in TYPES.items() if n == kind), str(kind))
    if log:
        with open(log, "a", encoding="utf-8", errors="surrogateescape") as file:
            file.write(f"{name} {kind} {transport}\n")
    answer = Answer(read_zone(zone_path), name, kind)
    if "!TIMEOUT" in answer.faults:
        return None
    if "!HANGUP" in answer.faults and transport == "tcp":
        raise EOFError
    if "!NOTHING" in answer.faults:
        return packet[:5]
    if "!FORMERR" in answer.faults and edns:
        answer.code, answer.records = 1, []
    room = 65535 if transport == "tcp" else 1232 if edns else 512
    whole = packet_of(number, question, answer, packet, room)
    return whole if transport == "udp" or "!STALL" not in answer.faults else Part(whole)


def serve_udp(sock, zone, log):
    packet, address = sock.recvfrom(65535)
    try:
        answer = respond(zone, log, packet, "udp")
    except (IndexError, ValueError, struct.error) as error:
        print("dns.py:", error, file=sys.stderr, flush=True)
        return
    if answer is not None:
        sock.sendto(answer, address)


def read_exactly(stream, size):
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


def serve_tcp(connection, zone, log):
    with connection, connection.makefile("rwb") as stream:
        try:
            while True:
                packet = read_exactly(stream, struct.unpack(">H", read_exactly(stream, 2))[0])
                answer = respond(zone, log, packet, "tcp")
                if answer is not None:
                    size = len(answer) // 2 if isinstance(answer, Part) else len(answer)
                    stream.write(struct.pack(">H", len(answer)) + answer[:size])
                    stream.flush()
        except (EOFError, OSError):
            pass
        except (IndexError, ValueError, struct.error) as error:
            print("dns.py:", error, file=sys.stderr, flush=True)


def open_sockets():
    """UDP and TCP at one port."""
    while True:
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        udp.bind(("127.0.0.1", 0))
        try:
            tcp.bind(udp.getsockname())
            tcp.listen(64)
            return udp, tcp
        except OSError:
            udp.close()
            tcp.close()


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: dns.py ZONE [LOG]")
    zone, log = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
    read_zone(zone)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    signal.alarm(LIFETIME)
    udp, tcp = open_sockets()
    sys.stdout.write("%s:%d\n" % udp.getsockname())     # in one piece
    sys.stdout.flush()
    watched = [udp, tcp]
    mode = os.fstat(0).st_mode
    if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
        watched.append(sys.stdin)
    while True:
        ready = select.select(watched, [], [])[0]
        if udp in ready:
            serve_udp(udp, zone, log)
        if tcp in ready:
            threading.Thread(target=serve_tcp, args=(tcp.accept()[0], zone, log),
                             daemon=True).start()
        if sys.stdin in ready and not os.read(0, 4096):
            os._exit(0)


main()
