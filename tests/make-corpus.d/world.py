# SPDX-License-Identifier: BSD-2-Clause
"""The far side: a name server and SMTP servers that answer by the cases.

It lives in a second network namespace, tied to the MTA's by a pair of virtual
cables, so that the MTA sees strangers at documentation addresses and not
itself at 127.0.0.1, which most MTAs treat in a way of their own.
"""
import asyncio
import contextlib
import email.utils
import itertools
import os
import re
import socket
import struct
import subprocess
import sys
import time

import cases

CLIENT = '192.0.2.25'           # the MTA
NAME_SERVER = '198.51.100.53'
INBOX_HOST = '198.51.100.25'    # takes the reports for the senders' domains
DEAD_HOST = '203.0.113.250'     # there, but nobody listens
HOME = ('example.jp', 'example.com', 'example.net')
A, PTR, MX = 1, 12, 15


# --- names and addresses ------------------------------------------------------

def exchangers():
    """Recipient domain -> (name of its server, address)."""
    domains = set().union(*(case.domains for case in cases.CASES)) - cases.SERVERLESS
    return {domain: (cases.HOSTS.get(domain, 'mx.' + domain), f'203.0.113.{number}')
            for number, domain in enumerate(sorted(domains), 11)}


def wire_name(name):
    labels = [label.encode() for label in name.split('.') if label]
    return b''.join(bytes([len(label)]) + label for label in labels) + b'\0'


def reverse_name(address):
    return '.'.join(reversed(address.split('.'))) + '.in-addr.arpa'


def build_zone(host):
    """(name, type) -> the data of its records."""
    zone = {}

    def exchanger(domain, name, address):
        zone[domain, MX] = struct.pack('>H', 10) + wire_name(name)
        zone[name, A] = socket.inet_aton(address)
        zone[reverse_name(address), PTR] = wire_name(name)

    for domain, (name, address) in exchangers().items():
        exchanger(domain, name, address)
    for domain in HOME:
        exchanger(domain, 'mx.' + domain, INBOX_HOST)
    exchanger('refused.example', 'mx.refused.example', DEAD_HOST)
    zone['nullmx.example', MX] = struct.pack('>H', 0) + wire_name('')
    zone[host, A] = socket.inet_aton(CLIENT)
    zone[reverse_name(CLIENT), PTR] = wire_name(host)
    return zone


def question(query):
    labels, position = [], 12
    while query[position]:
        end = position + 1 + query[position]
        labels.append(query[position + 1:end].decode('latin-1').lower())
        position = end
    return '.'.join(labels), struct.unpack_from('>H', query, position + 1)[0], position + 5


def dns_answer(zone, query):
    name, kind, end = question(query)
    data = zone.get((name, kind))
    known = any(owner == name or owner.endswith('.' + name) for owner, _ in zone)
    flags = 0x8580 | (0 if known else 3)        # 3: no such name
    head = query[:2] + struct.pack('>HHHHH', flags, 1, 1 if data else 0, 0, 0)
    answer = b''
    if data:
        answer = b'\xc0\x0c' + struct.pack('>HHIH', kind, 1, 60, len(data)) + data
    return head + query[12:end] + answer


class NameServer(asyncio.DatagramProtocol):
    def __init__(self, zone):
        self.zone = zone

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        self.transport.sendto(dns_answer(self.zone, data), addr)


# --- SMTP ---------------------------------------------------------------------

def script():
    """(stage, address or domain) -> reply."""
    replies = {}
    for case in cases.CASES:
        for address, (stage, reply) in case.answered.items():
            domain_wide = stage in ('banner', 'mail')   # nobody was named yet
            key = case.domain(address) if domain_wide else address
            replies[stage, key] = reply
    return replies


def as_lines(reply):
    if isinstance(reply, str):
        reply = reply.encode()
    return reply.strip(b'\n').replace(b'\n', b'\r\n') + b'\r\n'


