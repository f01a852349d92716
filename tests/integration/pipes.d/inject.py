# SPDX-License-Identifier: BSD-2-Clause
"""usage: inject.py ADDRESS [SENDER] <MESSAGE: hands it to the local server, as another one would."""
import smtplib
import sys

message = sys.stdin.buffer.read().replace(b'\n', b'\r\n')
with smtplib.SMTP('127.0.0.1', 25, 'mx.example.org', timeout=30) as client:
    client.sendmail(sys.argv[2] if len(sys.argv) > 2 else '', [sys.argv[1]], message)
