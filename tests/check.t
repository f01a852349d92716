#!/bin/sh
# check.t - modori check: tls, cert and domain, against servers of its own on this machine.
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/lib.sh"
. "$SOURCE/tests/servers.sh"
cd "$SOURCE" || exit 1
modori () { "$MODORI" "$@"; }

# --- usage: nothing is contacted ---
check 'check --help lists the kinds' says 'modori check domain' modori check --help
check 'check alone: 64' gives 64 modori check
check 'check of another kind: 64' gives 64 modori check frobnicate
for kind in message tls cert domain; do
    check "check $kind --help" says "modori .* check $kind" modori check $kind --help
    check "check $kind --help in Japanese" says "オプション" modori check $kind --help --lang=ja
done
for kind in tls cert domain; do
    check "check $kind of nothing: 64" gives 64 modori check $kind
    check "check $kind: unknown format" gives 64 modori check $kind --format=xml example.jp
done
check 'the kind behind an option' gives 2 modori check --format=json message tests/data/order-mail.eml
for subject in smtp.example.jp:0 smtp.example.jp:65536 smtp.example.jp:smtp smtp.example.jp: :25 '[2001:db8::1' \
    '[2001:db8::1]25' 'a b' ''; do
    check "tls: \"$subject\" is no server" gives 64 modori check tls "$subject"
done
check 'tls: a bad port is said' says '65536.*HOST:PORT' modori check tls smtp.example.jp:65536
check 'tls: a bad resolver' gives 64 modori check tls --resolver=dns.example.jp smtp.example.jp
check 'tls: a bad time-out' gives 64 modori check tls --timeout=301 smtp.example.jp
check 'tls: bad days' gives 64 modori check tls --warn-days=-1 smtp.example.jp
check 'tls: --received of nothing' gives 66 modori check tls --received="$work/none.eml"
check 'tls: --received without a server' gives 65 modori check tls --received=corpus/ham-japanese.eml
check 'cert: no such file' gives 66 modori check cert "$work/none.pem"
check 'cert: no certificate' gives 65 modori check cert tests/data/order-mail.eml
check 'cert: no such password file' gives 66 modori check cert --password-file="$work/none" tests/data/order-mail.eml
for kind in tls cert domain; do
    check "$kind: no such --ca-file: 66" gives 66 modori check $kind --ca-file="$work/none" example.jp
    check "$kind: no certificate in --ca-file: 65" gives 65 modori check $kind --ca-file=tests/data/order-mail.eml example.jp
done
check 'domain: an address is none' gives 64 modori check domain 192.0.2.1
check 'domain: no name' gives 64 modori check domain 'exa mple.jp'
check 'domain: a bad address' gives 64 modori check domain --ip=192.0.2.256 example.jp
check 'domain: a bad selector' gives 64 modori check domain --selector='a,b c' example.jp
check 'domain: block lists of nothing' gives 64 modori check domain --dnsbl example.jp
check 'domain: --incoming with an address that sends' gives 64 modori check domain --incoming --ip=192.0.2.1 example.jp
check 'domain: --from of nothing' gives 66 modori check domain --from="$work/none.eml"

mkdir -p "$work/config/modori"
printf '[check]\nresolver=dns.example.jp\n' >"$work/config/modori/modori.conf"
check 'a bad resolver in the configuration: 78' gives 78 \
    env XDG_CONFIG_HOME="$work/config" "$MODORI" check domain example.jp
rm "$work/config/modori/modori.conf"

# --- cert ---

# --- tls (tests/smtp.py) ---

smtp_server ()          # CERTIFICATE OPTIONS...: tests/smtp.py on the port $first
{
    pair=$work/certificates/$1
    shift
    serve python3 tests/smtp.py --cert "$pair.pem" --key "$pair.key" --tls-min 1.2 "$@"
}

tls ()                  # HOST:PORT...
{
    modori check tls --resolver="$dns" --ca-file="$work/certificates/root.pem" --helo=me.example.net \
        --timeout=5 "$@"
}

ends_with ()            # STATUS HOST:PORT: what is said is in $work/english, on one line
{
    tls "$2" >"$work/said"
    ended=$?
    tr -s '\n ' ' ' <"$work/said" >"$work/english"
    [ $ended -eq "$1" ]
}

