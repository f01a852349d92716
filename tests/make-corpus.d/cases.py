# SPDX-License-Identifier: BSD-2-Clause
"""Who is written to, and what the far server answers.

A case is one mail to one or more recipients.  A recipient that is refused
stands with the stage at which that happens (banner, mail, rcpt, data) and the
reply, literally as servers give it.  The recipients live under .example; the
names of their servers are the real ones where the name is what tells who
speaks.
"""

HOSTS = {       # recipient domain -> name of its mail server; others: mx.DOMAIN
    'gmail.example': 'gmail-smtp-in.l.google.com',
    'gmail-rate.example': 'alt1.gmail-smtp-in.l.google.com',
    'workspace.example': 'aspmx.l.google.com',
    'office.example': 'office-example.mail.protection.outlook.com',
    'hotmail.example': 'hotmail-com.olc.protection.outlook.com',
    'yahoo.example': 'mta7.am0.yahoodns.net',
    'ymail.example': 'mta5.am0.yahoodns.net',
    'au.example': 'msmx.au.com',
    'softbank.example': 'mx.softbank.ne.jp',
    'vodafone.example': 'mx.vodafone.ne.jp',
    'docomo.example': 'mfsmax.docomo.ne.jp',
}

# Domains that no server stands for: not there, no mail wanted, nobody listens,
# the MTA's own.
SERVERLESS = {'no-such-domain.example', 'nullmx.example', 'refused.example', 'branch.example'}

TICKET = 'd9443c01a7336-1f2e3d4c5b6si1234567plg.89 - gsmtp'

GMAIL_UNAUTHENTICATED = f'''
550-5.7.26 This mail has been blocked because the sender is unauthenticated.
550-5.7.26 Gmail requires all senders to authenticate with either SPF or DKIM.
550-5.7.26 
550-5.7.26  Authentication results:
550-5.7.26  DKIM = did not pass
550-5.7.26  SPF [example.jp] with ip: [192.0.2.25] = did not pass
550-5.7.26 
550-5.7.26  For instructions on setting up authentication, go to
550 5.7.26  https://support.google.com/mail/answer/81126#authentication {TICKET}'''

GMAIL_DMARC = f'''
550-5.7.26 Unauthenticated email from example.jp is not accepted due to
550-5.7.26 domain's DMARC policy. Please contact the administrator of
550-5.7.26 example.jp domain if this was a legitimate mail. To learn about the
550-5.7.26 DMARC initiative, go to
550 5.7.26  https://support.google.com/mail/?p=DmarcRejection {TICKET}'''

GMAIL_USER_UNKNOWN = f'''
550-5.1.1 The email account that you tried to reach does not exist. Please try
550-5.1.1 double-checking the recipient's email address for typos or
550-5.1.1 unnecessary spaces. For more information, go to
550 5.1.1  https://support.google.com/mail/?p=NoSuchUser {TICKET}'''

GMAIL_FULL = f'''
552-5.2.2 The recipient's inbox is out of storage space and inactive. Please
552-5.2.2 direct the recipient to
552 5.2.2  https://support.google.com/mail/?p=OverQuotaPerm {TICKET}'''

GMAIL_NO_PTR = f'''
550-5.7.25 The IP address sending this message does not have a PTR record setup,
550-5.7.25 or the corresponding forward DNS entry does not match the sending IP.
550-5.7.25 As a policy, Gmail does not accept messages from IPs with missing PTR
550-5.7.25 records. For more information, go to
550 5.7.25  https://support.google.com/mail/answer/81126#ip-practices {TICKET}'''

GMAIL_SPAM = f'''
550-5.7.1 [192.0.2.25      12] Gmail has detected that this message is
550-5.7.1 likely unsolicited mail. To reduce the amount of spam sent to Gmail,
550-5.7.1 this message has been blocked. For more information, go to
550 5.7.1  https://support.google.com/mail/?p=UnsolicitedMessageError {TICKET}'''

GMAIL_RATE = f'''
421-4.7.28 Gmail has detected an unusual rate of unsolicited mail originating
421-4.7.28 from your IP address [192.0.2.25      18]. To protect our users from
421-4.7.28 spam, mail sent from your IP address has been temporarily rate limited.
421 4.7.28  https://support.google.com/mail/?p=UnsolicitedRateLimitError {TICKET}'''

