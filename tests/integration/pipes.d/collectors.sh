# collectors.sh - fetchmail and getmail, which collect the bounces from a mailbox elsewhere: a Dovecot with TLS.
# SPDX-License-Identifier: BSD-2-Clause
. /modori/source/tests/integration/pipes.d/inside.sh
mailbox=/srv/bounces/Maildir

certificate ()
{
    openssl req -x509 -newkey rsa:2048 -nodes -keyout /etc/dovecot/key.pem -out /etc/dovecot/cert.pem -days 2 \
        -subj /CN=mail.example.net -addext subjectAltName=DNS:mail.example.net &&
        cp /etc/dovecot/cert.pem /usr/local/share/ca-certificates/mail.example.net.crt && update-ca-certificates
}

set_up ()
{
    useradd -r -m -d /srv/bounces mailstore
    cat >/etc/dovecot/dovecot.conf <<EOF
protocols = imap
listen = 127.0.0.1
log_path = /var/log/dovecot.log
ssl = required
ssl_cert = </etc/dovecot/cert.pem
ssl_key = </etc/dovecot/key.pem
mail_location = maildir:$mailbox
passdb {
  driver = static
  args = user=bounces password=secret
}
userdb {
  driver = static
  args = uid=mailstore gid=mailstore home=/srv/bounces
}
EOF
    certificate && dovecot && eventually grep -q 'starting up' /var/log/dovecot.log
}

whole_and_known ()
{
    whole "$1" "$2" && history_is "$1" "$2"
}

known ()                # whom it names, and why, is in the history
{
    jq -r '.recipient + " " + .reason' "$corpus/$2.expect" | sort >"$work/expected"
    as "$1" 'modori history export' | jq -r '.recipient + " " + .reason' | sort | diff "$work/expected" -
}

comes_elsewhere ()      # the bounce NAME is delivered to the mailbox
{
    mkdir -p $mailbox/new $mailbox/cur $mailbox/tmp
    on_its_way "$1" >"$mailbox/new/1.$1.elsewhere"
    chown -R mailstore: /srv/bounces
}

elsewhere ()            # how many messages lie there
{
    find $mailbox/new $mailbox/cur -type f | wc -l
}

collected ()            # collected NAME COMMAND: from there into the spool, and no longer there
{
    forget alice
    comes_elsewhere "$1"
    as alice "$2"
    count_is 1 spooled alice && count_is 0 elsewhere && $is_there alice "$1"
}

# left NAME COMMAND BREAK MEND: while something is broken it stays there; mended, it is collected.
left ()
{
    forget alice
    comes_elsewhere "$1"
    "$3" alice
    as alice "$2"
    count_is 1 elsewhere && count_is 0 spooled alice
    stayed=$?
    "$4" alice
    [ $stayed = 0 ] && as alice "$2"
    count_is 1 spooled alice && count_is 0 elsewhere && $is_there alice "$1"
}

collects ()             # collects WHAT COMMAND
{
    check "$1: a bounce is recorded once" collected postfix-several "$2"
    check "$1: while the program is missing it stays there" \
        left exim-gmail-user-unknown "$2" take_program_away put_program_back
    check "$1: while the spool cannot be written it stays there" left postfix-japanese-jis "$2" lock_spool unlock_spool
}

prepare >/dev/null 2>&1
check 'Dovecot runs' set_up
is_there=whole_and_known
recipe fetchmailrc alice .fetchmailrc
collects fetchmail fetchmail
is_there=known           # getmail writes long header lines anew, those of the report too: that is another report
recipe getmailrc alice .config/getmail/getmailrc
collects getmail getmail
over
