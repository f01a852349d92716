# SPDX-License-Identifier: BSD-2-Clause
"""The mails that were sent: four people's everyday mail.

sales       a farm shop tells a seller what was sold today (Japanese, UTF-8)
order       a web shop confirms an order (Japanese, ISO-2022-JP), from a
            server that was never given a name
newsletter  an English newsletter
private     one person to another
"""
import base64
import binascii
import email.header
import email.utils
import textwrap

TOKEN = rb'Message-I[dD]: <[0-9.]*\.([0-9a-f]{8})@'

SENDER = {      # envelope sender
    'sales': 'uriage@example.jp',
    'order': 'order@example.jp',
    'newsletter': 'news-bounces@example.com',
    'private': 'tanaka@example.net',
}
HELO = {        # how the client introduces itself
    'sales': 'app.example.jp',
    'order': 'localhost',
    'newsletter': 'news.example.com',
    'private': '[192.0.2.80]',
}


def token(text):
    """Tells which mail a report returns."""
    return f'{binascii.crc32(text.encode()):08x}'


def encoded(text, charset='utf-8'):
    return email.header.Header(text, charset).encode()


def base64_lines(text):
    return '\n'.join(textwrap.wrap(base64.b64encode(text.encode()).decode(), 76))


def sales(mail_token, date, to):
    return f'''\
Received: from app.example.jp (app.example.jp [192.0.2.10])
\tby relay.example.jp (Postfix) with ESMTPSA id 4XvQ0k2R9nz1Lw;
\t{date}
From: {encoded('直売所 ひだまり')} <uriage@example.jp>
To: {to}
Subject: {encoded('本日の売上のお知らせ(15時)')}
Message-ID: <20261120150000.{mail_token}@app.example.jp>
Date: {date}
MIME-Version: 1.0
Content-Type: text/plain; charset=UTF-8
Content-Transfer-Encoding: base64

{base64_lines("""生産者各位

本日15時までの売上をお知らせします。
  いちご 12パック  4,680円
  ほうれん草 8束  1,040円

直売所 ひだまり
""")}
'''.encode()


def order(mail_token, date, to):
    head = f'''\
From: {encoded('お店 さくら雑貨', 'iso-2022-jp')} <order@example.jp>
To: {to}
Subject: {encoded('[さくら雑貨] ご注文ありがとうございます', 'iso-2022-jp')}
Message-Id: <20261120101530.{mail_token}@localhost.localdomain>
Date: {date}
X-Mailer: EC-CUBE 2.12.6
MIME-Version: 1.0
Content-Type: text/plain; charset=ISO-2022-JP
Content-Transfer-Encoding: 7bit

'''
    body = '''\
このたびはご注文いただき誠にありがとうございます。

ご注文番号: 1024
  手ぬぐい(藍) 1点  1,320円
  送料            600円
  合計          1,920円

さくら雑貨
'''
    return head.encode() + body.encode('iso2022_jp')


def newsletter(mail_token, date, to):
    return f'''\
From: Garden Letter <news@example.com>
To: {to}
Subject: What to sow in November
Message-ID: <20261120070000.{mail_token}@news.example.com>
Date: {date}
List-Id: Garden Letter <garden.example.com>
List-Unsubscribe: <https://example.com/leave?m={mail_token}>
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="garden-{mail_token}"

--garden-{mail_token}
Content-Type: text/plain; charset=us-ascii

Broad beans and garlic still want to go out. More on our pages.

--garden-{mail_token}
Content-Type: text/html; charset=us-ascii

<p>Broad beans and garlic still want to go out. <a
href="https://example.com/november">More</a> on our pages.</p>

--garden-{mail_token}--
'''.encode()


def private(mail_token, date, to):
    return f'''\
From: Yuki Tanaka <tanaka@example.net>
To: {to}
Subject: Photos from Sunday
Message-ID: <20261120213000.{mail_token}@example.net>
Date: {date}
User-Agent: Mozilla Thunderbird
MIME-Version: 1.0
Content-Type: text/plain; charset=UTF-8
Content-Transfer-Encoding: 7bit

Hello,

the photos are ready. Shall I bring the prints next week?

Yuki
'''.encode()


KINDS = {'sales': sales, 'order': order, 'newsletter': newsletter, 'private': private}


def write(case, mail_token):
    to = f'<{case.recipients[0]}>'
    if len(case.recipients) > 1:
        to = 'Garden Letter readers <garden@example.com>'
    return KINDS[case.mail](mail_token, email.utils.formatdate(localtime=True), to)
