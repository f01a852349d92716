/* sample.h - a message that nobody would refuse, and what an example changes in it.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_SAMPLE_H
#define MODORI_RULES_SAMPLE_H

#include "rules/look.h"

typedef struct {
    GString *text;              /* the message */
    ModoriCopy copy;            /* header only, where the example asks for that */
} ModoriSample;

/* Make the message of EXAMPLE, the value of a Yes or No: changes with " ;; " between them.
 *   Name: value        this field instead of all NAMEs
 *   also Name: value   one more, above all others
 *   without Name       no such field
 *   twice Name         that field once more
 *   times N Name       that field N times
 *   recipients N       To with N addresses
 *   size N             N bytes of body
 *   line N             a line of N bytes in the body
 *   body TEXT          one more line in the body
 *   carriage return    a line of the body with one in it
 *   header only        no body
 * NULL with ERROR set when a change cannot be read.  Free with modori_sample_free. */
ModoriSample *modori_sample_new (ModoriSpan example, GError **error);
void modori_sample_free (ModoriSample *sample);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriSample, modori_sample_free)

#endif
