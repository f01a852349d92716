/* tls-session.c - TLS with a server that may be old, weak, broken or hostile.
 *
 * What is wrong with a server shall be seen, so nothing is refused here: every version and cipher
 * that the library has, keys of any size, any certificate.  The bytes go through a BIO of our own
 * because it alone ends at the deadline, however fast the server sends, and because a server that
 * hangs up shall not raise SIGPIPE.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/tls-private.h"

#include "text/error.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

/* Anonymous and unencrypted ones have no certificate to show; a server prefers them when it may. */
#define CIPHERS "ALL:!aNULL:!eNULL:!PSK:!SRP:@SECLEVEL=0"

/* Bytes of all certificates of a server.  Real chains have 3 to 10 KiB; with hundreds of names,
 * 100. */
#define CERTIFICATES_MAX (256 * 1024)

struct ModoriTlsSession {
    int fd;
    gint64 deadline;
    int trouble;                /* errno of the socket, 0: none yet */
    SSL_CTX *context;
    SSL *ssl;
    BIO_METHOD *method;
    X509_STORE *authorities;    /* NULL until they are needed, when they are the system's */
    ModoriChain *chain;
};

static const struct { const char *name; int number; } versions[] = {
    { "TLSv1", TLS1_VERSION },
    { "TLSv1.1", TLS1_1_VERSION },
    { "TLSv1.2", TLS1_2_VERSION },
    { "TLSv1.3", TLS1_3_VERSION },
};

/* --- bytes --- */

/* What DONE, of recv or send, means for the library. */
static int
moved (BIO *bio, gssize done, int retry)
{
    ModoriTlsSession *session = BIO_get_data (bio);

    BIO_clear_retry_flags (bio);
    if (done >= 0)
        return (int) done;
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
        BIO_set_flags (bio, retry | BIO_FLAGS_SHOULD_RETRY);
    else
        session->trouble = errno;
    return -1;
}

/* The library reads on for as long as something comes: only this ends it. */
static gboolean
is_late (ModoriTlsSession *session)
{
    if (g_get_monotonic_time () >= session->deadline)
        session->trouble = ETIMEDOUT;
    return session->trouble == ETIMEDOUT;
}

static int
bio_read (BIO *bio, char *buffer, int size)
{
    ModoriTlsSession *session = BIO_get_data (bio);

    BIO_clear_retry_flags (bio);
    if (is_late (session))
        return -1;
    return moved (bio, recv (session->fd, buffer, (gsize) size, 0), BIO_FLAGS_READ);
}

static int
bio_write (BIO *bio, const char *text, int size)
{
    ModoriTlsSession *session = BIO_get_data (bio);

    BIO_clear_retry_flags (bio);
    if (is_late (session))
        return -1;
    return moved (bio, send (session->fd, text, (gsize) size, MSG_NOSIGNAL), BIO_FLAGS_WRITE);
}

static long
bio_control (BIO *bio, int command, long number, void *pointer)
{
    (void) bio;
    (void) number;
    (void) pointer;
    return command == BIO_CTRL_FLUSH;
}

static BIO *
bytes_of (ModoriTlsSession *session)
{
    BIO *bio;

    session->method = BIO_meth_new (BIO_TYPE_SOURCE_SINK, "modori");
    BIO_meth_set_read (session->method, bio_read);
    BIO_meth_set_write (session->method, bio_write);
    BIO_meth_set_ctrl (session->method, bio_control);
    bio = BIO_new (session->method);
    BIO_set_data (bio, session);
    BIO_set_init (bio, 1);
    return bio;
}

/* --- waiting --- */

/* Wait until the socket is ready for what FAILURE of the library asked for.  FALSE: it asked for
 * nothing, or it is too late. */
static gboolean
wait_for (ModoriTlsSession *session, int failure)
{
    struct pollfd ready = { session->fd, 0, 0 };
    gint64 left;

    if (failure != SSL_ERROR_WANT_READ && failure != SSL_ERROR_WANT_WRITE)
        return FALSE;
    ready.events = failure == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
    while (! is_late (session)) {
        left = (session->deadline - g_get_monotonic_time ()) / 1000 + 1;
        if (poll (&ready, 1, (int) CLAMP (left, 0, G_MAXINT)) > 0)
            return TRUE;
    }
    return FALSE;
}

/* Say in the words of the system or the library why it did not go on. */
static void
tell (ModoriTlsSession *session, GError **error)
{
    const char *words = session->trouble ? g_strerror (session->trouble)
        : modori_tls_words ("unexpected eof while reading");

    ERR_clear_error ();
    g_set_error_literal (error, MODORI_ERROR, MODORI_ERROR_NETWORK, words);
}

/* --- beginning --- */

