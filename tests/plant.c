/* plant.c - a fault in the reader of mail, planted for a test: loaded before the program (LD_PRELOAD), it stands before
 * PCRE2, and when a text holds certain words, the process ends as if its own code were wrong.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <dlfcn.h>
#include <pcre2.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int (*Match) (const pcre2_code *code, PCRE2_SPTR subject, PCRE2_SIZE length, PCRE2_SIZE start, uint32_t options,
                      pcre2_match_data *data, pcre2_match_context *context);

static int
holds (PCRE2_SPTR subject, PCRE2_SIZE length, const char *words)
{
    return memmem (subject, length, words, strlen (words)) != NULL;
}

int
pcre2_match (const pcre2_code *code, PCRE2_SPTR subject, PCRE2_SIZE length, PCRE2_SIZE start, uint32_t options,
             pcre2_match_data *data, pcre2_match_context *context)
{
    static Match match;
    void *found = match ? NULL : dlsym (RTLD_NEXT, "pcre2_match_8");

    if (! match)
        memcpy (&match, &found, sizeof match);
    if (holds (subject, length, "planted fault"))
        raise (SIGSEGV);
    if (holds (subject, length, "planted abort"))
        abort ();
    if (holds (subject, length, "planted end"))
        _exit (3);
    return match (code, subject, length, start, options, data, context);
}
