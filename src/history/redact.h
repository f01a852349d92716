/* redact.h - addresses without the people: local parts replaced by a keyed hash.
 *
 * The same address gives the same text everywhere, as long as the key is the same; without the key
 * nobody can try addresses out.  HMAC is OpenSSL's, in a module of its own: redact.so.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_HISTORY_REDACT_H
#define MODORI_HISTORY_REDACT_H

#include "history/record.h"
#include "report/report.h"

/* The name of the table in the module. */
#define MODORI_REDACT_SYMBOL "modori_redact_table"

typedef struct {
    /* HMAC-SHA-256 of TEXT under KEY; FALSE when the library refuses. */
    gboolean (*hmac) (const char *key, gsize key_len, const char *text, gsize len,
                      guint8 digest[32]);
} ModoriRedactTable;

extern const ModoriRedactTable modori_redact_table;

typedef struct ModoriRedactor ModoriRedactor;

/* KEY: at least 16 bytes.  NULL with ERROR set. */
ModoriRedactor *modori_redactor_new (const char *key, GError **error);
void modori_redactor_free (ModoriRedactor *redactor);

/* TEXT with the local part of each address in it replaced
 * ("redacted-0123456789abcdef@example.com"); what is replaced already stays.  A NULL redactor
 * copies.  The caller frees. */
char *modori_redact (ModoriRedactor *redactor, const char *text);

/* The same for TEXT that is an address: without a domain ("bob") all of it is replaced. */
char *modori_redact_address (ModoriRedactor *redactor, const char *text);

/* The same for all texts of all outcomes of REPORT (but message_id, list_id and path).  In the
 * words of the far server and in the subject, the local parts of the outcome's addresses are
 * replaced also where they stand alone ("no user bob here").  A NULL redactor does nothing. */
void modori_redact_report (ModoriRedactor *redactor, ModoriReport *report);

/* The same for RECORD; its new texts lie in STRINGS. */
void modori_redact_record (ModoriRedactor *redactor, ModoriRecord *record, GStringChunk *strings);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriRedactor, modori_redactor_free)

#endif
