/* store.h - the module that keeps records in an SQLite database: store.so, loaded when history is
 * needed.
 *
 * It stands behind a table of functions and knows of this program only what a record holds.
 * Use it through history.h.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_HISTORY_STORE_H
#define MODORI_HISTORY_STORE_H

#include "history/record.h"

/* The name of the table in the module. */
#define MODORI_STORE_SYMBOL "modori_store_table"

typedef struct ModoriStore ModoriStore;

/* One outcome in brief: a million of them are gone through for one report. */
typedef struct {
    gint64 number;              /* in this database only */
    gint64 time;                /* seconds since 1970 UTC */
    guint8 id[MODORI_ID_BYTES];
    guint32 facet[MODORI_N_FACETS];     /* numbers of texts in this database; 0 is "" */
    guint32 message;            /* the same for the same message_id (a hash of it); 0: none */
} ModoriRow;

/* FALSE: enough.  A visitor may ask for texts, records and other rows, but not write. */
typedef gboolean (*ModoriEachRow) (const ModoriRow *row, gpointer data);
typedef gboolean (*ModoriEachText) (guint which, const char *text, gpointer data);
typedef gboolean (*ModoriEachForgotten) (const char *address, gint64 time, gpointer data);

/* A file whose mail has been taken in. */
typedef struct {
    const char *path;           /* as bytes; of a Maildir without the flags behind ":2," */
    gint64 size;
    gint64 mtime;               /* nanoseconds */
} ModoriSeenFile;

/* What is known of a record besides its texts. */
typedef struct {
    gint64 number;
    gint64 first_seen;          /* seconds since 1970 UTC */
    const char *rules;          /* version of the rules that decided it */
} ModoriProvenance;

/* Functions that can fail give FALSE (NULL) with ERROR set. */
typedef struct {
    /* PATH NULL: a private database on the disk that goes with the program. */
    ModoriStore *(*open) (const char *path, GError **error);
    void (*close) (ModoriStore *store);

    gboolean (*begin) (ModoriStore *store, GError **error);
    gboolean (*commit) (ModoriStore *store, GError **error);
    void (*rollback) (ModoriStore *store);

    /* Keep RECORD unless one with its id is kept: then *IS_NEW is FALSE. */
    gboolean (*add) (ModoriStore *store, const ModoriRecord *record,
                     const ModoriProvenance *provenance, gboolean *is_new, GError **error);
    /* Write what RECORD says in place of record NUMBER. */
    gboolean (*replace) (ModoriStore *store, const ModoriRecord *record,
                         const ModoriProvenance *provenance, GError **error);

    /* Records of SINCE <= time < UNTIL, by time, then by id. */
    gboolean (*each) (ModoriStore *store, gint64 since, gint64 until, ModoriEachRow visit,
                      gpointer data, GError **error);
    /* Those whose address is ADDRESS (in lower case). */
    gboolean (*each_of) (ModoriStore *store, const char *address, ModoriEachRow visit,
                         gpointer data, GError **error);
    /* Those whose id begins with the hexadecimal digits PREFIX. */
    gboolean (*each_named) (ModoriStore *store, const char *prefix, ModoriEachRow visit,
                            gpointer data, GError **error);
    /* The text with NUMBER; good as long as the store ("" when there is none).  Only for texts that
     * are really shown: each stays in memory. */
    const char *(*text) (ModoriStore *store, guint32 number);
    /* The texts of N NUMBERS, which are in rising order, in one go; a text is good until the next,
     * and "" when there is none. */
    gboolean (*each_text) (ModoriStore *store, const guint32 *numbers, guint n,
                           ModoriEachText visit, gpointer data, GError **error);
    /* All of record NUMBER; texts are good until the next fetch.  FALSE without ERROR: none. */
    gboolean (*fetch) (ModoriStore *store, gint64 number, ModoriRecord *record,
                       ModoriProvenance *provenance, GError **error);

    /* Has FILE been marked as it is now?  FALSE without ERROR: no. */
    gboolean (*is_seen) (ModoriStore *store, const ModoriSeenFile *file, GError **error);
    gboolean (*mark_seen) (ModoriStore *store, const ModoriSeenFile *file, gint64 now,
                           GError **error);

    /* Addresses that are good again since TIME; in lower case. */
    gboolean (*forget) (ModoriStore *store, const char *address, gint64 time, GError **error);
    gboolean (*each_forgotten) (ModoriStore *store, ModoriEachForgotten visit, gpointer data,
                                GError **error);

    /* Delete records, marks of files, and forgettings older than BEFORE; *COUNT records. */
    gboolean (*prune) (ModoriStore *store, gint64 before, guint64 *count, GError **error);
    /* The latest BEFORE of all prunings; 0: there was none. */
    gboolean (*pruned) (ModoriStore *store, gint64 *before, GError **error);
    /* How many, and from when to when (0: none). */
    gboolean (*extent) (ModoriStore *store, guint64 *count, gint64 *first, gint64 *last,
                        GError **error);

    /* How long to wait for another program that writes: 30 seconds unless this is said. */
    void (*set_patience) (ModoriStore *store, guint milliseconds);
} ModoriStoreTable;

extern const ModoriStoreTable modori_store_table;

#endif