class Session:
    """One connection to the server of one domain (None: the inbox)."""
    counter = itertools.count(1)

    def __init__(self, domain, name, replies, inbox, streams):
        self.domain, self.name, self.replies, self.inbox = domain, name, replies, inbox
        self.reader, self.writer = streams
        self.sender, self.recipients = '', []

    def say(self, reply):
        self.writer.write(as_lines(reply))

    def reply(self, stage, key, default):
        self.say(self.replies.get((stage, key), default))
        return (stage, key) not in self.replies

    def hello(self, line):
        features = ['PIPELINING', 'SIZE 36700160', '8BITMIME', 'SMTPUTF8', 'ENHANCEDSTATUSCODES']
        lines = [self.name] + (features if line[:4].upper() == 'EHLO' else [])
        self.say('\n'.join(f'250-{text}' for text in lines[:-1]) + f'\n250 {lines[-1]}')

    def mail(self, line):
        self.sender, self.recipients = address_in(line), []
        self.reply('mail', self.domain, '250 2.1.0 Ok')

    def rcpt(self, line):
        address = address_in(line)
        if self.reply('rcpt', address.lower(), '250 2.1.5 Ok'):
            self.recipients.append(address)

    async def data(self):
        if not self.recipients:
            self.say('554 5.5.1 Error: no valid recipients')
            return
        self.say('354 End data with <CR><LF>.<CR><LF>')
        lines = []
        while (line := await self.reader.readline()) not in (b'.\r\n', b''):
            lines.append(line[1:] if line.startswith(b'.') else line)
        taken = self.reply('data', self.recipients[0].lower(), '250 2.0.0 Ok: queued')
        if taken and not self.domain:
            self.keep(b''.join(lines).replace(b'\r\n', b'\n'))

    def keep(self, message):
        """As a mailbox would hold it."""
        peer = self.writer.get_extra_info('peername')[0]
        head = (f'Return-Path: <{self.sender}>\nDelivered-To: {self.recipients[0]}\n'
                f'Received: from {socket.gethostname()} ({socket.gethostname()} [{peer}])\n'
                f'\tby {self.name} with ESMTP; {email.utils.formatdate(localtime=True)}\n')
        path = os.path.join(self.inbox, f'{next(self.counter):04d}')
        with open(path + '.new', 'wb') as file:
            file.write(head.encode() + message)
        os.rename(path + '.new', path)

    async def run(self):
        if not self.reply('banner', self.domain, f'220 {self.name} ESMTP'):
            return
        while line := (await self.reader.readline()).decode('utf-8', 'replace').strip():
            verb = line[:4].upper()
            if verb in ('EHLO', 'HELO'):
                self.hello(line)
            elif verb == 'MAIL':
                self.mail(line)
            elif verb == 'RCPT':
                self.rcpt(line)
            elif verb == 'DATA':
                await self.data()
            elif verb == 'QUIT':
                self.say('221 2.0.0 Bye')
                return
            else:
                self.say('250 2.0.0 Ok')


def address_in(line):
    match = re.search('<(.*?)>', line)
    return match[1] if match else ''


async def listen(address, domain, name, replies, inbox):
    async def serve(reader, writer):
        with contextlib.suppress(ConnectionError):
            await Session(domain, name, replies, inbox, (reader, writer)).run()
            await writer.drain()
        writer.close()
    await asyncio.start_server(serve, address, 25)


# --- both namespaces ----------------------------------------------------------

def ip(*words):
    subprocess.run(['ip', *words], check=True)


async def serve_all(inbox):
    replies, hosts = script(), exchangers()
    loop = asyncio.get_running_loop()
    zone = build_zone(socket.gethostname())
    await loop.create_datagram_endpoint(lambda: NameServer(zone), (NAME_SERVER, 53))
    for domain, (name, address) in hosts.items():
        await listen(address, domain, name, replies, inbox)
    await listen(INBOX_HOST, None, 'mx.example.jp', replies, inbox)
    print('ready', flush=True)
    await loop.run_in_executor(None, sys.stdin.read)    # until the other side ends
    os._exit(0)


def main(inbox):
    sys.stdin.readline()                # the cable is plugged in
    ip('link', 'set', 'far', 'up')
    addresses = [address for _, address in exchangers().values()]
    for address in [NAME_SERVER, INBOX_HOST, DEAD_HOST] + addresses:
        ip('address', 'add', address + '/32', 'dev', 'far')
    ip('route', 'add', 'default', 'dev', 'far')
    asyncio.run(serve_all(inbox))


def plug_cable(pid):
    ip('link', 'set', 'lo', 'up')
    ip('link', 'add', 'near', 'type', 'veth', 'peer', 'name', 'far')
    ip('link', 'set', 'far', 'netns', str(pid))
    ip('address', 'add', CLIENT + '/32', 'dev', 'near')
    ip('link', 'set', 'near', 'up')
    ip('route', 'add', 'default', 'dev', 'near')


@contextlib.contextmanager
def far_side(mta, program, inbox):
    """Starts the far side beside an MTA and ends it afterwards."""
    os.makedirs(inbox, exist_ok=True)
    process = subprocess.Popen(['unshare', '--net', sys.executable, program, '--world', inbox],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    while os.readlink(f'/proc/{process.pid}/ns/net') == os.readlink('/proc/self/ns/net'):
        time.sleep(0.05)
    plug_cable(process.pid)
    mta.prepare_host(NAME_SERVER, CLIENT)
    process.stdin.write('\n')
    process.stdin.flush()
    if process.stdout.readline() != 'ready\n':
        sys.exit('make-corpus: the far side did not start')
    try:
        yield
    finally:
        process.stdin.close()
        process.wait()
