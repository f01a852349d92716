/* arena.h - texts that live until the next message.
 *
 * Keeping one is a copy and nothing else; to forget all of them is to begin at the first block
 * again, which stays.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_TEXT_ARENA_H
#define MODORI_TEXT_ARENA_H

#include "text/span.h"

typedef struct {
    char *next;                 /* where the next text goes */
    gsize room;                 /* bytes there */
    gsize size;                 /* of the first block */
    GPtrArray *blocks;          /* the first one, and what more this message needed */
} ModoriArena;

/* An arena whose blocks have SIZE bytes at least; larger texts get one of their own. */
void modori_arena_init (ModoriArena *arena, gsize size);
void modori_arena_clear (ModoriArena *arena);

/* Forget all texts. */
void modori_arena_reset (ModoriArena *arena);

/* Room for LEN bytes, for letters: aligned to nothing.  Good until the next reset. */
char *modori_arena_room (ModoriArena *arena, gsize len);

/* A copy of TEXT with a NUL behind it, good until the next reset. */
const char *modori_arena_keep (ModoriArena *arena, ModoriSpan text);

#endif
