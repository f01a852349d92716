#!/usr/bin/env python3
"""An SMTP server for tests: it greets, offers STARTTLS, speaks TLS, and can misbehave.

Its port stands on the first line of its output; it ends when its standard input does. What it was
told is appended to the file of --log.  SPDX-License-Identifier: BSD-2-Clause
"""

import argparse
import os
import socket
import ssl
import sys
import threading
import time
import warnings

warnings.simplefilter('ignore', DeprecationWarning)     # old versions are what is tested

VERSIONS = {'1.0': ssl.TLSVersion.TLSv1, '1.1': ssl.TLSVersion.TLSv1_1,
            '1.2': ssl.TLSVersion.TLSv1_2, '1.3': ssl.TLSVersion.TLSv1_3}
MODES = ('endless-banner', 'long-line', 'slow', 'silent', 'close', 'garbage', 'tls-garbage',
         'tls-hang', 'inject', 'refuse', 'ehlo-refuse', 'wrong-order', 'endless-ehlo',
         'tls-silent', 'tls-endless')


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--address', default='127.0.0.1')
    parser.add_argument('--port', type=int, default=0)
    parser.add_argument('--cert', help='PEM: the certificate and what it is sent with')
    parser.add_argument('--key')
    parser.add_argument('--implicit', action='store_true', help='TLS from the first byte')
    parser.add_argument('--no-starttls', action='store_true')
    parser.add_argument('--refuse-starttls', action='store_true')
    parser.add_argument('--auth-before', action='store_true')
    parser.add_argument('--no-auth', action='store_true')
    parser.add_argument('--tls-min', default='1.0', choices=VERSIONS)
    parser.add_argument('--tls-max', default='1.3', choices=VERSIONS)
    parser.add_argument('--ciphers', default='DEFAULT:@SECLEVEL=0')
    parser.add_argument('--name', default='mail.example.com')
    parser.add_argument('--mode', choices=MODES)
    parser.add_argument('--log')
    return parser.parse_args()


class Conversation:
    def __init__(self, options, context, connection):
        self.options = options
        self.context = context
        self.connection = connection
        self.pending = b''

    def put(self, text):
        self.connection.sendall(text if isinstance(text, bytes) else text.encode() + b'\r\n')

    def get(self):
        while b'\n' not in self.pending:
            data = self.connection.recv(4096)
            if not data:
                return None
            self.pending += data
        line, self.pending = self.pending.split(b'\n', 1)
        line = line.decode(errors='replace').strip()
        if self.options.log:
            with open(self.options.log, 'a') as log:
                log.write(line + '\n')
        return line

    def forever(self, data, pause=0):
        while True:
            self.connection.sendall(data)
            if pause:
                time.sleep(pause)

    def hang(self):
        while self.connection.recv(4096):
            pass

    def greet(self):
        """Greet, or do what is done instead. True: go on."""
        mode, name = self.options.mode, self.options.name
        if mode == 'endless-banner':
            self.forever(b'220-' + name.encode() + b' welcome\r\n')
        elif mode == 'long-line':
            self.put(b'220 ' + b'x' * (1 << 20) + b'\r\n')
            self.hang()
        elif mode == 'slow':
            self.put(b'220 ')
            self.forever(b'x', 0.05)
        elif mode == 'silent':
            self.hang()
        elif mode == 'close':
            return False
        elif mode == 'garbage':
            self.put(b'SSH-2.0-OpenSSH_9.2\r\n\x00\xff\x1b[2J\r\n')
            return False
        elif mode == 'refuse':
            self.put(f'554 5.7.1 {name} go away')
            return False
        elif mode == 'wrong-order':
            self.put(f'250 {name} pleased to meet you')
            self.hang()
        self.put(f'220 {name} ESMTP')
        return True

    def capabilities(self, encrypted):
        if self.options.mode == 'endless-ehlo':
            self.forever(b'250-X-AGAIN\r\n')
        lines = [self.options.name]
        if not encrypted and not self.options.no_starttls:
            lines.append('STARTTLS')
        if not self.options.no_auth and (encrypted or self.options.auth_before):
            lines.append('AUTH PLAIN LOGIN')
        lines.append('8BITMIME')
        for i, line in enumerate(lines):
            self.put(f"250{' ' if i == len(lines) - 1 else '-'}{line}")

    def encrypt(self):
        mode = self.options.mode
        if mode == 'tls-garbage':
            self.put(b'no TLS here, sorry\r\n' * 10)
            return False
        if mode == 'tls-hang':
            self.hang()
            return False
        self.connection = self.context.wrap_socket(self.connection, server_side=True)
        self.pending = b''
        if mode == 'tls-silent':
            self.hang()
            return False
        if mode == 'tls-endless':
            self.forever(b'250-X-AGAIN\r\n')
        return True

    def starttls(self):
        if self.options.refuse_starttls:
            self.put('454 4.7.0 TLS not available due to local problem')
            return True
        reply = b'220 2.0.0 Ready to start TLS\r\n'
        self.put(reply + (b'250 injected\r\n' if self.options.mode == 'inject' else b''))
        return self.encrypt()

    def run(self):
        encrypted = self.options.implicit
        if (encrypted and not self.encrypt()) or not self.greet():
            return
        while (line := self.get()) is not None:
            command = line.upper().split(' ')[0]
            if command == 'EHLO' and self.options.mode == 'ehlo-refuse':
                self.put('502 5.5.1 Command not implemented')
            elif command == 'EHLO':
                self.capabilities(encrypted)
            elif command == 'STARTTLS' and not encrypted and not self.options.no_starttls:
                if not self.starttls():
                    return
                encrypted = not self.options.refuse_starttls
            elif command == 'QUIT':
                self.put('221 2.0.0 Bye')
                return
            else:
                self.put('502 5.5.2 Error: command not recognized')

    def serve(self):
        try:
            self.run()
        except (OSError, ValueError):
            pass                # the other side hung up, or TLS failed
        finally:
            self.connection.close()


def make_context(options):
    if not options.cert:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers(options.ciphers)
    context.minimum_version = VERSIONS[options.tls_min]
    context.maximum_version = VERSIONS[options.tls_max]
    context.load_cert_chain(options.cert, options.key)
    return context


def accept(listener, options, context):
    while True:
        connection, _ = listener.accept()
        conversation = Conversation(options, context, connection)
        threading.Thread(target=conversation.serve, daemon=True).start()


def main():
    options = arguments()
    context = make_context(options)
    family = socket.AF_INET6 if ':' in options.address else socket.AF_INET
    listener = socket.create_server((options.address, options.port), family=family)
    print(listener.getsockname()[1], flush=True)
    threading.Thread(target=accept, args=(listener, options, context), daemon=True).start()
    sys.stdin.read()
    os._exit(0)


if __name__ == '__main__':
    main()
