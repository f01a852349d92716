#!/usr/bin/env python3
# fetch.py - a web server on this machine that does what web servers do to those who fetch a policy.
#
# usage: fetch.py FOLDER: makes FOLDER/certificate.pem for mta-sts.example.jp, prints the port that it listens on, and
# ends with its standard input.
#
# SPDX-License-Identifier: BSD-2-Clause
import http.server
import os
import ssl
import subprocess
import sys
import threading
import time

POLICY = b'version: STSv1\r\nmode: testing\r\nmx: mx.example.jp\r\nmax_age: 86400\r\n'
folder = sys.argv[1]
certificate, key = (os.path.join(folder, name) for name in ('certificate.pem', 'key.pem'))


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, status, media_type, body, **fields):
        self.send_response(status)
        self.send_header('Content-Type', media_type)
        self.send_header('Content-Length', str(len(body)))
        for name, value in fields.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        try:
            self.behave(self.path)
        except OSError:
            pass                        # who asked has gone: that is what is tested

    def behave(self, path):
        if path == '/good':
            self.answer(200, 'text/plain; charset=utf-8', POLICY)
        elif path == '/html':
            self.answer(200, 'text/html', b'<html>')
        elif path == '/host':
            self.answer(200, 'text/plain', self.headers['Host'].encode())
        elif path == '/redirect':
            self.answer(302, 'text/plain', b'', Location='/good')
        elif path == '/big':
            self.answer(200, 'text/plain', b'x' * 10_000_000)
        elif path == '/silent':
            time.sleep(30)
        elif path == '/slow':
            self.wfile.write(b'HTTP/1.1 200 OK\r\n\r\n')
            for _ in range(300):
                self.wfile.write(b'x')
                time.sleep(0.1)
        elif path == '/head':
            self.wfile.write(b'HTTP/1.1 200 OK\r\n' + b'A: ' + b'x' * 1000 + b'\r\n')
            for _ in range(1000):
                self.wfile.write(b'A: ' + b'x' * 1000 + b'\r\n')
        elif path == '/garbage':
            self.wfile.write(b'\0\1\2\r\n' * 1000)
        else:
            self.answer(404, 'text/html', b'no')


subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key,
                '-out', certificate, '-subj', '/CN=mta-sts.example.jp', '-addext', 'subjectAltName=DNS:mta-sts.example.jp',
                '-days', '2'], check=True, stderr=subprocess.DEVNULL)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
server.daemon_threads = True
server.handle_error = lambda *_: None
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
sys.stdin.read()
os._exit(0)                             # some of its threads still sleep