MICROSOFT_BLOCKED = (
    "550 5.7.1 Unfortunately, messages from [192.0.2.25] weren't sent. Please contact your"
    ' Internet service provider since part of their network is on our block list (S3140). You can'
    ' also refer your provider to http://mail.live.com/mail/troubleshooting.aspx#errors.'
    ' [TY2APC01FT004.eop-APC01.prod.protection.outlook.com 2026-11-20T01:12:13.141Z'
    ' 08DD1A2B3C4D5E6F]')

MICROSOFT_NO_ACCESS = (
    '550 5.4.1 Recipient address rejected: Access denied. For more information see'
    ' https://aka.ms/EXOSmtpErrors [TY2APC01FT004.eop-APC01.prod.protection.outlook.com'
    ' 2026-11-20T01:12:13.141Z 08DD1A2B3C4D5E70]')

YAHOO_DEFERRED = (
    '421 4.7.0 [TSS04] Messages from 192.0.2.25 temporarily deferred due to unexpected volume or'
    ' user complaints - 4.16.55.1; see https://postmaster.yahooinc.com/error-codes')

YAHOO_POLICY = ('554 5.7.9 Message not accepted for policy reasons. See'
                ' https://postmaster.yahooinc.com/error-codes')

SPAMHAUS = ('554 5.7.1 Service unavailable; Client host [192.0.2.25] blocked using'
            ' zen.spamhaus.org; https://www.spamhaus.org/query/ip/192.0.2.25')

UNKNOWN = '550 5.1.1 <{}>: Recipient address rejected: User unknown in virtual mailbox table'


ALIAS_TARGET = 'old.staff@moved.example'


class Case:
    """One mail and the answers to it."""

    def __init__(self, name, mail, *recipients, late=False, by_command=False, utf8=False,
                 notify=None, behind=None):
        self.name, self.mail, self.late = name, mail, late
        self.by_command, self.utf8, self.notify = by_command, utf8, notify
        self.recipients = [recipient[0] for recipient in recipients]
        met = list(recipients) + ([behind] if behind else [])   # behind an alias
        self.domains = {self.domain(address) for address, _, _ in met}
        self.answered = {address: (stage, fill(reply, address))
                         for address, stage, reply in met if stage}

    @staticmethod
    def domain(address):
        return address.rpartition('@')[2]

    def reports(self, mta):
        if mta.one_report_each:
            return len(self.recipients)
        return 2 if self.late else 1


def fill(reply, address):
    return reply.replace('{}', address) if isinstance(reply, str) else reply


def no(address, reply, stage='rcpt'):
    return address, stage, reply


def ok(address):
    return address, None, None


