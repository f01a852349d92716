#!/bin/sh
# stories-check.t - the five people of stories.t ask `modori check`: what it tells them, word for word, in both languages.
#
# The transcripts are tests/data/check/NAME.en.txt and NAME.ja.txt; UPDATE=1 writes them anew: then read them as those people would.
# What differs from run to run is masked: ports, days that are left, the version of OpenSSL.
# SPDX-License-Identifier: BSD-2-Clause
. "$(dirname "$0")/lib.sh"
. "$SOURCE/tests/servers.sh"
certificates=$work/certificates
. "$SOURCE/tests/integration/check.d/authority.sh"
transcripts=$SOURCE/tests/data/check

# --- servers ----------------------------------------------------------------------------------------------------------------

make_certificates ()
{
    prepare_authorities || return 1
    certify hoster '*.xserver.example' 'DNS:*.xserver.example,DNS:xserver.example' &&
        certify institute mail.example.com DNS:mail.example.com &&
        certify qmail mail.example.jp DNS:mail.example.jp $past $far qmail
}

start_names ()
{
    cat >"$work/zone" <<'END'
smtp.company.example A 127.0.0.1
sv1234.xserver.example A 127.0.0.1
1.0.0.127.in-addr.arpa PTR sv1234.xserver.example
smtp.example.com A 127.0.0.2
mail.example.com A 127.0.0.2
2.0.0.127.in-addr.arpa PTR server.example.com
server.example.com A 127.0.0.2
mail.example.jp A 127.0.0.3
3.0.0.127.in-addr.arpa PTR mail.example.jp
example.jp MX 10 www1234.sakura.ne.jp
example.jp A 192.0.2.80
example.jp TXT google-site-verification=abcdefghijklmnopqrstuvwxyz0123456789
www1234.sakura.ne.jp A 192.0.2.34
34.2.0.192.in-addr.arpa PTR www1234.sakura.ne.jp
shop.example.jp MX 10 mail.shop.example.jp
shop.example.jp A 192.0.2.45
shop.example.jp TXT v=spf1 ip4:192.0.2.45 ~all
mail.shop.example.jp A 192.0.2.45
END
    serve python3 "$SOURCE/tests/dns.py" "$work/zone"
    names=$first
}

mail_server ()          # mail_server ADDRESS CERTIFICATE WHAT-IT-CALLS-ITSELF: $first is its port
{
    serve python3 "$SOURCE/tests/smtp.py" --address "$1" --cert "$certificates/$2.chain" \
        --key "$certificates/$2.key" --name "$3" --tls-min 1.2
}

start_servers ()
{
    start_names
    mail_server 127.0.0.1 hoster sv1234.xserver.example
    hoster=$first
    mail_server 127.0.0.2 institute mail.example.com
    institute=$first
    mail_server 127.0.0.3 qmail mail.example.jp
    qmail=$first
    [ "$names" ] && [ "$hoster" ] && [ "$institute" ] && [ "$qmail" ]
}

# --- transcripts ------------------------------------------------------------------------------------------------------------

masked ()
{
    sed -E -e "s/127\.0\.0\.1:${names##*:}/RESOLVER/g" -e "s/:($hoster|$institute|$qmail)/:PORT/g" \
        -e 's/OpenSSL [0-9][0-9a-z.]*/OpenSSL N/' \
        -e 's/days left: [0-9,]+/days left: N/; s/残り[0-9,]+日/残りN日/'
}

# tells NAME STATUS ARGUMENTS...: `modori check ARGUMENTS` says what the transcripts say, and ends with STATUS
tells ()
{
    name=$1 status=$2
    shift 2
    for lang in en ja; do
        check "$name: $lang" told "$lang" "$name" "$status" "$@"
    done
}

told ()                 # told LANG NAME STATUS ARGUMENTS...
{
    lang=$1 kept=$transcripts/$2.$1.txt status=$3
    shift 3
    (cd "$work" && "$MODORI" check "$@" --lang="$lang") >"$work/told" 2>&1
    got=$?
    masked <"$work/told" >"$work/masked"
    [ -z "$UPDATE" ] || cp "$work/masked" "$kept"
    diff "$kept" "$work/masked" && { [ "$got" = "$status" ] || { echo "exit status $got"; return 1; }; }
}

holds ()                # holds NAME TEXT...: both transcripts do; lines may be wrapped anywhere
{
    name=$1
    shift
    for lang in en ja; do
        for sought; do
            tr -d ' \n' <"$transcripts/$name.$lang.txt" | grep -qF -e "$(echo "$sought" | tr -d ' ')" ||
                { echo "$name.$lang.txt does not tell: $sought"; return 1; }
        done
    done
}

make_certificates >"$work/certificates.log" 2>&1 || cat "$work/certificates.log"
check 'servers run' start_servers
network="--resolver $names --ca-file $certificates/root.pem"

# 1. Sales mails to Gmail: SPF is missing at the company where the DNS lies.
tells spf-missing 2 domain --from "$SOURCE/corpus/story-1-sendmail.eml" --no-probe --no-fetch $network
check 'spf-missing: the record to paste' holds spf-missing 'v=spf1 a:www1234.sakura.ne.jp mx ~all' example.jp

# 2. "Send mail as": the certificate has another name than the one that was typed in.
tells other-name 2 tls "smtp.example.com:$institute" $network
check 'other-name: the name to type in' holds other-name mail.example.com Gmail

# 3. The same at a shared hoster.
tells hoster 2 tls "smtp.company.example:$hoster" $network
check 'hoster: the name to type in' holds hoster sv1234.xserver.example Gmail

# 4. One's own server with a self-signed certificate; and the file that makes it.
tells self-signed 2 tls "mail.example.jp:$qmail" $network
check 'self-signed: what to do' holds self-signed 'certbot certonly' servercert.pem
cat "$certificates/qmail.pem" "$certificates/qmail.key" >"$work/servercert.pem"
chmod 644 "$work/servercert.pem"
tells self-signed-file 2 cert servercert.pem --host mail.example.jp --ca-file "$certificates/root.pem"

# 5. Order mails that au and SoftBank do not take.
tells no-host-name 2 domain shop.example.jp --ip 192.0.2.45 --helo localhost.localdomain --no-probe --no-fetch $network
check 'no-host-name: what to do' holds no-host-name localhost.localdomain 'hostnamectl set-hostname'
finish