static gboolean
allow_version (SSL_CTX *context, const char *version)
{
    if (! version)
        return SSL_CTX_set_min_proto_version (context, TLS1_VERSION)
               && SSL_CTX_set_max_proto_version (context, 0);
    for (guint i = 0; i < G_N_ELEMENTS (versions); i++)
        if (g_str_equal (version, versions[i].name))
            return SSL_CTX_set_min_proto_version (context, versions[i].number)
                   && SSL_CTX_set_max_proto_version (context, versions[i].number);
    return FALSE;
}

/* A server without RFC 5746 is old, and shall be seen all the same. */
static SSL_CTX *
permissive_context (const char *version)
{
    SSL_CTX *context = SSL_CTX_new (TLS_client_method ());

    if (! context)
        return NULL;
    SSL_CTX_set_security_level (context, 0);
    SSL_CTX_set_verify (context, SSL_VERIFY_NONE, NULL);
    SSL_CTX_set_options (context, SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_max_cert_list (context, CERTIFICATES_MAX);
    SSL_CTX_set_session_cache_mode (context, SSL_SESS_CACHE_OFF);
    if (SSL_CTX_set_cipher_list (context, CIPHERS) && allow_version (context, version))
        return context;
    SSL_CTX_free (context);
    return NULL;
}

static gboolean
prepare (ModoriTlsSession *session, const ModoriTlsOptions *options, GError **error)
{
    BIO *bio;

    if (options->ca_file) {
        session->authorities = modori_tls_authorities (options->ca_file, error);
        if (! session->authorities)
            return FALSE;
    }
    session->context = permissive_context (options->version);
    session->ssl = session->context ? SSL_new (session->context) : NULL;
    if (! session->ssl) {
        tell (session, error);
        return FALSE;
    }
    if (options->name && *options->name && ! g_hostname_is_ip_address (options->name))
        SSL_set_tlsext_host_name (session->ssl, options->name);
    bio = bytes_of (session);
    SSL_set_bio (session->ssl, bio, bio);
    return TRUE;
}

ModoriTlsSession *
modori_tls_begin (int fd, const ModoriTlsOptions *options, GError **error)
{
    ModoriTlsSession *session = g_new0 (ModoriTlsSession, 1);
    int done;

    ERR_clear_error ();
    session->fd = fd;
    session->deadline = options->deadline;
    if (! prepare (session, options, error)) {
        modori_tls_end (session);
        return NULL;
    }
    do
        done = SSL_connect (session->ssl);
    while (done != 1 && wait_for (session, SSL_get_error (session->ssl, done)));
    if (done == 1)
        return session;
    tell (session, error);
    modori_tls_end (session);
    return NULL;
}

/* Without waiting for the server's farewell. */
void
modori_tls_end (ModoriTlsSession *session)
{
    if (! session)
        return;
    if (session->ssl && SSL_is_init_finished (session->ssl) && ! session->trouble)
        SSL_shutdown (session->ssl);
    SSL_free (session->ssl);
    SSL_CTX_free (session->context);
    BIO_meth_free (session->method);
    X509_STORE_free (session->authorities);
    modori_chain_free (session->chain);
    ERR_clear_error ();
    g_free (session);
}

/* --- what it is --- */

const char *
modori_tls_version (const ModoriTlsSession *session)
{
    return SSL_get_version (session->ssl);
}

const char *
modori_tls_cipher (const ModoriTlsSession *session)
{
    return SSL_get_cipher_name (session->ssl);
}

const ModoriChain *
modori_tls_peer (ModoriTlsSession *session)
{
    STACK_OF (X509) *sent = SSL_get_peer_cert_chain (session->ssl);

    if (session->chain || ! sent || sk_X509_num (sent) == 0)
        return session->chain;
    if (! session->authorities)
        session->authorities = modori_tls_authorities (NULL, NULL);
    session->chain = modori_tls_chain (sent, session->authorities);
    return session->chain;
}

/* --- talking --- */

gssize
modori_tls_read (ModoriTlsSession *session, char *buffer, gsize size, GError **error)
{
    int done, failure;

    ERR_clear_error ();
    do {
        done = SSL_read (session->ssl, buffer, (int) MIN (size, G_MAXINT));
        failure = SSL_get_error (session->ssl, done);
    } while (done <= 0 && wait_for (session, failure));
    if (done > 0)
        return done;
    if (failure == SSL_ERROR_ZERO_RETURN)
        return 0;
    tell (session, error);
    return -1;
}

gssize
modori_tls_write (ModoriTlsSession *session, const char *text, gsize size, GError **error)
{
    int done;

    ERR_clear_error ();
    if (size == 0)
        return 0;
    do
        done = SSL_write (session->ssl, text, (int) MIN (size, G_MAXINT));
    while (done <= 0 && wait_for (session, SSL_get_error (session->ssl, done)));
    if (done > 0)
        return done;
    tell (session, error);
    return -1;
}
