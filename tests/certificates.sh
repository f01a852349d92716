#!/bin/sh
# certificates.sh - certificates of every kind that a mail server may show, for tests.
#
#   sh tests/certificates.sh DIRECTORY
#
# Makes in DIRECTORY, with nothing but the openssl command: root.pem (the authority to trust),
# intermediate.pem, other.pem (an authority that nobody trusts), and of each NAME below
#   NAME.pem (what the server sends, its own certificate first), NAME.key, NAME-full.pem (both)
# and at the end some files.  The host is mail.example.com unless it says otherwise.  All are good from 2020 to 2098, but for
# `soon`, which ends ten days from now, and those whose dates are the fault.
#
# SPDX-License-Identifier: BSD-2-Clause
set -eu
LC_ALL=C
export LC_ALL

mkdir -p "$1"
cd "$1"

cat >openssl.cnf <<'END'
[ca]
default_ca = default
[default]
database = index.txt
new_certs_dir = .
rand_serial = yes
unique_subject = no
email_in_dn = no
policy = policy
default_md = sha256
[policy]
organizationName = optional
commonName = optional
[req]
distinguished_name = name
prompt = no
string_mask = utf8only
[name]
commonName = nobody
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
END
: >index.txt
echo 'unique_subject = no' >index.txt.attr

quietly ()
{
    "$@" >log 2>&1 || { echo "certificates.sh: $*" >&2; cat log >&2; exit 1; }
}

new_key ()      # NAME: an EC key, and a request, in which only the key counts
{
    quietly openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"
    quietly openssl req -new -config openssl.cnf -key "$1.key" -subj /CN=nobody -out "$1.csr"
}

authority ()    # NAME SUBJECT ISSUER [END]: ISSUER is the NAME of another, or its own
{
    by="-cert $3.pem -keyfile $3.key"
    if [ "$1" = "$3" ]; then
        by="-selfsign -keyfile $1.key"
    fi
    quietly openssl ca -config openssl.cnf -batch -notext $by -in "${5:-$1}.csr" -subj "$2" \
        -extensions authority -startdate 20200101000000Z -enddate "${4:-20980101000000Z}" \
        -out "$1.pem"
}

# NAME COMMON-NAME ALTERNATIVE-NAMES [OPTIONS of openssl ca]: a server's certificate, in $own.pem.
# $issuer, $key, $usage, $start, $end, $url change the rest.
server ()
{
    own=$1
    {
        echo '[server]'
        echo 'basicConstraints = critical,CA:FALSE'
        echo "extendedKeyUsage = ${usage:-serverAuth}"
        [ -z "$3" ] || echo "subjectAltName = $3"
        [ -n "${without_url-}" ] ||
            echo 'authorityInfoAccess = caIssuers;URI:http://ca.example/intermediate.der'
    } >server.cnf
    common=$2
    key=${key:-leaf}
    shift 3
    by="-cert ${issuer:=intermediate}.pem -keyfile $issuer.key"
    if [ "$issuer" = itself ]; then
        by="-selfsign -keyfile $key.key"
    fi
    quietly openssl ca -config openssl.cnf -batch -notext $by -in "$key.csr" -subj "/CN=$common" \
        -extfile server.cnf -extensions server -startdate "${start:-20200101000000Z}" \
        -enddate "${end:-20980101000000Z}" -out "$own-own.pem" "$@"
    cp "$key.key" "$own.key"
    unset issuer usage without_url start end
    key=leaf
}

chain ()        # what the server NAME sends: FILE...
{
    name=$1
    shift
    cat "$@" >"$name.pem"
    cat "$name.pem" "$name.key" >"$name-full.pem"
}

with_intermediate ()
{
    chain "$own" "$own-own.pem" intermediate.pem
}

for name in root intermediate other leaf; do
    new_key $name
done
quietly openssl genrsa -out weak.key 1024
quietly openssl req -new -config openssl.cnf -key weak.key -subj /CN=nobody -out weak.csr

