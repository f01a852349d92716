# inside.sh - a network of its own with name servers and mail servers, as they should be and as they should not; for check.t.
#
# Knot serves the zones, unbound verifies their signatures: at port 5353 for modori, at 53 for programs that cannot be told.
# SPDX-License-Identifier: BSD-2-Clause
SOURCE=/modori/source MODORI=/usr/bin/modori BUILD=/modori
. /modori/source/tests/lib.sh
checks=$1               # of the files before this one
here=$SOURCE/tests/integration/check.d
certificates=/modori/certificates
idn=xn--4dkua4c.tls.example              # メール
resolver=127.0.0.1:5353
log=/var/log/postfix.log
export LC_ALL=C.UTF-8
. "$here/authority.sh"

prepare ()              # the program as a distribution installs it, and addresses to listen at
{
    ip link set lo up
    for n in $(seq 10 49); do ip address add "192.0.2.$n/32" dev lo; done
    ip -6 address add 2001:db8::25/128 dev lo nodad
    cp -a /modori/built/. /
    [ -e /usr/bin/modori ] || ln -s "$(command -v modori)" /usr/bin/modori
    echo '127.0.0.1 localhost' >/etc/hosts
    printf '%s\n' 'nameserver 127.0.0.1' 'options trust-ad' >/etc/resolv.conf
    make_certificates
}

eventually ()           # eventually COMMAND...: it becomes true, before long
{
    for try in $(seq 100); do
        "$@" && return 0
        sleep 0.1
    done
    echo "this never became true: $*"
    return 1
}

# --- names ------------------------------------------------------------------------------------------------------------------

# Replace @NAME@: by the SHA-256 of the key of the certificate NAME, as TLSA 3 1 1 has it; and keys for DKIM.
fill ()
{
    sed "s/@TLSA@/$(digest match)/; s/@DKIM-2048@/$(public 2048)/; s/@DKIM-1024@/$(public 1024)/
        s/@DKIM-512@/$(public 512)/; s/@DKIM-ED25519@/$ed25519/"
}

digest ()
{
    openssl x509 -in "$certificates/$1.pem" -pubkey -noout | openssl pkey -pubin -outform DER | sha256sum | cut -d' ' -f1
}

public ()               # public BITS: an RSA key in base 64, in strings of 200 bytes where it is longer
{
    openssl genrsa "$1" 2>/dev/null | openssl pkey -pubout -outform DER | base64 -w0 |
        sed -e 's/.\{200\}/&" "/g' -e 's/[/&]/\\&/g'
}

zones='example signed.example bogus.example 2.0.192.in-addr.arpa 100.51.198.in-addr.arpa 8.b.d.0.1.0.0.2.ip6.arpa'

start_knot ()
{
    mkdir -p /zones/db /run/knot
    ed25519=$(openssl genpkey -algorithm ed25519 | openssl pkey -pubout -outform DER | tail -c 32 | base64 -w0 |
        sed 's/[/&]/\\&/g')
    for zone in $zones; do fill <"$here/$zone.zone" >"/zones/$zone.zone" || return 1; done
    knotd -c "$here/knot.conf" >/tmp/knot.log 2>&1 &
    for zone in signed bogus; do
        eventually keys_of $zone.example || return 1
    done
}

keys_of ()              # the trust anchor of ZONE
{
    dig +short +time=1 +tries=1 -p 5300 @127.0.0.1 DNSKEY "$1" | sed -n "s/^[0-9]/$1. 3600 IN DNSKEY &/p" >"/tmp/$1.key"
    [ -s "/tmp/$1.key" ]
}

start_unbound ()        # the anchor of bogus.example is somebody else's key
{
    sed 's/^signed/bogus/' /tmp/signed.example.key >/tmp/bogus.example.key
    unbound -d -c "$here/unbound.conf" >/tmp/unbound.log 2>&1 &
    eventually answers match.tls.example
}

answers ()
{
    dig +short +time=1 +tries=1 -p 5353 @127.0.0.1 A "$1" | grep -q '^192'
}

start_dns ()
{
    start_knot && start_unbound || { tail /tmp/knot.log /tmp/unbound.log; return 1; }
}

start_names ()          # start_names ZONE: tests/dns.py, at the address that is in $work/names then
{
    python3 "$SOURCE/tests/dns.py" "$1" </dev/null >"$work/names" &
    eventually test -s "$work/names"
}

# --- what is said -----------------------------------------------------------------------------------------------------------

# looks ARGUMENTS...: `modori check ARGUMENTS`; what it says is in $work/seen.json, and the exit status is right
looks ()
{
    "$MODORI" check "$@" --lang=en --format=json --resolver "$resolver" --ca-file "$certificates/root.pem" \
        --timeout 4 >"$work/seen.json"
    status=$?
    due=$(jq '[.sections[].results[] | {error: 2, warning: 1}[.severity] // 0] | max' "$work/seen.json")
    [ "$status" = "$due" ] || { echo "exit status $status"; summary; return 1; }
}

# wrong NAMES [SECTION]: errors and warnings (of SECTION) are NAMES, in any order
wrong ()
{
    wanted=$(printf '%s\n' $1 | sort)
    found=$(jq -r --arg section "$2" '.sections[] | select ($section == "" or .section == $section) | .results[] |
        select (.severity == "error" or .severity == "warning") | .observation' "$work/seen.json" | sort -u)
    [ "$found" = "$wanted" ] || { printf 'found:\n%s\nwanted:\n%s\n' "$found" "$wanted"; summary; return 1; }
}

tls ()                  # tls NAMES HOST:PORT [OPTIONS...]
{
    names=$1
    shift
    looks tls "$@" && wrong "$names"
}

# saw NAME: that was seen in the last case, too
saw ()
{
    jq -e --arg name "$1" 'any (.sections[].results[]; .observation == $name)' "$work/seen.json" >/dev/null ||
        { echo "$1 was not seen"; summary; return 1; }
}

summary ()
{
    jq -r '.sections[] | .section as $section | .results[] | "\($section): \(.severity) \(.observation): \(.evidence)"' \
        "$work/seen.json" | cut -c1-200
}

over ()                 # the end of each file
{
    echo "$checks $failures" >/modori/out/count
}
