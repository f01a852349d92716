# tls.sh - `modori check tls` against Postfix with all kinds of certificates, and against what posttls-finger says of the same.
# SPDX-License-Identifier: BSD-2-Clause
. /modori/source/tests/integration/check.d/inside.sh
. "$here/servers.sh"

# Postfix's client at security level "secure" with the same authority: does it verify HOST:PORT?
finger ()
{
    case $1 in *:465) wrapped=-w ;; *) wrapped= ;; esac
    posttls-finger $wrapped -T 2 -t 2 -c -l secure -F "$certificates/root.pem" "[${1%:*}]:${1##*:}" >"$work/finger" 2>&1
    cat "$work/finger"
    grep -q 'Verified TLS connection' "$work/finger"
}

# agree HOST:PORT: the last case had an error where Postfix does not verify, and none where it does
agree ()
{
    if finger "$1"; then
        ! jq -e '.status == "error"' "$work/seen.json" || { cat "$work/finger"; return 1; }
    else
        jq -e '.status == "error"' "$work/seen.json"
    fi
}

# server NAMES HOST:PORT [OPTIONS]: errors and warnings are NAMES; Postfix is of the same opinion
server ()
{
    check "$2: ${1:-nothing wrong}" tls "$@"
    check "$2: Postfix agrees" agree "$2"
}

# alone NAMES HOST:PORT WHY: Postfix is not of the same opinion, because WHY
alone ()
{
    check "$2: ${1:-nothing wrong}" tls "$1" "$2"
    check "$2: Postfix disagrees: $3" disagree "$2"
}

disagree ()
{
    ! agree "$1"
}

advises ()              # advises ADVICE...: the last case leads to each
{
    for advice; do
        check "... and advises: $advice" advice_is "$advice"
    done
}

advice_is ()
{
    jq -e --arg name "$1" 'any (.sections[].results[]; .advice == $name)' "$work/seen.json"
}

says_so ()              # says_so TEXT: the last case does
{
    check "... and names $1" grep -qF -e "$1" "$work/seen.json"
}

prepare >/tmp/prepare.log 2>&1
check 'knot and unbound run' start_dns
check 'Postfix runs' start_postfix
check 'other servers run' start_others
[ "$failures" = 0 ] || { over; exit; }

# --- what a name or a certificate may be ---
for port in 25 587 465; do
    server '' match.tls.example:$port
done
server 'tls-send-as-name tls-programs-warn tls-mta-sts-refuse certificate-name-other' mismatch.tls.example:25
server 'tls-send-as-name tls-programs-warn certificate-name-other' mismatch.tls.example:465
server 'tls-send-as-name tls-programs-warn certificate-name-other' mismatch.tls.example:587
advises send-as-certificate
server '' wildcard.tls.example:587
server '' six.tls.example:587
server '' $idn:587
check 'as it is written in Japanese' tls '' メール.tls.example:587
says_so 'メール.tls.example'
server 'tls-send-as-name tls-programs-warn certificate-name-too-deep' too.deep.tls.example:587
server 'tls-send-as-name tls-programs-warn certificate-name-other' cn-other.tls.example:587
server 'tls-send-as-name tls-programs-warn certificate-name-only-address' address.tls.example:587
alone '' 192.0.2.19:587 'it does not compare addresses'
alone 'tls-send-as-common-name tls-programs-warn certificate-name-common-only' cn-only.tls.example:587 \
    'it is content with the CN where there are no other names; Gmail and browsers are not (RFC 9525)'
advises own-certificate

# --- who vouches for it, and until when ---
server 'tls-send-as-self-signed tls-programs-warn certificate-self-signed' self-signed.tls.example:587
advises own-certificate
server 'tls-send-as-unknown-root tls-programs-warn certificate-unknown-root' stranger-issued.tls.example:587
server 'tls-send-as-incomplete-chain tls-programs-warn certificate-missing-intermediate' no-chain.tls.example:587
advises certificate-chain
says_so 'Example Intermediate'
server 'tls-send-as-expired tls-programs-warn certificate-expired' expired.tls.example:587
advises certificate-renew
server 'tls-send-as-not-yet-valid tls-programs-warn certificate-not-yet' future.tls.example:587
server 'certificate-ends-soon' soon.tls.example:587
check 'soon.tls.example: early enough for who wants to know 5 days before' tls '' soon.tls.example:587 --warn-days 5
alone 'tls-send-as-weak-key tls-programs-warn certificate-weak' weak.tls.example:587 'its client takes any key'
advises certificate-key
check 'several.tls.example: two addresses, two certificates' tls 'certificate-name-other tls-programs-warn tls-send-as-name
    tls-several-certificates' several.tls.example:587

# --- how the server speaks ---
server 'tls-versions-old' willing.tls.example:587
server 'tls-send-as-old-version tls-programs-warn tls-versions-only-old' old.tls.example:587
server 'tls-send-as-no-starttls tls-programs-clear tls-starttls-missing' plain.tls.example:587
server 'tls-auth-before tls-own-name-local' helo.tls.example:587
advises host-name
check 'openssl s_server: TLS, but no SMTP' tls 'tls-after-handshake' mute.tls.example:465
check '... and its certificate fits' saw certificate-name-fits

# --- and when there is none ---
server 'tls-unreachable tls-address-refused' closed.tls.example:587
server 'tls-no-dialogue tls-greeting-silent' hanging.tls.example:587
check 'no such name' tls tls-no-name nobody.tls.example:587
check 'no port given: 587' tls '' match.tls.example
says_so 192.0.2.10:587

check 'Postfix heard nothing but EHLO, STARTTLS, QUIT' commands_are 'ehlo quit starttls'
over
