/* settings.h - the configuration: /etc/modori/modori.conf, then ~/.config/modori/modori.conf.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_COMMANDS_SETTINGS_H
#define MODORI_COMMANDS_SETTINGS_H

#include <glib.h>

typedef struct ModoriSettings ModoriSettings;

/* Read both files; the second goes before the first; neither needs to be there.  A group or key
 * that nobody knows is an error that names file and key.  NULL with ERROR set.  The same for the
 * whole run: do not free. */
const ModoriSettings *modori_settings (GError **error);

/* The value of KEY in GROUP as it is written (no escapes; without blanks around it; "~/" of a path
 * is undone), or NULL; owned by SETTINGS. */
const char *modori_settings_text (const ModoriSettings *settings, const char *group,
                                  const char *key);
/* TRUE, FALSE; MISSING when it is not there. */
gboolean modori_settings_flag (const ModoriSettings *settings, const char *group, const char *key,
                               gboolean missing);
/* The parts of a value with ";" between them, without blanks around them and empty ones
 * (NULL-terminated, never NULL); the caller frees with g_strfreev. */
char **modori_settings_list (const ModoriSettings *settings, const char *group, const char *key);
/* The keys of GROUP (NULL-terminated, never NULL); the caller frees with g_strfreev. */
char **modori_settings_keys (const ModoriSettings *settings, const char *group);

/* Set ERROR: the value of KEY, which is there, is not what it should be. WHAT tells what was
 * expected: "path: [group] key: WHAT". */
void modori_settings_fail (const ModoriSettings *settings, const char *group, const char *key,
                           const char *what, GError **error);

#endif
