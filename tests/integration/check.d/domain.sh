# domain.sh - `modori check domain` against zones with every fault, and against what dig, posttls-finger and python3-spf say.
# SPDX-License-Identifier: BSD-2-Clause
. /modori/source/tests/integration/check.d/inside.sh
. "$here/servers.sh"

finds ()                # finds SECTION NAMES DOMAIN [OPTIONS...]: errors and warnings of SECTION are NAMES
{
    section=$1 names=$2
    shift 2
    looks domain "$@" && wrong "$names" "$section"
}

# Without contacting anybody but the DNS.
dns ()                  # dns SECTION NAMES DOMAIN [OPTIONS...]
{
    check "$3: $1: ${2:-nothing wrong}" finds "$@" --no-probe --no-fetch
}

noted ()                # noted NAME: that was seen in the last case, too
{
    check "... and $1" saw "$1"
}

publishes ()            # publishes HOST TYPE VALUE: the last case proposed that record
{
    check "... and proposes $2 $1" jq -e --arg host "$1" --arg type "$2" --arg value "$3" \
        'any (.sections[].results[].records[]?; .host == $host and .type == $type and .value == $value)' "$work/seen.json"
}

# Each record that modori shows is what dig shows: of all names, MX and TXT.
agrees_with_dig ()
{
    for domain in $(sed -n 's/^\([a-z][a-z0-9-]*\) .*/\1.example/p' "$here/example.zone" | sort -u) signed.example; do
        "$MODORI" check domain "$domain" --no-probe --no-fetch --format=json --resolver "$resolver" >"$work/seen.json"
        dig +short -p 5353 @127.0.0.1 MX "$domain" | sed 's/\.$//; s/ $/ ./' | sort >"$work/mx"
        dig +short -p 5353 @127.0.0.1 TXT "$domain" | grep '^"v=spf1' | sed 's/" "//g; s/^"//; s/"$//' | sort >"$work/spf"
        while read -r preference host; do
            shown "$domain" mx "$host" || return 1
        done <"$work/mx"
        while read -r record; do
            shown "$domain" spf "$record" || return 1
        done <"$work/spf"
    done
}

shown ()                # shown DOMAIN SECTION TEXT: some evidence in SECTION holds TEXT
{
    jq -e --arg section "$2" --arg text "$3" 'any (.sections[] | select (.section == $section) | .results[].evidence;
        contains ($text))' "$work/seen.json" >/dev/null || { echo "$1: $2: \"$3\" is not shown"; summary; return 1; }
}

# Whom does DANE verify?  The same as Postfix.
agrees_on_dane ()       # agrees_on_dane DOMAIN OBSERVATION yes|no
{
    looks domain "$1" && saw "$2" || return 1
    key_name=$(dig +short -p 5353 @127.0.0.1 MX "$1" | sed 's/.* /_25._tcp./')
    dig -p 5353 @127.0.0.1 TLSA "$key_name" | grep -q '^;; flags:.* ad[ ;]' && verified=yes || verified=no
    saw dane-unsigned && agreed=no || agreed=yes
    [ "$verified" = "$agreed" ] || { echo "dig: verified by DNSSEC: $verified"; return 1; }
    posttls-finger -c -l dane "$1" >"$work/finger" 2>&1
    cat "$work/finger"
    grep -q 'Matched DANE' "$work/finger" && matched=yes || matched=no
    [ "$matched" = "$3" ]
}

no_list_was_asked ()
{
    grep -q ' good.example. ' /tmp/unbound.log && ! grep 'spamhaus' /tmp/unbound.log
}

start_policies ()       # the web server of MTA-STS
{
    python3 "$here/policies.py" 192.0.2.40 "$certificates/policy.pem" "$certificates/policy.key" \
        "$certificates/intermediate.pem" &
    eventually listens 192.0.2.40 443
}

prepare >/tmp/prepare.log 2>&1
check 'knot and unbound run' start_dns
check 'Postfix runs' start_postfix
check 'a web server runs' start_policies
[ "$failures" = 0 ] || { over; exit; }

# --- MX ---
dns mx '' good.example
dns mx mx-alias mx-alias.example
dns mx mx-null mx-null.example
dns mx mx-null-mixed mx-null-more.example
dns address address-dead mx-gone.example
dns address address-dead mx-no-address.example
dns mx mx-address mx-address.example
dns address address-private mx-private.example
dns mx '' mx-none.example
noted mx-fallback
dns mx mx-none mx-nothing.example
dns mx mx-no-domain nobody.example

# --- SPF ---
dns spf '' good.example --ip 198.51.100.10
dns spf spf-missing spf-none.example
dns spf spf-several spf-two.example
dns spf spf-too-many-lookups spf-11.example
dns spf '' spf-10.example --ip 198.51.100.10
dns spf spf-too-many-lookups spf-nested.example
dns spf 'spf-dead-name spf-too-many-voids' spf-voids.example
dns spf spf-plus-all spf-all.example
dns spf spf-include-missing spf-dead.example
dns spf spf-include-loop spf-loop.example
dns spf spf-wrong-name spf-syntax.example
publishes spf-syntax.example TXT 'v=spf1 ip4:198.51.100.10 -all'
dns spf spf-ptr spf-ptr.example
dns spf spf-no-all spf-open.example
dns spf spf-behind-all spf-after-all.example
dns spf '' spf-split.example --ip 198.51.100.10
dns spf spf-softfail spf-soft.example --ip 198.51.100.10
dns spf spf-fail good.example --ip 203.0.113.7

