/* cert.c - `check cert`: a file of certificates, before a server shows it.
 *
 * What of it only a file can have wrong: its form, the order in it, the key.  The certificates
 * themselves are looked at as those of a server are (chain.c).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "check/check.h"

#include "text/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <sys/stat.h>
#include <unistd.h>

/* All authorities of the world are 250 KiB. */
#define FILE_SIZE_MAX (1024 * 1024)

/* A file that is read once. */
typedef struct {
    GBytes *bytes;
    gboolean open_to_all;       /* everybody on this machine may read it */
} Input;

/* --- reading --- */

/* All of FD, at most one byte more than is allowed; NULL: errno. */
static GBytes *
read_all (int fd)
{
    g_autoptr (GByteArray) bytes = g_byte_array_new ();
    guint8 buffer[16 * 1024];
    gssize n;

    while (bytes->len <= FILE_SIZE_MAX && (n = read (fd, buffer, sizeof buffer)) != 0) {
        if (n > 0)
            g_byte_array_append (bytes, buffer, (guint) n);
        else if (errno != EINTR)
            return NULL;
    }
    return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

static gboolean
fail (const char *path, GError **error)
{
    int code = errno;

    g_set_error (error, MODORI_ERROR, code == ENOENT ? MODORI_ERROR_MISSING : MODORI_ERROR_IO,
                 "%s: %s", path, g_strerror (code));
    return FALSE;
}

static gboolean
fill (Input *input, const char *path, GError **error)
{
    gboolean standard = g_str_equal (path, "-");
    int fd = standard ? STDIN_FILENO : open (path, O_RDONLY | O_CLOEXEC);
    struct stat status;

    if (fd < 0)
        return fail (path, error);
    input->open_to_all = ! standard && fstat (fd, &status) == 0 && S_ISREG (status.st_mode)
        && (status.st_mode & S_IROTH);
    input->bytes = read_all (fd);
    if (! input->bytes)
        fail (path, error);
    if (! standard)
        close (fd);
    if (! input->bytes)
        return FALSE;
    if (g_bytes_get_size (input->bytes) <= FILE_SIZE_MAX)
        return TRUE;
    g_set_error (error, MODORI_ERROR, MODORI_ERROR_DAMAGED,
                 _("%s: more than 1 MiB; a certificate as PEM, DER or PKCS#12 was expected"), path);
    return FALSE;
}

static void
clear_input (Input *input)
{
    if (input->bytes)
        g_bytes_unref (input->bytes);
}

/* The module does not know the paths of files. */
static void
explain (const char *path, GError **error)
{
    g_autofree char *words = NULL;

    if (! error || ! g_error_matches (*error, MODORI_ERROR, MODORI_ERROR_DAMAGED))
        return;
    words = g_strdup ((*error)->message);
    g_clear_error (error);
    if (*words)
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_DAMAGED,
                     _("%s: %s; a certificate as PEM, DER or PKCS#12 was expected"), path, words);
    else
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_DAMAGED,
                     _("%s: a certificate as PEM, DER or PKCS#12 was expected"), path);
}

/* --- what is said --- */

static void
see_file (ModoriCheckup *checkup, const ModoriCertCheck *options,
          const ModoriCertificateFile *file)
{
    ModoriSection *section = modori_checkup_section (checkup, "file", options->path);
    g_autofree char *count = g_strdup_printf ("%u", file->chain ? file->chain->certificates->len
                                              : 0);
    const char *form = g_str_equal (file->format, "PEM") ? "file-pem" : "file-binary";

    if (file->locked) {
        modori_see (section, "file-locked", file->format, "path", options->path, "form",
                    file->format, NULL);
        return;
    }
    if (! file->chain)
        modori_see (section, "file-no-certificate", file->format, "path", options->path, NULL);
    else
        modori_see (section, form, file->format, "path", options->path, "form", file->format,
                    "count", count, NULL);
    if (*file->trouble)
        modori_see (section, "file-damaged", file->trouble, "path", options->path, "count", count,
                    "detail", file->trouble, NULL);
    if (file->chain && ! file->leaf_first)
        modori_see (section, "file-wrong-order", NULL, "path", options->path, "mail_host",
                    options->host, NULL);
}

static void
see_key (ModoriCheckup *checkup, const ModoriCertCheck *options, const ModoriCertificateFile *file,
         gboolean open_to_all)
{
    const char *path = options->key_path ? options->key_path : options->path;
    const char *name = "key-fits";
    ModoriSection *section;

    if (! file->has_key && ! options->key_path)
        return;
    section = modori_checkup_section (checkup, "key", path);
    if (! file->has_key)
        name = "key-none";
    else if (g_str_equal (file->key_trouble, "encrypted"))
        name = "key-encrypted";
    else if (*file->key_trouble)
        name = "key-unreadable";
    else if (! file->chain)
        name = "key-alone";
    else if (! file->key_fits)
        name = "key-other";
    modori_see (section, name, file->key_trouble, "path", path, "detail", file->key_trouble,
                "mail_host", options->host, NULL);
    if (file->has_key && open_to_all)
        modori_see (section, "key-open", NULL, "path", path, NULL);
}

