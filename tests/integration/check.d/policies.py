#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The web server of MTA-STS: for each host its policy, or none.

usage: policies.py ADDRESS CERTIFICATE KEY INTERMEDIATE
"""
import http.server
import ssl
import sys
import tempfile

POLICIES = {
    'mta-sts.sts-good.example': 'match.tls.example',
    'mta-sts.sts-name.example': 'match.tls.example',
    'mta-sts.sts-other-mx.example': 'match.tls.example',
}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        host = self.headers.get('Host', '')
        if host not in POLICIES or self.path != '/.well-known/mta-sts.txt':
            self.send_error(404)
            return
        body = f'version: STSv1\r\nmode: enforce\r\nmx: {POLICIES[host]}\r\nmax_age: 604800\r\n'.encode()
        self.send_response(200)
        self.send_header('Content-Type', 'text/plain')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        pass


def main():
    address, certificate, key, intermediate = sys.argv[1:]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile('w') as chain:
        for path in (certificate, intermediate):
            with open(path, encoding='ascii') as part:
                chain.write(part.read())
        chain.flush()
        context.load_cert_chain(chain.name, key)
    server = http.server.ThreadingHTTPServer((address, 443), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.serve_forever()


if __name__ == '__main__':
    main()
