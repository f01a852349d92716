/* flatten.c - fuzz target: JSON becomes lines; of JSON that json-glib can read, exactly those that a walk over its tree gives.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "mail/flatten.h"

#include <json-glib/json-glib.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Beyond these the scanner may leave out what a tree has. */
#define DEPTH_MAX 30
#define PATH_MAX_BYTES 480

typedef struct {
    GString *out;
    gboolean beyond;            /* there is something that is meant to be read otherwise */
} Walk;

static void walk (Walk *to, const char *path, JsonNode *node, guint depth);

static void
walk_member (JsonObject *object, const char *name, JsonNode *node, gpointer data)
{
    (void) object, (void) name, (void) node;
    ++*(guint *) data;
}

static void
walk_object (Walk *to, const char *path, JsonObject *object, guint depth)
{
    g_autoptr (GList) names = json_object_get_members (object);

    for (GList *item = names; item; item = item->next) {
        g_autofree char *name = g_strdup (item->data);
        g_autofree char *inner = NULL;

        for (char *p = name; *p; p++)
            if ((guchar) *p <= ' ')
                *p = '_';
        inner = *path ? g_strconcat (path, ".", name, NULL) : g_strdup (name);
        to->beyond |= strchr (name, '\\') != NULL;
        walk (to, inner, json_object_get_member (object, item->data), depth + 1);
    }
}

static void
walk_array (Walk *to, const char *path, JsonArray *array, guint depth)
{
    for (guint i = 0; i < json_array_get_length (array); i++) {
        g_autofree char *inner = g_strdup_printf ("%s[%u]", path, i);

        walk (to, inner, json_array_get_element (array, i), depth + 1);
    }
}

static void
put (Walk *to, const char *path, const char *value)
{
    gsize start;

    g_string_append_printf (to->out, "%s = ", path);
    start = to->out->len;
    g_string_append (to->out, value);
    for (gsize i = start; i < to->out->len; i++)
        if (g_ascii_iscntrl (to->out->str[i]))
            to->out->str[i] = ' ';
    g_string_append_c (to->out, '\n');
}

static void
walk (Walk *to, const char *path, JsonNode *node, guint depth)
{
    to->beyond |= depth > DEPTH_MAX || strlen (path) > PATH_MAX_BYTES;
    if (to->beyond)
        return;
    if (JSON_NODE_HOLDS_OBJECT (node))
        walk_object (to, path, json_node_get_object (node), depth);
    else if (JSON_NODE_HOLDS_ARRAY (node))
        walk_array (to, path, json_node_get_array (node), depth);
    else if (JSON_NODE_HOLDS_NULL (node))
        put (to, path, "null");
    else if (json_node_get_value_type (node) == G_TYPE_STRING)
        put (to, path, json_node_get_string (node));
    else if (json_node_get_value_type (node) == G_TYPE_BOOLEAN)
        put (to, path, json_node_get_boolean (node) ? "true" : "false");
    else if (json_node_get_value_type (node) == G_TYPE_INT64) {
        g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));

        put (to, path, number);
    } else
        to->beyond = TRUE;      /* a number with a fraction is not written anew */
}

/* Is there in TEXT what both may read, and not in the same way?  A transport's line end ("!"), "Message" (an envelope),
 * escapes other than the plain ones, comments (json-glib takes them), numbers that are not written as they are printed. */
static gboolean
is_odd (const char *text)
{
    if (strchr (text, '!') || strstr (text, "Message") || strchr (text, '/') || strchr (text, '\177')
        || strchr (text, '#') || strchr (text, '\''))
        return TRUE;
    for (const char *p = text; (p = strchr (p, '\\')); p += 2)
        if (p[1] != '"' && p[1] != '\\' && p[1] != 'n' && p[1] != 't')
            return TRUE;
    for (const char *p = text; *p; p += MAX (strspn (p, "0123456789"), 1))
        if (strspn (p, "0123456789") > 18)      /* it becomes -1 there */
            return TRUE;
    for (const char *p = text; *p; p++)
        if ((g_ascii_isdigit (*p) && (p[1] == 'e' || p[1] == 'E' || p[1] == 'x' || p[1] == 'X' || p[1] == '.'))
            || (*p == '0' && g_ascii_isdigit (p[1])) || (*p == '-' && ! strchr ("123456789", p[1]))
            || *p == '+' || ((guchar) *p < ' ' && ! g_ascii_isspace (*p)) || *p == '\v' || *p == '\f')
            return TRUE;
    return FALSE;
}

/* Every quoted name once, or json-glib keeps the last of several: so many names as members. */
static void
count_members (JsonNode *node, guint *n)
{
    if (JSON_NODE_HOLDS_OBJECT (node)) {
        g_autoptr (GList) values = json_object_get_values (json_node_get_object (node));

        json_object_foreach_member (json_node_get_object (node), walk_member, n);
        for (GList *item = values; item; item = item->next)
            count_members (item->data, n);
    } else if (JSON_NODE_HOLDS_ARRAY (node))
        for (guint i = 0; i < json_array_get_length (json_node_get_array (node)); i++)
            count_members (json_array_get_element (json_node_get_array (node), i), n);
}

static void
see_member (JsonParser *parser, JsonObject *object, const char *name, gpointer data)
{
    (void) parser, (void) object, (void) name;
    ++*(guint *) data;
}

static void
check_same (const char *text, const GString *got)
{
    g_autoptr (JsonParser) parser = json_parser_new ();
    g_autoptr (GString) want = g_string_new (NULL);
    Walk to = { want, FALSE };
    guint seen = 0, kept = 0;
    JsonNode *root;

    g_signal_connect (parser, "object-member", G_CALLBACK (see_member), &seen);
    if (text[0] != '{' || is_odd (text) || ! json_parser_load_from_data (parser, text, -1, NULL))
        return;
    root = json_parser_get_root (parser);
    count_members (root, &kept);
    if (seen != kept)
        return;
    walk (&to, "", root, 0);
    if (! to.beyond && want->len < MODORI_FLATTEN_MAX)
        g_assert_cmpstr (got->str, ==, want->str);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    g_autofree char *text = g_utf8_make_valid ((const char *) data, (gssize) size);
    g_autoptr (GString) all = g_string_new (NULL), piece = g_string_new (NULL);
    gsize max = size ? data[size - 1] + 1u : 1;

    modori_flatten_json (all, modori_span_of (text), 0);
    g_assert_true (g_utf8_validate (all->str, (gssize) all->len, NULL));
    g_assert_cmpuint (all->len, <=, MODORI_FLATTEN_MAX + 600);
    for (gsize i = 0; i < all->len; i++)
        g_assert_true (all->str[i] == '\n' || ! g_ascii_iscntrl (all->str[i]));
    modori_flatten_json (piece, modori_span_of (text), max);
    g_assert_true (g_utf8_validate (piece->str, (gssize) piece->len, NULL));
    g_assert_cmpuint (piece->len, <=, max + 600);
    g_assert_cmpuint (piece->len, >=, MIN (max, all->len));
    check_same (text, all);
    return 0;
}