/* What OBSERVATION means for a mail service that sends in the user's name; NULL: nothing. */
static const char *
reason_of (const char *observation)
{
    static const struct { const char *observation, *reason; } reasons[] = {
        { "certificate-self-signed", "cert-send-as-self-signed" },
        { "certificate-unknown-root", "cert-send-as-issuer" },
        { "certificate-no-issuer", "cert-send-as-issuer" },
        { "certificate-missing-intermediate", "cert-send-as-issuer" },
        { "certificate-bad-chain", "cert-send-as-issuer" },
        { "certificate-not-for-servers", "cert-send-as-issuer" },
        { "certificate-expired", "cert-send-as-dates" },
        { "certificate-not-yet", "cert-send-as-dates" },
        { "certificate-chain-expired", "cert-send-as-dates" },
        { "certificate-name-other", "cert-send-as-name" },
        { "certificate-name-too-deep", "cert-send-as-name" },
        { "certificate-name-bare", "cert-send-as-name" },
        { "certificate-name-bad-star", "cert-send-as-name" },
        { "certificate-name-address", "cert-send-as-name" },
        { "certificate-name-only-address", "cert-send-as-name" },
        { "certificate-name-common-only", "cert-send-as-common-name" },
        { "certificate-name-none", "cert-send-as-name" },
        { "certificate-weak", "cert-send-as-key" },
        { "certificate-chain-weak", "cert-send-as-key" },
        { "key-other", "cert-send-as-unusable" },
    };

    for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
        if (g_str_equal (observation, reasons[i].observation))
            return reasons[i].reason;
    return NULL;
}

/* What SECTION leads to for HOST; LAST is the reason that was told last, "" at first.  The one that
 * is now. */
static const char *
see_reasons (ModoriSection *verdict, const ModoriSection *section, const char *host,
             const char *last)
{
    for (guint i = 0; i < section->seen->len; i++) {
        const ModoriSeen *seen = g_ptr_array_index (section->seen, i);
        const char *reason = reason_of (seen->observation);

        if (! reason || g_str_equal (reason, last))
            continue;
        last = reason;
        modori_see (verdict, last, seen->evidence, "smtp_host", host, "mail_host", host, "names",
                    modori_seen_value (seen, "names"), NULL);
    }
    return last;
}

/* What all sections of CHECKUP lead to for HOST. */
static void
see_verdict (const ModoriCheckup *checkup, ModoriSection *verdict, const char *host)
{
    const char *last = "";

    for (guint i = 0; i < checkup->sections->len; i++) {
        const ModoriSection *section = g_ptr_array_index (checkup->sections, i);

        if (section != verdict)
            last = see_reasons (verdict, section, host, last);
    }
    if (! *last)
        modori_see (verdict, "cert-send-as-accept", NULL, "smtp_host", host, NULL);
}

static ModoriCheckup *
describe (const ModoriCertCheck *options, const char *host, const ModoriCertificateFile *file,
          gboolean open_to_all)
{
    ModoriCheckup *checkup = modori_checkup_new ("cert", options->path);
    const ModoriCertificate *own = file->chain
        ? g_ptr_array_index (file->chain->certificates, 0) : NULL;
    ModoriSection *verdict = own && host ? modori_checkup_section (checkup, "verdict", host) : NULL;
    ModoriSection *section;

    see_file (checkup, options, file);
    if (own) {
        section = modori_checkup_section (checkup, "certificate", *own->common_name
                                          ? own->common_name : own->subject);
        modori_check_chain (section, file->chain, host, options->warn_days, options->now);
    }
    see_key (checkup, options, file, open_to_all);
    if (verdict)
        see_verdict (checkup, verdict, host);
    return checkup;
}

ModoriCheckup *
modori_check_cert (const ModoriCertCheck *options, GError **error)
{
    const ModoriTlsTable *tls = modori_tls_load (error);
    Input certificates = { 0 }, key = { 0 };
    g_autofree char *host = options->host ? g_hostname_to_ascii (options->host) : NULL;
    g_autoptr (ModoriCertificateFile) file = NULL;
    ModoriCheckup *checkup = NULL;

    if (! tls)
        return NULL;
    if (fill (&certificates, options->path, error)
        && (! options->key_path || fill (&key, options->key_path, error))) {
        file = tls->read_file (certificates.bytes, key.bytes, options->password, options->ca_file,
                               error);
        if (file)
            checkup = describe (options, host, file, options->key_path ? key.open_to_all
                                : certificates.open_to_all);
        else
            explain (options->path, error);
    }
    clear_input (&certificates);
    clear_input (&key);
    return checkup;
}