sh tests/certificates.sh "$work/certificates"
cat >"$work/zone" <<'END'
mail.example.com A 127.0.0.1
smtp.example.jp A 127.0.0.1
smtp.example.co.jp A 127.0.0.1
mail.shop.example.com A 127.0.0.1
sv1234.xserver.example A 127.0.0.1
alias.example.jp CNAME mail.example.com
1.0.0.127.in-addr.arpa PTR mail.example.com
1.0.0.127.in-addr.arpa PTR sv1234.xserver.example
mx-only.example.jp MX 10 mail.example.com
broken.example.jp A !SERVFAIL
broken.example.jp AAAA !SERVFAIL
silent.example.jp A !TIMEOUT
smtp.shop.example A 127.0.0.2
sv77.xserver.example A 127.0.0.2
silent.example.jp AAAA !TIMEOUT
END
serve python3 tests/dns.py "$work/zone"
dns=$first

# certificate|host|exit status|what it says|and in Japanese
while IFS='|' read -r certificate host status english japanese; do
    smtp_server "$certificate"
    check "tls: $certificate for $host: $status" ends_with "$status" "$host:$first"
    tls --lang=ja "$host:$first" | tr -d '\n ' >"$work/japanese"
    check "tls: $certificate for $host: $english" grep -q "$english" "$work/english"
    check "tls: $certificate for $host: $japanese" grep -q "$japanese" "$work/japanese"
done <<'END'
good|mail.example.com|0|"Send mail as" will accept mail.example.com:|受け入れる
wildcard|mail.example.com|0|"Send mail as" will accept|受け入れる
wildcard|mail.shop.example.com|2|will refuse mail.shop.example.com:.*Type mail.example.com as|mail.example.comを入力する
good|smtp.example.jp|2|certificate is for mail.example.com.*Type mail.example.com as|mail.example.comを入力する
many-names|smtp.example.co.jp|2|is for \*.xserver.example.*Type sv1234.xserver.example|sv1234.xserver.exampleを入力する
mismatch|mail.example.com|2|None of the names in the certificate|どれもこのサーバーにつながらない
cn-only|mail.example.com|2|only in the certificate's CN|証明書のCNにしかない
self-signed|mail.example.com|2|its certificate is self-signed|証明書が自己署名
unknown-root|mail.example.com|2|nobody knows the issuer|信頼されていない
no-intermediate|mail.example.com|2|does not send the intermediate|中間証明書を送っていない
expired|mail.example.com|2|expired on 2021-01-01|2021-01-01に切れた
not-yet|mail.example.com|2|only valid from 2090-01-01|有効になるのは2090-01-01
ip-san|127.0.0.1|0|will accept 127.0.0.1:|受け入れる
END

# options of the server|exit status|what it says
while IFS='|' read -r options status phrase; do
    smtp_server good $options
    check "tls: a server with $options: $status" ends_with "$status" "mail.example.com:$first"
    check "tls: a server with $options: $phrase" grep -q -e "$phrase" "$work/english"
done <<'END'
--auth-before|1|offers a login before TLS
--no-starttls|2|does not offer STARTTLS
--refuse-starttls|2|then refuses it: 454 4.7.0 TLS not available
--name localhost.localdomain|1|never given a name
--no-auth|1|offers no login
--mode refuse|2|refuses to talk to this machine: 554
--mode garbage|2|is no mail server
--mode endless-banner|2|is no mail server
--mode long-line|2|is no mail server
--mode close|2|hangs up without a greeting
--mode tls-garbage|2|handshake with 127.0.0.1:[0-9]* fails
END

smtp_server good --mode slow
check 'tls: a byte now and then costs the time limit' \
    says 'does not greet in time' tls --timeout=1 "mail.example.com:$first"
smtp_server good --mode tls-hang
check 'tls: a handshake without an end costs the time limit' \
    says 'does not finish the TLS' tls --timeout=1 "mail.example.com:$first"

smtp_server good
check 'tls: what an alias leads to' says 'Type mail.example.com as' tls "alias.example.jp:$first"
tls --format=json "mail.example.com:$first" >"$work/json"
check 'tls: JSON' jq -e '.check == "tls" and .sections[0].section == "verdict"' "$work/json"
check 'tls: the cipher for each version' jq -e '[.sections[].results[] | select (.observation == "tls-versions")]
    | .[0].evidence | test ("^TLSv1.2 ECDHE.*, TLSv1.3 TLS_")' "$work/json"
