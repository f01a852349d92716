# authority.sh - private authorities, and what they certify: certificates for servers, as they should not be too.
#
# The dates are far from any clock's: whatever day a test runs, it is after 2021 and before 2048.
# SPDX-License-Identifier: BSD-2-Clause
past=20200101000000Z last_year=20210101000000Z far=20480101000000Z farther=20490101000000Z

configuration ()
{
    cat <<END
[any]
database = $certificates/index
serial = $certificates/serial
rand_serial = yes
new_certs_dir = $certificates
policy = any_policy
unique_subject = no
default_md = sha256
[any_policy]
commonName = supplied
END
}

key ()                  # key NAME [BITS]: of elliptic curves, or RSA with so many bits
{
    if [ "$2" ]; then
        openssl genrsa -out "$certificates/$1.key" "$2"
    else
        openssl ecparam -name prime256v1 -genkey -noout -out "$certificates/$1.key"
    fi
}

# issue NAME ISSUER COMMON-NAME EXTENSIONS START END: NAME.pem; an ISSUER that is NAME itself signs itself
issue ()
{
    printf '%s\n' "$4" '[where]' 'caIssuers;URI.0=http://ca.example/intermediate.der' >"$certificates/extensions"
    sed -i '1s/;/\n/g' "$certificates/extensions"
    signer="-cert $certificates/$2.pem"
    [ "$1" = "$2" ] && signer=-selfsign
    openssl req -new -key "$certificates/$1.key" -subj "/CN=$3" -out "$certificates/request" &&
        openssl ca -batch -notext -config "$certificates/configuration" -name any -in "$certificates/request" \
            $signer -keyfile "$certificates/$2.key" -startdate "$5" -enddate "$6" \
            -extfile "$certificates/extensions" -out "$certificates/$1.pem"
}

authority ()            # authority NAME ISSUER COMMON-NAME
{
    key "$1" && issue "$1" "$2" "$3" 'basicConstraints=critical,CA:TRUE;keyUsage=keyCertSign,cRLSign' $past $farther
}

# certify NAME COMMON-NAME ALTERNATIVE-NAMES [START END [ISSUER [BITS]]]: NAME.key, NAME.pem, and in NAME.chain key and certificates,
# as Postfix wants them
certify ()
{
    key "$1" "$7"
    issue "$1" "${6:-intermediate}" "$2" "${3:+subjectAltName=$3;}extendedKeyUsage=serverAuth" "${4:-$past}" "${5:-$far}" || return 1
    cat "$certificates/$1.key" "$certificates/$1.pem" >"$certificates/$1.chain"
    [ "${6:-intermediate}" != intermediate ] || cat "$certificates/intermediate.pem" >>"$certificates/$1.chain"
}

prepare_authorities ()  # in the directory $certificates
{
    mkdir -p "$certificates" && : >"$certificates/index" && configuration >"$certificates/configuration"
    authority root root 'Example Root' && authority intermediate root 'Example Intermediate' &&
        authority stranger stranger 'Stranger Root'
}

make_certificates ()    # of check.t
{
    prepare_authorities || return 1
    certify match match.tls.example DNS:match.tls.example
    certify cn-only cn-only.tls.example ''
    certify mismatch mail.other.example DNS:mail.other.example,DNS:other.example
    certify wildcard '*.tls.example' 'DNS:*.tls.example'
    certify cn-other cn-other.tls.example DNS:mail.other.example
    certify self-signed self-signed.tls.example DNS:self-signed.tls.example $past $far self-signed
    certify expired expired.tls.example DNS:expired.tls.example $past $last_year
    certify future future.tls.example DNS:future.tls.example $far $farther
    certify soon soon.tls.example DNS:soon.tls.example $past "$(date -u -d '10 days' +%Y%m%d%H%M%SZ)"
    certify stranger-issued stranger-issued.tls.example DNS:stranger-issued.tls.example $past $far stranger
    certify address 192.0.2.19 IP:192.0.2.19
    certify idn "$idn" "DNS:$idn"
    certify weak weak.tls.example DNS:weak.tls.example $past $far intermediate 1024
    certify old old.tls.example DNS:old.tls.example $past $far intermediate 2048
    certify exim exim.tls.example DNS:exim.tls.example
    certify policy mta-sts.example \
        DNS:mta-sts.sts-good.example,DNS:mta-sts.sts-other-mx.example,DNS:mta-sts.sts-missing.example
    certify no-chain no-chain.tls.example \
        'DNS:no-chain.tls.example;authorityInfoAccess=@where'
    cat "$certificates/no-chain.key" "$certificates/no-chain.pem" >"$certificates/no-chain.chain"
    cat "$certificates/stranger.pem" >>"$certificates/stranger-issued.chain"
}
