# postfix-server.sh - a Postfix that is set up as the recipes say; read by the tests of Postfix and of what runs behind it.
# SPDX-License-Identifier: BSD-2-Clause
. /modori/source/tests/integration/pipes.d/inside.sh
log=/var/log/postfix.log

queued ()
{
    find /var/spool/postfix/incoming /var/spool/postfix/active /var/spool/postfix/deferred -type f | wc -l
}

put_off ()
{
    grep -c status=deferred $log
}

taken ()
{
    grep -c 'postfix/cleanup.*message-id=' $log
}

flush ()
{
    postqueue -f
}

set_up ()
{
    cat >/etc/postfix/main.cf <<EOF
compatibility_level = 3.6
myhostname = mail.example.com
mydestination = example.com, mail.example.com, localhost
inet_protocols = ipv4
inet_interfaces = loopback-only
maillog_file = $log
EOF
    cat "$recipes/postfix-main.cf" >>/etc/postfix/main.cf
    recipe postfix-aliases modori aliases
    as modori 'PATH=$PATH:/usr/sbin; postalias /var/lib/modori/aliases'
    newaliases
    postconf -F '*/*/chroot=n'
    : >$log
    postfix start
    eventually grep -q 'daemon started' $log
}
