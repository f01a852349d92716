# SPDX-License-Identifier: BSD-2-Clause
"""How each MTA is set up so that it gives up at once, or warns and then does.

The first round wants no second try at all; the second one wants a warning
after a second or two and the end a few seconds later.  Time-outs are short
everywhere, and no check of the local client stands in the way.
"""
import os
import re
import smtplib
import subprocess
import time

import cases
import mails

LOCAL_DOMAIN = 'branch.example'     # mail for it is delivered here
ALIASES = f'postmaster: root\nstaff: {cases.ALIAS_TARGET}\n'


def shell(script):
    done = subprocess.run(['bash', '-c', script], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.stdout


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w') as file:
        file.write(text)


def read(path):
    with open(path) as file:
        return file.read()


class Mta:
    name = host = packages = proof = ''
    cases = []
    zone = 'UTC'
    submits = 'smtp'            # or 'command', for those without a server
    one_report_each = False     # a report for every recipient

    def prepare_host(self, name_server, address):
        write('/etc/resolv.conf',
              f'nameserver {name_server}\noptions timeout:1 attempts:1\n')
        write('/etc/hosts', f'127.0.0.1 localhost\n{address} {self.host}\n')
        write('/etc/mailname', self.host + '\n')
        write('/etc/hostname', self.host + '\n')
        write('/etc/aliases', ALIASES)

    def configure(self, late):
        """Writes the configuration; `late`: warn, and keep trying a little."""

    def start(self):
        pass

    def stop(self):
        pass

    def flush(self):
        """Tries the queue now."""

    def submit_by_smtp(self, case, message):
        with smtplib.SMTP('127.0.0.1', 25, mails.HELO[case.mail], timeout=30) as client:
            client.ehlo()
            if case.utf8:
                client.command_encoding = 'utf-8'
            notify = [f'NOTIFY={case.notify}'] if case.notify else []
            replies = [client.mail(mails.SENDER[case.mail], ['SMTPUTF8'] if case.utf8 else [])]
            replies += [client.rcpt(address, notify) for address in case.recipients]
            replies.append(client.data(message.replace(b'\n', b'\r\n')))
        for code, text in replies:
            if code >= 400:
                print(f'{self.name}: {case.name}: {code} {text.decode()}', flush=True)

    def submit_by_command(self, case, message):
        command = ['/usr/sbin/sendmail', '-i', '-f', mails.SENDER[case.mail]]
        subprocess.run(command + case.recipients, input=message, check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Postfix(Mta):
    name, host, zone = 'postfix', 'mail.example.jp', 'JST-9'
    packages, proof = 'postfix', '/usr/sbin/postfix'
    cases = '''gmail-unauthenticated gmail-dmarc gmail-no-ptr gmail-spam gmail-rate au-user-unknown
        softbank-sender docomo-user-unknown docomo-mailbox-full user-unknown mailbox-full
        account-disabled spamhaus not-welcome tls-required microsoft-blocked yahoo-deferred
        yahoo-policy host-unknown null-mx several alias relayed japanese-utf8 japanese-jis
        utf8-address greylisted refused'''.split()

    def configure(self, late):
        write('/etc/postfix/main.cf', f'''
compatibility_level = 3.6
myhostname = {self.host}
mydestination = {LOCAL_DOMAIN}, localhost
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
alias_maps = texthash:/etc/postfix/aliases
alias_database =
maximal_queue_lifetime = {'8s' if late else '0'}
bounce_queue_lifetime = 0
delay_warning_time = {'1s' if late else '0'}
minimal_backoff_time = 2s
maximal_backoff_time = 2s
queue_run_delay = 2s
smtp_tls_security_level = none
smtpd_peername_lookup = yes
maillog_file = /var/log/postfix.log
''')
        write('/etc/postfix/aliases', ALIASES.replace(':', ''))

    def start(self):
        shell("postconf -F '*/*/chroot=n'; postfix start; sleep 1")

    def stop(self):
        shell('postfix stop')

    def flush(self):
        shell('postqueue -f')


class Exim(Mta):
    name, host = 'exim', 'cp12.example.net'
    packages, proof = 'exim4-daemon-heavy', '/usr/sbin/exim4'
    cases = '''gmail-unauthenticated gmail-user-unknown gmail-mailbox-full au-refused
        softbank-invalid mailbox-full-temporary too-big virus has-moved tls-required
        microsoft-no-access host-unknown several alias local-unknown relayed utf8-address
        greylisted refused'''.split()

    def configure(self, late):
        write('/etc/exim4/exim4.conf', f'''
primary_hostname = {self.host}
domainlist ours = {LOCAL_DOMAIN}
acl_smtp_rcpt = yes
acl_smtp_data = yes
never_users = root
tls_advertise_hosts =
dsn_advertise_hosts = *
smtputf8_advertise_hosts = *
allow_utf8_domains = true
dns_retry = 1
dns_retrans = 1s
delay_warning = {'1s:1h' if late else ''}
begin acl
yes:
  accept
begin routers
elsewhere:
  driver = dnslookup
  domains = ! +ours
  transport = smtp
  no_more
aliases:
  driver = redirect
  data = ${{lookup{{$local_part}}lsearch{{/etc/aliases}}}}
begin transports
smtp:
  driver = smtp
  connect_timeout = 3s
  hosts_try_dane =
  tls_try_verify_hosts =
begin retry
* * F,{'8s' if late else '1s'},1s
''')

    def start(self):
        shell('''rm -rf /var/spool/exim4/db/*; chmod 644 /etc/exim4/exim4.conf
                 exim4 -bd -q2s; sleep 1''')

    def stop(self):
        shell('kill $(cat /run/exim4/exim.pid)')

    def flush(self):
        shell('exim4 -qf')


class Sendmail(Mta):
    name, host, zone = 'sendmail', 'www1234.sakura.ne.jp', 'JST-9'
    packages, proof = 'sendmail-bin sendmail-cf sendmail m4', '/usr/share/sendmail/cf/m4/cf.m4'
    cases = '''gmail-unauthenticated gmail-user-unknown au-user-unknown softbank-invalid
        user-unknown mailbox-full-temporary spamhaus sender-refused microsoft-blocked host-unknown
        several alias local-unknown relayed japanese-jis latin1 greylisted'''.split()

    def configure(self, late):
        times = ''.join(f'define(`confTO_{name}'"', `3s')dnl\n" for name in
                        'CONNECT ICONNECT INITIAL HELO MAIL RCPT DATAINIT DATAFINAL'.split())
        write('/etc/mail/corpus.mc', f'''divert(0)dnl
include(`/usr/share/sendmail/cf/m4/cf.m4')dnl
OSTYPE(`debian')dnl
DOMAIN(`debian-mta')dnl
undefine(`confHOST_STATUS_DIRECTORY')dnl
define(`confDOMAIN_NAME', `{self.host}')dnl
define(`confTIME_ZONE', `USE_TZ')dnl
define(`confTO_QUEUERETURN', `{'8s' if late else '1s'}')dnl
define(`confTO_QUEUEWARN', `{'1s' if late else '1h'}')dnl
define(`confMIN_QUEUE_AGE', `0')dnl
define(`confQUEUE_LA', `100')dnl
define(`confREFUSE_LA', `100')dnl
define(`confCONNECTION_RATE_THROTTLE', `0')dnl
{times}FEATURE(`no_default_msa')dnl
DAEMON_OPTIONS(`Family=inet, Name=MTA, Port=smtp, Addr=127.0.0.1')dnl
FEATURE(`accept_unresolvable_domains')dnl
FEATURE(`access_db', `hash -T<TMPF> -o /etc/mail/access')dnl
define(`ALIAS_FILE', `/etc/aliases')dnl
LOCAL_DOMAIN(`{LOCAL_DOMAIN}')dnl
MAILER(`local')dnl
MAILER(`smtp')dnl
''')
        write('/etc/mail/access', 'Connect:127.0.0.1\tRELAY\n')

    def start(self):
        shell('''cd /etc/mail && makemap hash access.db <access && m4 corpus.mc >sendmail.cf
                 cp sendmail.cf submit.cf; newaliases
                 mkdir -p /run/sendmail/mta /var/spool/mqueue
                 sendmail -bd -q2s; sleep 1''')

    def stop(self):
        shell('kill $(head -1 /run/sendmail/mta/sendmail.pid)')

    def flush(self):
        shell('sendmail -q')


class Opensmtpd(Mta):
    name, host = 'opensmtpd', 'mail.example.com'
    packages, proof = 'opensmtpd', '/usr/sbin/smtpd'
    cases = '''gmail-unauthenticated user-unknown mailbox-full microsoft-no-access host-unknown
        several relayed greylisted'''.split()

    def configure(self, late):
        write('/etc/smtpd.conf', f'''
table aliases file:/etc/aliases
queue ttl {'9s' if late else '2s'}
{'bounce warn-interval 2s' if late else ''}
listen on 127.0.0.1 hostname {self.host}
listen on socket
action "out" relay helo {self.host}
match from any for any action "out"
''')

    def start(self):
        shell('mkdir -p -m 711 /run/opensmtpd')
        self.process = subprocess.Popen(['smtpd', '-d'], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        time.sleep(2)

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def flush(self):
        shell('smtpctl schedule all')


class Courier(Mta):
    name, host = 'courier', 'mail.example.net'
    packages, proof = 'courier-mta', '/usr/sbin/courier'
    cases = '''gmail-unauthenticated user-unknown-bare mailbox-full microsoft-blocked policy
        relay-denied host-unknown several relayed latin1 greylisted'''.split()
    folder = '/etc/courier/'

    def configure(self, late):
        settings = {
            'me': self.host, 'locals': LOCAL_DOMAIN, 'defaultdomain': self.host,
            'queuetime': '8s' if late else '2s', 'warntime': '2s' if late else '1h',
            'retryalpha': '1s', 'retrybeta': '1', 'retrygamma': '1s', 'retrymaxdelta': '0',
            'esmtptimeout': '3s', 'esmtptimeoutconnect': '3s', 'esmtpdelay': '0',
            'dsnfrom': f'"Courier mail server at {self.host}" <@>',
            'smtpaccess/default': '127.0.0.1\tallow,RELAYCLIENT', 'aliases/system': ALIASES,
        }
        for name, value in settings.items():
            write(self.folder + name, value + '\n')
        self.adjust_daemon(ADDRESS='127.0.0.1', BOFHCHECKDNS='0', MAXPERIP='99', MAXPERC='99',
                           ESMTPDSTART='YES')

    def adjust_daemon(self, **settings):
        text = read(self.folder + 'esmtpd')
        for name, value in settings.items():
            text = re.sub(f'(?m)^{name}=.*', f'{name}={value}', text)
        write(self.folder + 'esmtpd', text)

    def start(self):
        shell('''mkdir -p /run/courier/authdaemon
                 chown -R courier:courier /etc/courier /run/courier
                 authdaemond start; makesmtpaccess; makealiases; makeacceptmailfor
                 courier start; courierfilter start; esmtpd start; sleep 2''')

    def stop(self):
        shell('esmtpd stop; courierfilter stop; courier stop; authdaemond stop; sleep 1')

    def flush(self):
        shell('courier flush')


class Dma(Mta):
    name, host, zone = 'dma', 'vps.example.jp', 'JST-9'
    packages, proof = 'dma', '/usr/sbin/dma'
    cases = '''gmail-unauthenticated au-user-unknown au-relay-denied softbank-invalid
        docomo-user-unknown mailbox-full-temporary microsoft-blocked spamhaus host-unknown'''.split()
    submits, one_report_each = 'command', True
    spool = '/var/spool/dma'
    too_old = 6 * 86400         # it gives up by the age of its files

    def configure(self, late):
        write('/etc/dma/dma.conf', f'MAILNAME {self.host}\nSPOOLDIR {self.spool}\n')
        shell('chgrp mail /etc/dma/dma.conf')

    def flush(self):
        past = time.time() - self.too_old
        for entry in os.scandir(self.spool):
            if entry.name[0] in 'MQ' and os.path.exists(entry.path):
                os.utime(entry.path, (past, past))
        subprocess.Popen(['dma', '-q'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


ALL = {kind.name: kind for kind in (Postfix, Exim, Sendmail, Opensmtpd, Courier, Dma)}
