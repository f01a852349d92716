/* digest.h - a digest written down: for the terminal, for programs, for a browser, as mail.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_OUTPUT_DIGEST_H
#define MODORI_OUTPUT_DIGEST_H

#include "history/digest.h"
#include "output/terminal.h"

/* Append DIGEST as text, in the language of the run, which it was made in. */
void modori_digest_text (const ModoriDigest *digest, ModoriTerminal *terminal);

/* Append it as one JSON object (modori-json(5)). */
void modori_digest_json (const ModoriDigest *digest, GString *out);

/* Append it as one HTML page that fetches nothing and runs nothing. */
void modori_digest_html (const ModoriDigest *digest, GString *out, const char *lang);

/* The header of a mail; NULL: none. */
typedef struct {
    const char *from, *to;      /* as in a header: addresses with or without names, UTF-8 */
    const char *subject;        /* NULL: one that tells the figures */
} ModoriDigestMail;

/* Append it as a mail (RFC 5322) with text and HTML, ready for `sendmail -t -oi`.  FALSE with
 * ERROR set when an address is none. */
gboolean modori_digest_mail (const ModoriDigest *digest, const ModoriDigestMail *mail,
                             GString *out, const char *lang, GError **error);

#endif