# --- DKIM ---
dns dkim '' dkim.example --selector good
dns dkim dkim-revoked dkim.example --selector revoked
dns dkim dkim-short dkim.example --selector small
dns dkim dkim-weak dkim.example --selector tiny
dns dkim dkim-test dkim.example --selector testing
dns dkim dkim-base64 dkim.example --selector broken
dns dkim dkim-quotes dkim.example --selector quoted
dns dkim dkim-cut dkim.example --selector cut
dns dkim dkim-several dkim.example --selector two
dns dkim dkim-only-ed25519 dkim.example --selector curve
dns dkim dkim-version dkim.example --selector other
dns dkim '' dkim.example --selector alias
dns dkim dkim-missing dkim.example --selector nobody
dns dkim '' good.example --selector sel1

# --- DMARC ---
dns dmarc '' good.example
dns dmarc dmarc-no-policy dmarc-no-policy.example
dns dmarc dmarc-several dmarc-two.example
dns dmarc dmarc-semicolon dmarc-typing.example
dns dmarc dmarc-bad-policy dmarc-value.example
dns dmarc '' dmarc-none.example
noted dmarc-only-watched
dns dmarc dmarc-report-refused dmarc-away.example
publishes dmarc-away.example._report._dmarc.reports.example TXT v=DMARC1
dns dmarc '' dmarc-allowed.example
dns dmarc dmarc-none spf-two.example

# --- BIMI, block lists ---
dns bimi '' good.example
noted bimi-found
check 'no block list is asked unless that is wanted' no_list_was_asked
dns blocklist blocklist-listed good.example --ip 198.51.100.12 --dnsbl
dns blocklist '' good.example --ip 198.51.100.10 --dnsbl
noted blocklist-clean

# --- names of the sender ---
dns reverse '' good.example --ip 198.51.100.10
dns reverse reverse-none good.example --ip 198.51.100.11
dns reverse reverse-mismatch good.example --ip 198.51.100.12
dns reverse reverse-generic good.example --ip 198.51.100.13
dns reverse reverse-no-forward-elsewhere good.example --ip 198.51.100.14
dns helo '' good.example --ip 198.51.100.10 --helo mail.good.example
dns helo helo-local good.example --ip 198.51.100.10 --helo localhost.localdomain
dns helo helo-no-domain good.example --ip 198.51.100.10 --helo mail
dns helo helo-bare-address good.example --ip 198.51.100.10 --helo 198.51.100.10
dns helo helo-no-address good.example --ip 198.51.100.10 --helo gone.good.example
dns helo helo-other-address good.example --ip 198.51.100.10 --helo mx.good.example

# --- MTA-STS, TLS-RPT ---
check 'sts-good.example: mta-sts: nothing wrong' finds mta-sts '' sts-good.example
noted mta-sts-fits
check 'sts-other-mx.example: mta-sts: an MX that is not listed' finds mta-sts mta-sts-mx sts-other-mx.example
check 'sts-missing.example: mta-sts: no policy there' finds mta-sts mta-sts-status sts-missing.example
check 'sts-name.example: mta-sts: a certificate for another name' finds mta-sts mta-sts-host-certificate sts-name.example
check 'sts-closed.example: mta-sts: nobody listens' finds mta-sts mta-sts-unreachable sts-closed.example
dns mta-sts mta-sts-bad-id sts-bad-id.example
dns tls-rpt tls-rpt-bad-rua sts-bad-id.example
dns tls-rpt '' good.example
noted tls-rpt-there

# --- DNSSEC ---
check 'signed.example: dane: nothing wrong' finds dane '' signed.example
noted dane-fits
check 'wrong.signed.example: dane' finds dane dane-mismatch wrong.signed.example
check 'useless.signed.example: dane' finds dane dane-usage useless.signed.example
check 'tlsa-unsigned.example: dane' finds dane dane-unsigned tlsa-unsigned.example
dns mx 'mx-domain-broken' bogus.example

# --- others' opinions ---
check 'dig shows the same records' agrees_with_dig
check 'python3-spf is of the same opinion' python3 "$here/spf-compare.py" "$MODORI" "$resolver" "$here/knot.cases"
check 'a name server that can be wrong' start_names "$here/spf.zone"
check 'python3-spf is of the same opinion there' python3 "$here/spf-compare.py" "$MODORI" "$(cat "$work/names")" "$here/spf.cases"
check 'Postfix agrees: signed.example' agrees_on_dane signed.example dane-fits yes
check 'Postfix agrees: wrong.signed.example' agrees_on_dane wrong.signed.example dane-mismatch no
check 'Postfix agrees: none.signed.example' agrees_on_dane none.signed.example dane-none-signed no
check 'Postfix agrees: useless.signed.example' agrees_on_dane useless.signed.example dane-usage no
check 'Postfix agrees: tlsa-unsigned.example' agrees_on_dane tlsa-unsigned.example dane-unsigned no
check 'Postfix heard nothing but EHLO, STARTTLS, QUIT' commands_are 'ehlo quit starttls'
over
