# sendmail.sh - pipes of Sendmail: from a .forward.
# SPDX-License-Identifier: BSD-2-Clause
. /modori/source/tests/integration/pipes.d/inside.sh

queued ()
{
    find /var/spool/mqueue -name 'qf*' | wc -l
}

put_off ()              # the tries of all that wait: each queue file counts its own
{
    cat /var/spool/mqueue/qf* 2>/dev/null | sed -n 's/^N//p' | awk '{ n += $1 } END { print n + 0 }'
}

taken ()                # it does not tell: what it had sent would lie in a mailbox or wait in the queue
{
    echo "$injected"
}

flush ()
{
    sendmail -q
}

set_up ()
{
    cat >/etc/mail/pipes.mc <<'EOF'
divert(0)dnl
include(`/usr/share/sendmail/cf/m4/cf.m4')dnl
OSTYPE(`debian')dnl
DOMAIN(`debian-mta')dnl
undefine(`confHOST_STATUS_DIRECTORY')dnl
define(`confDOMAIN_NAME', `mail.example.com')dnl
define(`confMIN_QUEUE_AGE', `0')dnl
define(`confSERVICE_SWITCH_FILE', `/etc/mail/service.switch')dnl
define(`confQUEUE_LA', `100')dnl
define(`confREFUSE_LA', `100')dnl
FEATURE(`no_default_msa')dnl
FEATURE(`accept_unresolvable_domains')dnl
DAEMON_OPTIONS(`Family=inet, Name=MTA, Port=smtp, Addr=127.0.0.1')dnl
define(`ALIAS_FILE', `/etc/aliases')dnl
LOCAL_DOMAIN(`example.com')dnl
MAILER(`local')dnl
MAILER(`smtp')dnl
EOF
    printf 'hosts files\naliases files\n' >/etc/mail/service.switch
    echo '127.0.0.1 example.com mx.example.org' >>/etc/hosts
    cd /etc/mail && m4 pipes.mc >sendmail.cf && cp sendmail.cf submit.cf && newaliases || return 1
    mkdir -p /run/sendmail/mta /var/spool/mqueue
    (sendmail -bd; :)
    eventually test -s /run/sendmail/mta/sendmail.pid
}

prepare >/dev/null 2>&1
check 'Sendmail runs' set_up
recipe forward alice .forward
pipe_is_safe 'Sendmail, .forward' alice alice@example.com
over
