/* header.h - the fields of one header, found by name: what findings and senders look at.
 *
 * Many conditions ask for few names, and they ask of every returned message.  So the names that
 * anybody asks for are learnt once, and one pass over a header sorts its fields under them.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_HEADER_H
#define MODORI_RULES_HEADER_H

#include "rules/pairs.h"
#include "text/pattern.h"

/* Fields kept of one header; a header with more is an attack. */
#define MODORI_HEADER_FIELDS_MAX 1000

typedef struct ModoriHeader ModoriHeader;

ModoriHeader *modori_header_new (void);
void modori_header_free (ModoriHeader *header);

/* What modori_header_learn gives when no rules file of good sense would ask for so many names. */
#define MODORI_HEADER_FULL G_MAXUINT

/* The number under which fields NAME will be found.  To be called before reading. */
guint modori_header_learn (ModoriHeader *header, ModoriSpan name);

/* The learnt name of NUMBER, as it was first written. */
const char *modori_header_name (const ModoriHeader *header, guint number);

/* Sort the fields of MESSAGE (a whole message, or a header only), which must outlive what is
 * asked. */
void modori_header_read (ModoriHeader *header, ModoriSpan message);

/* The same, unless it is what was read last, and nobody called modori_header_forget since: for
 * several who look at one message. */
void modori_header_turn_to (ModoriHeader *header, ModoriSpan message);
void modori_header_forget (ModoriHeader *header);

/* The header and the body of what was read; the empty line between them belongs to neither. */
ModoriSpan modori_header_head (const ModoriHeader *header);
ModoriSpan modori_header_body (const ModoriHeader *header);

/* How many fields NUMBER there are, and the NTH one's value: trimmed, folds included; empty when
 * there is none. */
guint modori_header_count (const ModoriHeader *header, guint number);
ModoriSpan modori_header_value (const ModoriHeader *header, guint number, guint nth);

/* The same on one line; good until the next call. */
ModoriSpan modori_header_unfolded (ModoriHeader *header, guint number, guint nth);

/* Note N words that somebody seeks in fields NUMBER, none of which a fold can tear apart: the bits
 * that modori_pairs_seek gives. */
guint64 modori_header_seek (ModoriHeader *header, guint number, const ModoriSpan *words, guint n);

/* All bits that the values NUMBER have. */
guint64 modori_header_words (ModoriHeader *header, guint number);

/* The first of the values NUMBER from the NTH on, folds included, that has one of the bits SOUGHT
 * and SHORTEST bytes at least; NTH tells which one it is.  FALSE: there is none. */
gboolean modori_header_may_hold (ModoriHeader *header, guint number, guint64 sought,
                                 gsize shortest, guint *nth, ModoriSpan *value);

/* Longer values have all bits: a Received, a signature is asked for little, and to search it is
 * cheaper. */
#define MODORI_HEADER_LOOK_MAX 128

/* A subject of no text, in which patterns can be matched on one (modori_pattern_runs). */
const ModoriSubject *modori_header_room (ModoriHeader *header);

/* A set of learnt names.  The numbers beyond, of which good sense asks for a few at most, are never
 * in one. */
#define MODORI_HEADER_SET_MAX 128

typedef struct {
    guint64 bits[MODORI_HEADER_SET_MAX / 64];
} ModoriHeaderSet;

/* The names of which there are fields; of which there are several; and of which one of the first 64
 * is not empty. */
typedef struct {
    ModoriHeaderSet present, repeated, filled;
} ModoriHeaderSets;

const ModoriHeaderSets *modori_header_sets (const ModoriHeader *header);

void modori_header_set_add (ModoriHeaderSet *set, guint number);

/* Have A and B a name in common? */
static inline gboolean
modori_header_sets_meet (const ModoriHeaderSet *a, const ModoriHeaderSet *b)
{
    return ((a->bits[0] & b->bits[0]) | (a->bits[1] & b->bits[1])) != 0;
}

/* How many fields there are whose names begin with "X". */
guint modori_header_extensions (const ModoriHeader *header);

/* The first line of the header that holds a byte above 127, or an empty span. */
ModoriSpan modori_header_eight_bit (const ModoriHeader *header);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriHeader, modori_header_free)

#endif
