# servers.sh - Postfix at many addresses, each with another certificate, and servers that are none.
# SPDX-License-Identifier: BSD-2-Clause

smtpd ()                # smtpd ADDRESS NAME CERTIFICATE [OPTION...]: at ports 25, 587 and 465
{
    listen="$1" options="-o myhostname=$2 -o smtpd_tls_chain_files=$certificates/$3.chain"
    shift 3
    for option; do options="$options -o $option"; done
    echo "$listen:25 inet n - n - - smtpd $options"
    echo "$listen:587 inet n - n - - smtpd $options"
    echo "$listen:465 inet n - n - - smtpd $options -o smtpd_tls_wrappermode=yes"
}

any_strength='@SECLEVEL=0'      # what Debian's OpenSSL refuses by itself
services ()
{
    sed -e '/^#/d' -e '/^smtp  *inet/d' /usr/share/postfix/master.cf.dist
    smtpd 192.0.2.10 match.tls.example match
    smtpd 192.0.2.11 cn-only.tls.example cn-only
    smtpd 192.0.2.12 mismatch.tls.example mismatch
    smtpd 192.0.2.13 wildcard.tls.example wildcard
    smtpd 192.0.2.14 too.deep.tls.example wildcard
    smtpd 192.0.2.15 self-signed.tls.example self-signed
    smtpd 192.0.2.16 expired.tls.example expired
    smtpd 192.0.2.17 future.tls.example future
    smtpd 192.0.2.18 no-chain.tls.example no-chain
    smtpd 192.0.2.19 address.tls.example address
    smtpd 192.0.2.20 $idn idn
    smtpd 192.0.2.21 stranger-issued.tls.example stranger-issued
    smtpd 192.0.2.22 cn-other.tls.example cn-other
    smtpd 192.0.2.23 plain.tls.example match smtpd_tls_security_level=none
    smtpd 192.0.2.24 soon.tls.example soon
    smtpd '[2001:db8::25]' six.tls.example wildcard
    smtpd 192.0.2.26 weak.tls.example weak tls_medium_cipherlist=DEFAULT:$any_strength
    smtpd 192.0.2.27 old.tls.example old tls_medium_cipherlist=DEFAULT:$any_strength \
        'smtpd_tls_protocols=!TLSv1.2,!TLSv1.3' 'smtpd_tls_mandatory_protocols=!TLSv1.2,!TLSv1.3'
    smtpd 192.0.2.33 willing.tls.example wildcard 'smtpd_tls_protocols=>=TLSv1'
    smtpd 192.0.2.32 localhost.localdomain wildcard smtpd_tls_auth_only=no
}

start_postfix ()
{
    services >/etc/postfix/master.cf
    cat >/etc/postfix/main.cf <<END
compatibility_level = 3.6
queue_directory = /var/spool/postfix
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = $log
maillog_file_prefixes = /var
inet_protocols = all
mynetworks =
smtpd_relay_restrictions = reject
smtpd_tls_security_level = may
smtpd_tls_loglevel = 1
smtpd_tls_protocols = >=TLSv1.2
smtpd_tls_mandatory_protocols = >=TLSv1.2
smtpd_peername_lookup = no
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_security_options = noanonymous
dnssec_probe = mx:signed.example
alias_maps =
END
    mkdir -p /etc/postfix/sasl
    printf '%s\n' 'pwcheck_method: saslauthd' 'mech_list: PLAIN LOGIN' >/etc/postfix/sasl/smtpd.conf
    postfix start && eventually listens 192.0.2.10 25
}

listens ()              # listens ADDRESS PORT
{
    ss -Hltn "src $1 and sport = $2" | grep -q .
}

# Servers that speak TLS but not SMTP, and one that speaks nothing.
start_others ()
{
    sleep 1000 | openssl s_server -quiet -accept 192.0.2.28:465 -cert "$certificates/wildcard.pem" \
        -key "$certificates/wildcard.key" -cert_chain "$certificates/intermediate.pem" >/dev/null 2>&1 &
    python3 - <<'END' &
import socket, time
silent = [socket.create_server(('192.0.2.30', port)) for port in (25, 465, 587)]
time.sleep(1000)
END
    eventually listens 192.0.2.28 465 && eventually listens 192.0.2.30 587
}

# All that Postfix was told so far: the commands of each conversation, from its log.
commands_received ()
{
    sed -n 's/.* disconnect from .*\] \(.*\) commands=.*/\1/p' $log | tr ' ' '\n' | sed 's/=.*//' | sort -u
}

commands_are ()
{
    heard=$(commands_received | tr '\n' ' ')
    [ "$heard" = "$1 " ] || { echo "heard: $heard"; return 1; }
}