check 'tls: no such name' says 'There is no host named nobody.example.jp' tls "nobody.example.jp:$first"
check 'tls: no address' says 'mx-only.example.jp has no address' tls "mx-only.example.jp:$first"
check 'tls: the DNS fails' says 'could not be looked up (SERVFAIL)' tls "broken.example.jp:$first"
check 'tls: the DNS is silent' says 'could not be looked up' tls --timeout=2 "silent.example.jp:$first"

# Nothing but a mail that went through it tells what this server is called.
cat >"$work/received.eml" <<'END'
Received: from gw.xserver.example (gw.xserver.example [198.51.100.9]) by mx.example.net; Mon, 1 Jan 2024 00:00:02 +0000
Received: from [192.168.1.2] (p1.isp.example [198.51.100.3])
	by sv77.xserver.example (Postfix) with ESMTPSA id 3; Mon, 1 Jan 2024 00:00:00 +0000
From: info@shop.example
To: someone@example.net
Subject: hello

hello
END
smtp_server many-names --address 127.0.0.2 --name localhost
check 'tls: without a mail only the form of the name' says 'NAME.xserver.example' tls "smtp.shop.example:$first"
check 'tls: --received has the name' says 'Type sv77.xserver.example as' \
    tls --received="$work/received.eml" "smtp.shop.example:$first"
tls --received="$work/received.eml" --timeout=1 >"$work/several" 2>&1
check 'tls: --received alone checks all names' grep -q '^sv77.xserver.example' "$work/several"
check 'tls: ... of who sent the mail' sh -c 'grep -q "^gw.xserver.example" "$1" && ! grep -q "mx.example.net" "$1"' - "$work/several"
check 'tls: the gravest of several' gives 2 tls "mail.example.com:$first" "smtp.example.jp:$first"

# --- domain (tests/dns.py) ---

# The DNS of a shop that does everything right.
cat >"$work/good" <<'END'
shop.example.jp A 203.0.113.7
shop.example.jp MX 10 mx.shop.example.jp
mx.shop.example.jp A 203.0.113.7
mail.shop.example.jp A 203.0.113.7
7.113.0.203.in-addr.arpa PTR mail.shop.example.jp
shop.example.jp TXT v=spf1 ip4:203.0.113.7 -all
mail.shop.example.jp TXT v=spf1 a -all
_dmarc.shop.example.jp TXT v=DMARC1; p=none; rua=mailto:dmarc@shop.example.jp
_mta-sts.shop.example.jp TXT v=STSv1; id=20250101
END
printf 'version: STSv1\r\nmode: enforce\r\nmx: mx.shop.example.jp\r\nmax_age: 604800\r\n' >"$work/policy"
sed 's/mx: .*/mx: *.shop.example.net\r/' "$work/policy" >"$work/other-policy"

# zone [-v PATTERN] [LINE...]: publish the good zone, without what has PATTERN, and with LINEs
zone ()
{
    if [ "$1" = -v ]; then grep -v -e "$2" "$work/good" >"$work/zone.new"; shift 2; else cp "$work/good" "$work/zone.new"; fi
    printf '%s\n' "$@" >>"$work/zone.new"
    mv "$work/zone.new" "$work/zone"
}

domain () { modori check domain --resolver="$server" --no-fetch --no-probe --timeout=4 "$@"; }
# sees OBSERVATION OPTION...: it is among what the JSON has
sees () { wanted=$1; shift; domain --format=json "$@" >"$work/seen"; grep -q "\"$wanted\"" "$work/seen" || { cat "$work/seen"; return 1; }; }
hides () { ! sees "$@" >/dev/null; }

zone ''
serve python3 tests/dns.py "$work/zone" "$work/questions"
server=$first
this='shop.example.jp --ip=203.0.113.7 --helo=mail.shop.example.jp'

for wanted in mx-there address-there reverse-confirmed helo-fits mta-sts-record tls-rpt-none dane-none; do
    check "domain: all is well: $wanted" sees $wanted $this
done
check 'domain: no error where all is well' hides '[a-z]*": *"error' $this
check 'domain: block lists are not asked unasked' sh -c '! grep -q spamhaus "$1"' - "$work/questions"
check 'domain: a policy that fits' sees mta-sts-fits --mta-sts-file="$work/policy" $this
check 'domain: a policy that does not: 2' gives 2 domain --mta-sts-file="$work/other-policy" $this
check 'domain: which server it does not name' says 'mx.shop.example.jp is not in the MTA-STS policy' \
    domain --mta-sts-file="$work/other-policy" $this
