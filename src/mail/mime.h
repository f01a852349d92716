/* mime.h - the module that asks GMime what is rare in mail: mime.so.
 *
 * Loading GMime, and GIO that comes with it, costs twice what one message costs.  What nearly all
 * mail has is therefore read here; what only somebody who knows all of the grammar can read, and
 * mail that modori writes, is GMime's.  A program that cannot load the module says so and ends,
 * as one does that a library is missing for; with 75 (EX_TEMPFAIL).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_MAIL_MIME_H
#define MODORI_MAIL_MIME_H

#include <gmime/gmime.h>

#include "mail/archive.h"

/* The name of the table in the module. */
#define MODORI_MIME_SYMBOL "modori_mime_table"

/* What a Content-Type field says; "" when it does not. */
typedef struct {
    const char *type, *subtype, *charset, *boundary, *report_type;
} ModoriMimeType;

/* A part of a message that is written. */
typedef struct {
    const char *subtype;        /* of "text" */
    const char *lang;           /* its Content-Language */
    const GString *text;        /* in UTF-8 */
    gboolean base64;            /* else quoted-printable */
} ModoriMimePart;

/* A header field as it is to stand there. */
typedef struct {
    const char *name, *value;
} ModoriMimeField;

/* A message with alternatives: field by field, then the parts. */
typedef struct {
    const ModoriMimeField *fields, *last;       /* these before Date and Message-ID, */
    guint n_fields, n_last;                     /* these behind them */
    GDateTime *date;                            /* or NULL */
    const char *id, *boundary;
    const ModoriMimePart *parts;
    guint n_parts;
} ModoriMimeLetter;

typedef struct {
    /* To be called before all others. */
    void (*init) (void);

    /* A converter to UTF-8 by one of the odd names that GMime knows, or (GIConv) -1. */
    GIConv (*open_charset) (const char *name);

    /* Read the Content-Type field TEXT; what TYPE points to is kept by STRINGS. */
    void (*read_type) (const char *text, GStringChunk *strings, ModoriMimeType *type);

    /* The date in TEXT, or NULL; the caller unrefs. */
    GDateTime *(*read_date) (const char *text);

    /* Append the first address in FIELD to OUT.  FALSE when there is none. */
    gboolean (*first_address) (const char *field, GString *out);

    /* GMime's functions of these names. */
    void (*decode_init) (GMimeEncoding *state, GMimeContentEncoding encoding);
    size_t (*decode_outlen) (GMimeEncoding *state, size_t len);
    size_t (*decode_step) (GMimeEncoding *state, const char *in, size_t len, char *out);

    /* TEXT, UTF-8, as it may stand in a header field; the caller frees. */
    char *(*encode_text) (const char *text);

    /* LETTER as it is sent; the caller frees. */
    char *(*write) (const ModoriMimeLetter *letter);

    const ModoriArchive *gunzip;
} ModoriMime;

/* The table, loaded when it is asked for first. */
const ModoriMime *modori_mime (void);

extern const ModoriMime modori_mime_table;

#endif
