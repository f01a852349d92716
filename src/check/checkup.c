/* checkup.c - what a check has seen: a list of observations in sections.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/checkup.h"
#include "text/harmful.h"

#include <string.h>

/* Evidence is for reading: a record of 64 KiB says no more than its beginning. */
#define EVIDENCE_MAX 2000

/* TEXT as one line of valid UTF-8 of at most EVIDENCE_MAX bytes, in which nothing acts (JSON is
 * looked at on terminals, too); the caller frees. */
static char *
one_line (const char *text)
{
    g_autofree char *line = g_strndup (text ? text : "", EVIDENCE_MAX);

    g_strdelimit (line, "\r\n\t", ' ');
    return modori_harmless (modori_span_of (line));
}

static void
seen_free (gpointer data)
{
    ModoriSeen *seen = data;

    g_free (seen->evidence);
    g_ptr_array_unref (seen->values);
    g_free (seen);
}

static void
section_free (gpointer data)
{
    ModoriSection *section = data;

    g_free (section->subject);
    g_ptr_array_unref (section->seen);
    g_free (section);
}

ModoriCheckup *
modori_checkup_new (const char *kind, const char *subject)
{
    ModoriCheckup *checkup = g_new0 (ModoriCheckup, 1);

    checkup->kind = kind;
    checkup->subject = one_line (subject);
    checkup->sections = g_ptr_array_new_with_free_func (section_free);
    return checkup;
}

void
modori_checkup_free (ModoriCheckup *checkup)
{
    if (! checkup)
        return;
    g_free (checkup->subject);
    g_ptr_array_unref (checkup->sections);
    g_free (checkup);
}

ModoriSection *
modori_checkup_section (ModoriCheckup *checkup, const char *name, const char *subject)
{
    ModoriSection *section = g_new0 (ModoriSection, 1);

    section->name = name;
    section->subject = one_line (subject);
    section->seen = g_ptr_array_new_with_free_func (seen_free);
    g_ptr_array_add (checkup->sections, section);
    return section;
}

char *
modori_checkup_date (gint64 seconds)
{
    g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (seconds);

    return date ? g_date_time_format (date, "%Y-%m-%d") : g_strdup ("");
}

void
modori_seen_set (ModoriSeen *seen, const char *name, const char *value)
{
    if (! value || ! *value)
        return;
    g_ptr_array_add (seen->values, g_strdup (name));
    g_ptr_array_add (seen->values, one_line (value));
}

ModoriSeen *
modori_see (ModoriSection *section, const char *observation, const char *evidence, ...)
{
    ModoriSeen *seen = g_new0 (ModoriSeen, 1);
    const char *name;
    va_list values;

    seen->observation = observation;
    seen->evidence = one_line (evidence);
    seen->values = g_ptr_array_new_with_free_func (g_free);
    va_start (values, evidence);
    while ((name = va_arg (values, const char *)))
        modori_seen_set (seen, name, va_arg (values, const char *));
    va_end (values);
    g_ptr_array_add (section->seen, seen);
    return seen;
}

const char *
modori_seen_value (const ModoriSeen *seen, const char *name)
{
    for (guint i = 0; i + 1 < seen->values->len; i += 2)
        if (g_str_equal (g_ptr_array_index (seen->values, i), name))
            return g_ptr_array_index (seen->values, i + 1);
    return NULL;
}

const ModoriSeen *
modori_checkup_find (const ModoriCheckup *checkup, const char *observation)
{
    for (guint i = 0; i < checkup->sections->len; i++) {
        const ModoriSection *section = g_ptr_array_index (checkup->sections, i);

        for (guint k = 0; k < section->seen->len; k++) {
            const ModoriSeen *seen = g_ptr_array_index (section->seen, k);

            if (g_str_equal (seen->observation, observation))
                return seen;
        }
    }
    return NULL;
}
