# opensmtpd.sh - pipes of OpenSMTPD: from a .forward.
# SPDX-License-Identifier: BSD-2-Clause
. /modori/source/tests/integration/pipes.d/inside.sh
log=/var/log/opensmtpd.log

queued ()
{
    find /var/spool/smtpd/queue -type f -name '????????????????' | wc -l
}

put_off ()              # the tries of all that wait
{
    smtpctl show queue | awk -F '|' '{ n += $11 } END { print n + 0 }'
}

taken ()                # it does not tell: what it had sent would lie in a mailbox or wait in the queue
{
    echo "$injected"
}

flush ()
{
    smtpctl schedule all
}

set_up ()
{
    cat >/etc/smtpd.conf <<'EOF'
table aliases file:/etc/aliases
listen on 127.0.0.1 hostname mail.example.com
listen on socket
action "local" mbox alias <aliases>
match from any for local action "local"
match from any for domain "example.com" action "local"
EOF
    mkdir -p -m 711 /run/opensmtpd
    smtpd -d >$log 2>&1 &
    eventually smtpctl show stats
}

prepare >/dev/null 2>&1
check 'OpenSMTPD runs' set_up
recipe forward alice .forward
pipe_is_safe 'OpenSMTPD, .forward' alice alice@example.com
over
