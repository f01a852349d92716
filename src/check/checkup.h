/* checkup.h - what a check has seen: a list of observations in sections.
 *
 * Here is only what was seen, with the names and numbers of the case.  What it means, how grave it
 * is, who asks for it, and what to publish instead is knowledge: the Observation blocks in
 * rules/observations/ (rules/observation.h).  So nothing here is in a language.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_CHECK_CHECKUP_H
#define MODORI_CHECK_CHECKUP_H

#include <glib.h>

/* One thing that was seen. */
typedef struct {
    const char *observation;    /* name of an Observation block; static */
    char *evidence;             /* as it stands in the DNS, the certificate, the dialogue; one line
                                 * of valid UTF-8; "" when something is missing */
    GPtrArray *values;          /* char *: name, value, name, value: the placeholders of its texts
                                 * and of its advice (rules/case.h has their usual names) */
} ModoriSeen;

typedef struct {
    const char *name;           /* "spf", "certificate"; static; a stable part of the output */
    char *subject;              /* of what: "192.0.2.1:587", "shop.example.jp" */
    gboolean mild;              /* an error here is a warning: few mind it in this place */
    GPtrArray *seen;            /* ModoriSeen */
} ModoriSection;

typedef struct {
    const char *kind;           /* "tls", "cert", "domain"; static */
    char *subject;              /* what the user asked about */
    GPtrArray *sections;        /* ModoriSection */
} ModoriCheckup;

ModoriCheckup *modori_checkup_new (const char *kind, const char *subject);
void modori_checkup_free (ModoriCheckup *checkup);

/* Begin a section; owned by CHECKUP. */
ModoriSection *modori_checkup_section (ModoriCheckup *checkup, const char *name,
                                       const char *subject);

/* Append OBSERVATION with EVIDENCE (may be NULL; made valid, without what acts on terminals, and
 * cut to 2,000 bytes), and pairs of names and values (const char *), NULL at the end; a value that
 * is NULL or "" is not known.
 * Example: modori_see (section, "spf-several", text, "spf_domain", domain, "count", "2", NULL); */
ModoriSeen *modori_see (ModoriSection *section, const char *observation, const char *evidence,
                        ...) G_GNUC_NULL_TERMINATED;

/* SECONDS since 1970 as values and evidence have it, YYYY-MM-DD (UTC); "" when it is no date; the
 * caller frees. */
char *modori_checkup_date (gint64 seconds);

/* Another value, for names that are not known beforehand. */
void modori_seen_set (ModoriSeen *seen, const char *name, const char *value);

/* The value NAME, or NULL. */
const char *modori_seen_value (const ModoriSeen *seen, const char *name);

/* Is OBSERVATION anywhere in CHECKUP?  The first one, or NULL. */
const ModoriSeen *modori_checkup_find (const ModoriCheckup *checkup, const char *observation);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriCheckup, modori_checkup_free)

#endif
