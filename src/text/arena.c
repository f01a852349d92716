/* arena.c - texts that live until the next message.
 *
 * Dozens of short texts are kept of each message and forgotten together: so there is one block that
 * is filled from its start again and again, and more only where a message needs them.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "text/arena.h"

static void
add_block (ModoriArena *arena, gsize size)
{
    arena->next = g_malloc (size);
    arena->room = size;
    g_ptr_array_add (arena->blocks, arena->next);
}

void
modori_arena_init (ModoriArena *arena, gsize size)
{
    arena->blocks = g_ptr_array_new_with_free_func (g_free);
    arena->size = size;
    add_block (arena, size);
}

void
modori_arena_clear (ModoriArena *arena)
{
    g_ptr_array_unref (arena->blocks);
}

void
modori_arena_reset (ModoriArena *arena)
{
    if (arena->blocks->len > 1)
        g_ptr_array_set_size (arena->blocks, 1);
    arena->next = g_ptr_array_index (arena->blocks, 0);
    arena->room = arena->size;
}

char *
modori_arena_room (ModoriArena *arena, gsize len)
{
    char *at;

    if (len > arena->room)
        add_block (arena, MAX (len, arena->size));
    at = arena->next;
    arena->next += len;
    arena->room -= len;
    return at;
}

const char *
modori_arena_keep (ModoriArena *arena, ModoriSpan text)
{
    char *copy = modori_arena_room (arena, text.len + 1);

    memcpy (copy, text.at, text.len);
    copy[text.len] = '\0';
    return copy;
}