check 'domain: no such policy file: 66' gives 66 domain --mta-sts-file="$work/none" $this

zone -v PTR
check 'domain: no reverse DNS: 2' gives 2 domain $this
check 'domain: ... in words' says '203.0.113.7 has no reverse DNS' domain $this
check 'domain: ... in Japanese' says '203.0.113.7に逆引き' domain --lang=ja $this
check 'domain: ... who asks for it' says 'Gmail, Yahoo, au' domain $this
check 'domain: ... the record' says '7.113.0.203.in-addr.arpa' domain $this
zone -v PTR '7.113.0.203.in-addr.arpa PTR v203-0-113-7.example.net' 'v203-0-113-7.example.net A 203.0.113.7'
check 'domain: a name made of numbers' sees reverse-generic $this
zone ''
check 'domain: a server without a name' says 'au and SoftBank' \
    domain shop.example.jp --ip=203.0.113.7 --helo=localhost.localdomain
zone -v ' MX ' 'shop.example.jp MX 10 alias.shop.example.jp' 'alias.shop.example.jp CNAME mx.shop.example.jp'
check 'domain: an MX that is an alias' sees mx-alias $this
check 'domain: ... the record' says '10 mx.shop.example.jp' domain $this
zone -v ' MX ' 'shop.example.jp MX 0 .'
check 'domain: a null MX' sees mx-null $this
zone -v ' MX ' 'shop.example.jp MX 10 203.0.113.7'
check 'domain: an MX that is an address' sees mx-address $this
zone -v '^mx'
check 'domain: an MX without an address' sees address-dead $this
zone -v '^shop.* \(MX\|A\) '
check 'domain: no MX and no address' sees mx-none $this
zone '_25._tcp.mx.shop.example.jp TLSA 3 1 1 abcd'
check 'domain: a TLSA record that nobody looks at' sees dane-unsigned $this
zone -v '^mx' '+mx.shop.example.jp A 203.0.113.7' '_25._tcp.mx.shop.example.jp TLSA !SERVFAIL'
check 'domain: a TLSA record that cannot be looked up' sees dane-unanswered $this

zone -v _dmarc '_dmarc.shop.example.jp TXT v=DMARC1; p=none; rua=mailto:dmarc@reports.example.net'
check 'domain: a record that somebody else has to publish' says 'whoever manages the DNS of example.net' domain $this
zone -v 'mail.shop.*TXT' 'mail.shop.example.jp TXT v=spf1 include:spf.example.net -all' 'spf.example.net TXT v=spf1 ip4:192.0.2.9 -all'
check 'domain: what the record of the EHLO name has is kept' \
    says 'v=spf1 include:spf.example.net ip4:203.0.113.7 -all' domain $this

zone ''
domain shop.example.jp --ip=203.0.113.9 >"$work/text"
check 'domain: what makes DMARC pass' grep -q 'Make SPF or DKIM match' "$work/text"
check 'domain: ... without a second DMARC record' sh -c '! grep -q "v=DMARC1" "$1"' - "$work/text"

# A mail that somebody else sent in the name of the shop, and its copy in the folder of sent mail.
zone ''
cat >"$work/sent.eml" <<'END'
Return-Path: <bounce@example.net>
From: info@shop.example.jp
To: someone@example.org
Subject: hello

hello
END
{ echo 'Received: from mail.example.net (mail.example.net [198.51.100.9]) by mx.example.org; Mon, 1 Jan 2024 00:00:02 +0000'
    cat "$work/sent.eml"; } >"$work/unsigned.eml"
check 'domain: a mail that nobody signed' sees dmarc-fails --from="$work/unsigned.eml"
check 'domain: a copy that nobody has signed yet' hides dmarc-fails --from="$work/sent.eml"
zone -v . 'shop.example.jp MX 0 .' 'shop.example.jp TXT v=spf1 -all'
check 'domain: one without mail that says so: 0' gives 0 domain shop.example.jp

check 'domain: one that does not exist: 2' gives 2 domain gone.example.net
check 'domain: ... that, and nothing else' says '1 error' domain gone.example.net
for fault in SERVFAIL:mx-domain-broken TIMEOUT:mx-domain-silent REFUSED:mx-no-resolver; do
    zone -v . "shop.example.jp ANY !${fault%:*}"
    check "domain: ${fault%:*}" sees "${fault#*:}" $this
done

finish
