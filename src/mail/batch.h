/* batch.h - messages in memory that two processes share, and what becomes of them.
 *
 * Who fills a slot believes of it only what it keeps for itself, the batch: a worker that is no
 * longer ours may write anything into the slot.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_MAIL_BATCH_H
#define MODORI_MAIL_BATCH_H

#include "mail/source.h"

/* Bytes for messages and for results in a slot.  What is longer (few bounces are) goes the slow
 * way: such a message is read by a process of its own, such results come through the socket. */
#define MODORI_SLOT_ROOM (448 * 1024)
#define MODORI_SLOT_RESULTS (128 * 1024)

/* Shared. */
typedef struct {
    guint mails;                /* so many */
    gsize results_used;         /* bytes of `results`: each its length (guint32) and a result */
    char room[MODORI_SLOT_ROOM];        /* each a ModoriPacked and its texts */
    char results[MODORI_SLOT_RESULTS];
} ModoriSlot;

/* A ModoriMail; path (with its NUL), From line and bytes follow. */
typedef struct {
    gsize at;                   /* of `room` */
    guint64 offset, line;
    gsize path_len, from_len, len;
    guint sift;
    gboolean truncated;
} ModoriPacked;

/* Zeroed to begin with. */
typedef struct {
    GArray *mails;              /* ModoriPacked */
    GString *paths;             /* of them, each with its NUL */
    gsize used;                 /* bytes of the slot's `room` */
    guint owner;                /* which worker has it: the caller's */
} ModoriBatch;

/* BATCH, in SLOT, has no messages yet. */
void modori_batch_begin (ModoriBatch *batch, ModoriSlot *slot);
void modori_batch_clear (ModoriBatch *batch);

/* Bytes that MAIL takes of a slot's room. */
gsize modori_packed_size (const ModoriMail *mail);

/* Append MAIL, with what the SIFT said of it, to BATCH and SLOT, where there is room for it. */
void modori_batch_add (ModoriBatch *batch, ModoriSlot *slot, const ModoriMail *mail, guint sift);

/* The mail that is PACKED AT this place, with its PATH. */
ModoriMail modori_packed_mail (const ModoriPacked *packed, const char *path, const char *at);

#endif
