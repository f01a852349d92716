/* tests.h - what a finding can ask of a message and its data cannot say: the built-in tests.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_TESTS_H
#define MODORI_RULES_TESTS_H

#include "mail/message.h"
#include "rules/header.h"
#include "rules/received.h"

/* Received fields that are read; honest mail has fewer than thirty. */
#define MODORI_HOPS_MAX 64

/* The fields that tests ask for. */
typedef enum {
    MODORI_LOOK_FROM, MODORI_LOOK_TO, MODORI_LOOK_CC, MODORI_LOOK_BCC, MODORI_LOOK_SUBJECT,
        MODORI_LOOK_DATE,
    MODORI_LOOK_MESSAGE_ID, MODORI_LOOK_RECEIVED, MODORI_LOOK_DKIM, MODORI_LOOK_RETURN_PATH,
    MODORI_LOOK_RESULTS,
    MODORI_LOOK_NAMES
} ModoriLookName;

/* The message that is looked at. */
typedef struct {
    ModoriMessage *message;
    ModoriHeader *header;                       /* read */
    gboolean header_only;
    gboolean whole;                             /* the header is all there: what is missing was
                                                 * never in it */
    guint names[MODORI_LOOK_NAMES];             /* numbers of the names above */
    gboolean hops_read;
    guint n_hops;
    ModoriReceived hops[MODORI_HOPS_MAX];       /* the last one first, as in the header */
} ModoriLook;

typedef struct {
    const char *name;                           /* as in `Test:` */
    gboolean (*holds) (ModoriLook *look, GString *evidence);
} ModoriTest;

/* Learn the names above in look->header. */
void modori_tests_learn (ModoriLook *look);

/* Begin with MESSAGE: read its header, see whether it is whole. */
void modori_tests_begin (ModoriLook *look, ModoriMessage *message, gboolean header_only);

/* The test called NAME, or NULL. */
const ModoriTest *modori_tests_find (ModoriSpan name);

/* How many addresses its To, Cc and Bcc hold. */
guint modori_tests_recipients (const ModoriLook *look);

/* Append "NAME: VALUE" to EVIDENCE, VALUE on one line and short. */
void modori_tests_evidence (GString *evidence, const char *name, ModoriSpan value);

#endif
