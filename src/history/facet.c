/* facet.c - which texts of a record are its facets.
 *
 * A file of its own, because the store (a module that knows nothing else of this program) needs
 * it as well.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "history/record.h"

/* What is derived is no key of the record. */
enum {
    MODORI_KEY_ADDRESS = MODORI_N_KEYS,
    MODORI_KEY_RECIPIENT_DOMAIN,
    MODORI_KEY_SENDER_DOMAIN,
    MODORI_KEY_WRITTEN
};

static const guint keys[MODORI_N_FACETS] = {
#define X(name, text) [MODORI_FACET_##name] = MODORI_KEY_##name,
    MODORI_FACETS (X)
#undef X
};

const char *
modori_record_facet (const ModoriRecord *record, ModoriFacet facet)
{
    g_return_val_if_fail (facet < MODORI_N_FACETS, "");
    switch (keys[facet]) {
    case MODORI_KEY_ADDRESS:
        return record->address;
    case MODORI_KEY_RECIPIENT_DOMAIN:
        return record->recipient_domain;
    case MODORI_KEY_SENDER_DOMAIN:
        return record->sender_domain;
    case MODORI_KEY_WRITTEN:
        return record->written;
    default:
        return record->text[keys[facet]];
    }
}

void
modori_record_set_facet (ModoriRecord *record, ModoriFacet facet, const char *text)
{
    g_return_if_fail (facet < MODORI_N_FACETS);
    switch (keys[facet]) {
    case MODORI_KEY_ADDRESS:
        record->address = text;
        break;
    case MODORI_KEY_RECIPIENT_DOMAIN:
        record->recipient_domain = text;
        break;
    case MODORI_KEY_SENDER_DOMAIN:
        record->sender_domain = text;
        break;
    case MODORI_KEY_WRITTEN:
        record->written = text;
        break;
    default:
        record->text[keys[facet]] = text;
    }
}