authority root '/O=Example Trust/CN=Example Root' root
authority intermediate '/O=Example Trust/CN=Example Intermediate' root
authority intermediate-expired '/O=Example Trust/CN=Example Intermediate' root 20210101000000Z \
    intermediate
authority other '/O=Nobody/CN=Unknown Root' other

names=DNS:mail.example.com
server good mail.example.com $names,DNS:smtp.example.com;       with_intermediate
server cn-only mail.example.com '';                             with_intermediate
server mismatch www.example.net DNS:www.example.net,DNS:example.net; with_intermediate
server wildcard '*.example.com' 'DNS:*.example.com';            with_intermediate
server wildcard-odd '*.example.com' 'DNS:*.example.com|id';     with_intermediate
for name in wildcard-deep bare; do      # for mail.shop.example.com, and for example.com
    cp wildcard.key $name.key
    chain $name wildcard.pem
done
server many-names '*.xserver.example' \
    'DNS:*.xserver.example,DNS:xserver.example,DNS:*.secure.xserver.example'; with_intermediate
server ip-san mail.example.com IP:127.0.0.1,IP:2001:db8::25;    with_intermediate
server idn mail.xn--wgv71a119e.example \
    DNS:mail.xn--wgv71a119e.example,DNS:xn--wgv71a119e.example; with_intermediate

start=20200101000000Z end=20210101000000Z
server expired mail.example.com $names;                         with_intermediate
start=20900101000000Z
server not-yet mail.example.com $names;                         with_intermediate
end=$(date -u -d '+10 days' +%Y%m%d%H%M%SZ 2>/dev/null || date -u -v+10d +%Y%m%d%H%M%SZ)
server soon mail.example.com $names;                            with_intermediate

issuer=itself
server self-signed mail.example.com $names;                     chain self-signed self-signed-own.pem
server no-intermediate mail.example.com $names;                 chain no-intermediate no-intermediate-own.pem
issuer=other without_url=yes
server unknown-root mail.example.com $names;                    chain unknown-root unknown-root-own.pem other.pem
issuer=other without_url=yes
server no-issuer mail.example.com $names;                       chain no-issuer no-issuer-own.pem
cp good.key expired-intermediate.key
chain expired-intermediate good-own.pem intermediate-expired.pem
cp good.key wrong-order.key
chain wrong-order good-own.pem root.pem intermediate.pem

key=weak
server weak-key mail.example.com $names;                        with_intermediate
server sha1 mail.example.com $names -md sha1;                   with_intermediate
cp leaf.key twice.key
chain twice sha1-own.pem sha1-own.pem intermediate.pem
usage=clientAuth
server client-only mail.example.com $names;                     with_intermediate

# Files, as they lie about on servers.
cat good.pem good.key >servercert.pem                           # as qmail wants it
cat good.key good.pem >servercert-key-first.pem
cat intermediate.pem good-own.pem good.key >servercert-wrong-order.pem
cp good.pem key-mismatch.pem
cp other.key key-mismatch.key
cat key-mismatch.pem key-mismatch.key >key-mismatch-full.pem
quietly openssl x509 -in good.pem -outform DER -out good.der
quietly openssl crl2pkcs7 -nocrl -certfile good.pem -outform DER -out good.p7b
quietly openssl pkcs8 -topk8 -in good.key -passout pass:secret -out encrypted.key
quietly openssl pkcs12 -export -inkey good.key -in good.pem -passout pass: -out pkcs12.p12
quietly openssl pkcs12 -export -inkey good.key -in good.pem -passout pass:secret -out locked.p12
quietly openssl req -new -config openssl.cnf -key leaf.key -subj /CN=mail.example.com -out request.csr

rm -f index.txt* log server.cnf openssl.cnf [0-9A-F][0-9A-F][0-9A-F]*.pem ./*-own.pem
chmod 640 ./*.key ./*-full.pem servercert*.pem ./*.p12