CASES = [
    # Story 1: sales mails of a farm shop, to Gmail.
    Case('gmail-unauthenticated', 'sales',
         no('hanako@gmail.example', GMAIL_UNAUTHENTICATED, 'data')),
    Case('gmail-dmarc', 'sales', no('nouen@gmail.example', GMAIL_DMARC, 'data')),
    Case('gmail-user-unknown', 'sales', no('tanka@gmail.example', GMAIL_USER_UNKNOWN)),
    Case('gmail-mailbox-full', 'sales', no('ichigo@gmail.example', GMAIL_FULL)),
    Case('gmail-no-ptr', 'sales', no('mikan@gmail.example', GMAIL_NO_PTR, 'data')),
    Case('gmail-spam', 'newsletter', no('grace@workspace.example', GMAIL_SPAM, 'data')),
    Case('gmail-rate', 'newsletter', no('heidi@gmail-rate.example', GMAIL_RATE, 'mail')),
    # Story 5: a shop's order mails, to the carriers.
    Case('au-user-unknown', 'order', no('yamada@au.example', '550 <{}>: User unknown')),
    Case('au-refused', 'order', no('sato@au.example', '550 : User unknown', 'data')),
    Case('au-relay-denied', 'order',
         no('ito..k@au.example', '554 <{}>: Relay access denied')),
    Case('softbank-invalid', 'order', no('suzuki@softbank.example', '550 Invalid recipient: <{}>')),
    Case('softbank-sender', 'order',
         no('kato@vodafone.example', '553 localhost.localdomain does not exist', 'mail')),
    Case('docomo-user-unknown', 'order',
         no('tanaka@docomo.example', '550 Unknown user {}')),
    Case('docomo-mailbox-full', 'order', no('mori@docomo.example', '552 Too much mail data')),
    # What any site meets.
    Case('user-unknown', 'private', no('bob@city.example', UNKNOWN)),
    Case('user-unknown-bare', 'private', no('rob@town.example', '550 User unknown')),
    Case('mailbox-full', 'newsletter',
         no('carol@city.example', '552 5.2.2 <{}>: Over quota, mailbox is full')),
    Case('mailbox-full-temporary', 'newsletter',
         no('dave@city.example', '452 4.2.2 <{}>: Mailbox full')),
    Case('account-disabled', 'newsletter',
         no('erin@city.example', '550 5.2.1 <{}>: This account has been disabled')),
    Case('spamhaus', 'newsletter', no('ivan@club.example', SPAMHAUS)),
    Case('too-big', 'private',
         no('judy@city.example', '552 5.3.4 Message size exceeds fixed limit', 'data')),
    Case('policy', 'newsletter',
         no('mallory@bank.example', '550 5.7.1 Message rejected due to content policy', 'data')),
    Case('virus', 'private',
         no('niaj@bank.example', '554 5.7.1 Virus found in message: Eicar-Signature', 'data')),
    Case('relay-denied', 'private',
         no('olivia@school.example', '554 5.7.1 <{}>: Relay access denied')),
    Case('sender-refused', 'private',
         no('quentin@court.example', '550 5.1.8 Sender address rejected: Domain not found',
            'mail')),
    Case('not-welcome', 'private',
         no('peggy@castle.example', '554 5.7.1 mx.castle.example: no SMTP service for 192.0.2.25',
            'banner')),
    Case('tls-required', 'private',
         no('rupert@clinic.example', '530 5.7.0 Must issue a STARTTLS command first', 'mail')),
    Case('microsoft-blocked', 'newsletter',
         no('sybil@hotmail.example', MICROSOFT_BLOCKED, 'mail')),
    Case('microsoft-no-access', 'private', no('ted@office.example', MICROSOFT_NO_ACCESS)),
    Case('yahoo-deferred', 'newsletter', no('uma@yahoo.example', YAHOO_DEFERRED, 'mail')),
    Case('yahoo-policy', 'newsletter', no('vera@ymail.example', YAHOO_POLICY, 'data')),
    Case('has-moved', 'private',
         no('walter@city.example',
            '551 5.1.6 User not local; please try <walter@village.example>')),
    Case('host-unknown', 'private', ok('bob@no-such-domain.example')),
    Case('null-mx', 'private', ok('bob@nullmx.example')),
    # Refused for now: first a warning, at last the end.
    Case('greylisted', 'private',
         no('xavier@garden.example', '450 4.2.0 <{}>: Recipient address rejected: Greylisted, see'
            ' http://postgrey.schweikert.ch/help/garden.example.html'), late=True),
    Case('refused', 'private', ok('yvonne@refused.example'), late=True),
    # More than one recipient, other names, no failure at all.
    Case('several', 'newsletter', ok('alice@fine.example'),
         no('nobody@city.example', UNKNOWN),
         no('full@city.example', '452 4.2.2 <{}>: Mailbox full'),
         no('gone@gmail.example', GMAIL_USER_UNKNOWN),
         no('zoe@club.example', SPAMHAUS)),
    Case('alias', 'private',
         ok('staff@branch.example'), by_command=True,
         behind=no(ALIAS_TARGET, '550 5.1.1 <{}>: no such user')),
    Case('local-unknown', 'private', ok('no.such.user@branch.example'), by_command=True),
    Case('relayed', 'private', ok('alice@fine.example'), notify='SUCCESS'),
    # Not only ASCII.
    Case('japanese-utf8', 'order',
         no('mori@shop-utf8.example', '550 5.1.1 宛先のメールアドレスが見つかりません')),
    Case('japanese-jis', 'order',
         no('mori@shop-jis.example',
            '550 5.1.1 宛先のメールアドレスが見つかりません'.encode('iso2022_jp'))),
    Case('latin1', 'private',
         no('jorg@stadt.example',
            '550 5.1.1 Unbekannter Empfänger, bitte Adresse prüfen'.encode('latin-1'))),
    Case('utf8-address', 'private', no('花子@utf8.example', '550 5.1.1 <{}>: no such user'),
         utf8=True),
]

