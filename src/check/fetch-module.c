/* fetch-module.c - libcurl, behind a table of functions: fetch.so.
 *
 * The connection goes to the address that the caller resolved, so that no other DNS is asked and
 * nobody is led elsewhere in between.  The certificate must be valid for the host, as RFC 8461
 * section 3.3 wants.  A proxy of the environment (https_proxy) is used, for without it there may be
 * no way out: it is the user's own, and it is told the address as well, not a name.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/fetch.h"

#include "text/error.h"

#include <curl/curl.h>
#include <string.h>

/* All header fields of all answers; libcurl only limits each line. */
#define HEAD_MAX (64 * 1024)

#if LIBCURL_VERSION_NUM >= 0x075500
#define ALLOW_HTTPS_ONLY(curl) curl_easy_setopt (curl, CURLOPT_PROTOCOLS_STR, "https")
#else
#define ALLOW_HTTPS_ONLY(curl) curl_easy_setopt (curl, CURLOPT_PROTOCOLS, (long) CURLPROTO_HTTPS)
#endif

typedef struct {
    GString *body;
    gsize most, head;
} Download;

static size_t
take_body (char *bytes, size_t size, size_t n, void *data)
{
    Download *download = data;
    gsize length = size * n;

    if (length > download->most - download->body->len)
        return 0;               /* an error */
    g_string_append_len (download->body, bytes, (gssize) length);
    return length;
}

static size_t
take_head (char *bytes, size_t size, size_t n, void *data)
{
    Download *download = data;

    (void) bytes;
    download->head += size * n;
    return download->head > HEAD_MAX ? 0 : size * n;
}

/* An address as URLs have it. */
static char *
bracketed (const char *address)
{
    return strchr (address, ':') ? g_strdup_printf ("[%s]", address) : g_strdup (address);
}

static void
set_options (CURL *curl, const ModoriFetchOptions *options, const char *url,
             const struct curl_slist *connect_to, Download *download, char *words)
{
    ALLOW_HTTPS_ONLY (curl);
    curl_easy_setopt (curl, CURLOPT_URL, url);
    curl_easy_setopt (curl, CURLOPT_CONNECT_TO, connect_to);
    curl_easy_setopt (curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt (curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt (curl, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt (curl, CURLOPT_SSLVERSION, (long) CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt (curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt (curl, CURLOPT_TIMEOUT, (long) MAX (options->seconds, 1));
    curl_easy_setopt (curl, CURLOPT_CONNECTTIMEOUT, (long) MAX (options->seconds, 1));
    curl_easy_setopt (curl, CURLOPT_USERAGENT, "modori");
    curl_easy_setopt (curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt (curl, CURLOPT_WRITEDATA, download);
    curl_easy_setopt (curl, CURLOPT_HEADERFUNCTION, take_head);
    curl_easy_setopt (curl, CURLOPT_HEADERDATA, download);
    curl_easy_setopt (curl, CURLOPT_ERRORBUFFER, words);
    if (options->ca_file) {
        curl_easy_setopt (curl, CURLOPT_CAINFO, options->ca_file);
        curl_easy_setopt (curl, CURLOPT_CAPATH, NULL);
    }
}

/* FALSE with ERROR set. */
static gboolean
perform (CURL *curl, const Download *download, const char *words, GError **error)
{
    CURLcode code = curl_easy_perform (curl);
    ModoriErrorCode kind = code == CURLE_PEER_FAILED_VERIFICATION ? MODORI_ERROR_DAMAGED
        : MODORI_ERROR_NETWORK;

    if (code == CURLE_OK)
        return TRUE;
    if (code == CURLE_WRITE_ERROR && download->head > HEAD_MAX)
        words = "more than 64 KiB of header fields";
    else if (code == CURLE_WRITE_ERROR)
        words = "the body is too long";
    g_set_error_literal (error, MODORI_ERROR, kind, *words ? words : curl_easy_strerror (code));
    return FALSE;
}

static char *
get (const ModoriFetchOptions *options, guint *status, char **type, GError **error)
{
    g_autofree char *address = bracketed (options->address);
    g_autofree char *url = g_strdup_printf ("https://%s:%u%s", options->host, options->port,
                                            options->path);
    g_autofree char *to = g_strdup_printf ("%s:%u:%s:%u", options->host, options->port, address,
                                           options->port);
    struct curl_slist *connect_to = curl_slist_append (NULL, to);
    Download download = { g_string_new (NULL), options->most, 0 };
    char words[CURL_ERROR_SIZE] = "";
    CURL *curl = curl_easy_init ();
    char *media = NULL;
    long code = 0;
    gboolean good;

    set_options (curl, options, url, connect_to, &download, words);
    good = perform (curl, &download, words, error);
    curl_easy_getinfo (curl, CURLINFO_RESPONSE_CODE, &code);
    curl_easy_getinfo (curl, CURLINFO_CONTENT_TYPE, &media);
    *status = (guint) code;
    *type = g_strdup (media ? media : "");
    curl_easy_cleanup (curl);
    curl_slist_free_all (connect_to);
    return g_string_free (download.body, ! good);
}

const ModoriFetchTable modori_fetch_table = { get };
