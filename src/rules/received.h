/* received.h - reading a Received field: who handed the mail to whom, under which name and address.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_RECEIVED_H
#define MODORI_RULES_RECEIVED_H

#include "mail/message.h"

/* One hop; spans into the field's value, empty where it does not say. */
typedef struct {
    ModoriSpan value;               /* the whole field */
    ModoriSpan helo;                /* the name that the client gave in EHLO or HELO */
    ModoriSpan reverse;             /* the name that its address has, as the server looked it up */
    ModoriSpan ip;                  /* its address, without brackets */
    ModoriSpan by;                  /* the server */
    ModoriSpan with;                /* the protocol: "ESMTPS" */
    ModoriSpan date;
    gboolean unnamed;               /* the server looked for a name of the address and found none
                                     * that is true */
    gboolean authenticated;         /* the client logged in: a person's program, not a server */
} ModoriReceived;

/* Read VALUE, folds included.  FALSE when it tells neither who gave nor who took the mail. */
gboolean modori_received_read (ModoriSpan value, ModoriReceived *received);

/* Hops that somebody has read already: to read a field again takes long. */
typedef struct {
    const ModoriReceived *hops;
    guint n;
} ModoriReceivedHops;

/* The same, if VALUE is not, where it lies, that of a hop of KNOWN. */
gboolean modori_received_take (ModoriSpan value, ModoriReceivedHops known,
                               ModoriReceived *received);

/* Read the hops of MESSAGE (may be NULL) that are not KNOWN, the latest first, MAX at most.  How
 * many there are. */
guint modori_received_hops (ModoriMessage *message, ModoriReceivedHops known, ModoriReceived *hops,
                            guint max);

#endif
