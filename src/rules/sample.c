/* sample.c - a message that nobody would refuse, and what an example changes in it.
 *
 * Findings and senders are tried on whole messages, because what is missing can only be seen in
 * one.  Examples say only what is different from this one.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/sample.h"

#include "text/error.h"

/* Examples are short; these keep a typing error from filling the memory. */
#define SIZE_LIMIT (64 * 1024 * 1024)
#define TIMES_LIMIT 10000

static const char *const good_fields[] = {
    "Return-Path: <shop@example.jp>",
    "Received: from mail.example.jp (mail.example.jp [203.0.113.7])\n"
    "\tby mx.example.net with ESMTPS id 4Abc0000\n"
    "\tfor <taro@example.net>; Thu, 01 Feb 2024 09:30:02 +0900 (JST)",
    "Received: from pc.example.jp (unknown [192.168.0.5])\n"
    "\tby mail.example.jp with ESMTPSA id 4Abc0001;\n"
    "\tThu, 01 Feb 2024 09:30:01 +0900 (JST)",
    ("DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.jp; s=sel1;\n"
     "\tt=1706747401; h=From:To:Subject:Date:Message-ID:MIME-Version; bh=AAAA=; b=BBBB="),
    "Date: Thu, 01 Feb 2024 09:30:00 +0900",
    "From: Example Shop <shop@example.jp>",
    "To: Taro <taro@example.net>",
    "Subject: Your order",
    "Message-ID: <20240201093000.1234@mail.example.jp>",
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
};

typedef struct {
    GPtrArray *fields;          /* of char *, "Name: value" */
    GString *body;
    gboolean header_only;
} Draft;

static gboolean
bad_change (ModoriSpan change, GError **error)
{
    g_set_error (error, MODORI_ERROR, MODORI_ERROR_SYNTAX,
                 "\"%.*s\" is no change that an example may ask for",
                 (int) change.len, change.at);
    return FALSE;
}

static gboolean
is_field (const char *field, ModoriSpan name)
{
    return strlen (field) > name.len && field[name.len] == ':'
        && g_ascii_strncasecmp (field, name.at, name.len) == 0;
}

/* The index of the first field NAME, or the number of fields. */
static guint
find_field (const Draft *draft, ModoriSpan name)
{
    guint i = 0;

    while (i < draft->fields->len && ! is_field (draft->fields->pdata[i], name))
        i++;
    return i;
}

static guint
drop_field (Draft *draft, ModoriSpan name)
{
    guint first = find_field (draft, name);

    while (find_field (draft, name) < draft->fields->len)
        g_ptr_array_remove_index (draft->fields, find_field (draft, name));
    return MIN (first, draft->fields->len);
}

/* "Name: value" in place of what there is. */
static gboolean
set_field (Draft *draft, ModoriSpan field, GError **error)
{
    const char *colon = memchr (field.at, ':', field.len);
    guint at;

    if (! colon || memchr (field.at, ' ', (gsize) (colon - field.at)))
        return bad_change (field, error);
    at = drop_field (draft, modori_span_between (field.at, colon));
    g_ptr_array_insert (draft->fields, (int) at, modori_span_dup (field));
    return TRUE;
}

static gboolean
repeat_field (Draft *draft, ModoriSpan name, guint times, GError **error)
{
    guint at = find_field (draft, name);

    if (at == draft->fields->len)
        return bad_change (name, error);
    for (guint i = 1; i < MIN (times, TIMES_LIMIT); i++)
        g_ptr_array_insert (draft->fields, (int) at, g_strdup (draft->fields->pdata[at]));
    return TRUE;
}

static void
add_recipients (Draft *draft, guint n)
{
    GString *to = g_string_new ("To: ");

    for (guint i = 0; i < MIN (n, TIMES_LIMIT); i++)
        g_string_append_printf (to, "%sn%u@example.net", i ? ",\n " : "", i);
    drop_field (draft, modori_span_of ("To"));
    g_ptr_array_add (draft->fields, g_string_free (to, FALSE));
}

static void
fill_body (Draft *draft, gsize size, gsize line)
{
    size = MIN (size, SIZE_LIMIT);
    while (size > 0) {
        gsize n = MIN (size, line);

        g_string_set_size (draft->body, draft->body->len + n);
        memset (draft->body->str + draft->body->len - n, 'x', n);
        draft->body->str[draft->body->len - 1] = '\n';
        size -= n;
    }
}

/* If CHANGE is WORD and a blank, leave what follows in REST. */
static gboolean
says (ModoriSpan change, const char *word, ModoriSpan *rest)
{
    if (! modori_span_begins (change, word) || change.len <= strlen (word)
        || change.at[strlen (word)] != ' ')
        return FALSE;
    *rest = modori_span_trim (modori_span_skip (change, strlen (word)));
    return TRUE;
}

/* The number at the start of TEXT, which is left behind it. */
static guint
take_number (ModoriSpan *text)
{
    guint64 number = 0;
    gsize i = 0;

    while (i < text->len && i < 9 && g_ascii_isdigit (text->at[i]))
        number = 10 * number + (guint64) (text->at[i++] - '0');
    *text = modori_span_trim (modori_span_skip (*text, i));
    return (guint) number;
}

/* "times N Name" and the changes that take a number only. */
static gboolean
apply_number (Draft *draft, ModoriSpan change, GError **error)
{
    ModoriSpan rest;

    if (says (change, "times", &rest)) {
        guint times = take_number (&rest);

        return repeat_field (draft, rest, times, error);
    }
    if (says (change, "recipients", &rest)) {
        add_recipients (draft, take_number (&rest));
    } else if (says (change, "size", &rest)) {
        fill_body (draft, take_number (&rest), 76);
    } else if (says (change, "line", &rest)) {
        gsize length = take_number (&rest);

        fill_body (draft, length + 1, length + 1);
    } else {
        return set_field (draft, change, error);
    }
    return TRUE;
}

static gboolean
apply (Draft *draft, ModoriSpan change, GError **error)
{
    ModoriSpan rest;

    if (modori_span_is (change, "header only")) {
        draft->header_only = TRUE;
    } else if (says (change, "without", &rest)) {
        drop_field (draft, rest);
    } else if (says (change, "twice", &rest)) {
        return repeat_field (draft, rest, 2, error);
    } else if (says (change, "also", &rest)) {
        g_ptr_array_insert (draft->fields, 0, modori_span_dup (rest));
    } else if (modori_span_is (change, "carriage return")) {
        g_string_append (draft->body, "one\rtwo\n");
    } else if (modori_span_is (change, "body")) {
        g_string_append_c (draft->body, '\n');
    } else if (says (change, "body", &rest)) {
        g_string_append_len (draft->body, rest.at, (gssize) rest.len);
        g_string_append_c (draft->body, '\n');
    } else {
        return apply_number (draft, change, error);
    }
    return TRUE;
}

static gboolean
apply_all (Draft *draft, ModoriSpan example, GError **error)
{
    while (example.len > 0) {
        gssize end = modori_span_find (example, " ;; ");
        ModoriSpan change = end < 0 ? example : modori_span (example.at, (gsize) end);

        if (! apply (draft, modori_span_trim (change), error))
            return FALSE;
        example = modori_span_skip (example, end < 0 ? example.len : (gsize) end + 4);
    }
    return TRUE;
}

static GString *
write_draft (const Draft *draft)
{
    GString *text = g_string_new (NULL);

    for (guint i = 0; i < draft->fields->len; i++) {
        g_string_append (text, draft->fields->pdata[i]);
        g_string_append_c (text, '\n');
    }
    g_string_append_c (text, '\n');
    if (! draft->header_only) {
        g_string_append (text, "Thank you for your order.\n");
        g_string_append_len (text, draft->body->str, (gssize) draft->body->len);
    }
    return text;
}

ModoriSample *
modori_sample_new (ModoriSpan example, GError **error)
{
    g_autoptr (GPtrArray) fields = g_ptr_array_new_with_free_func (g_free);
    g_autoptr (GString) body = g_string_new (NULL);
    Draft draft = { fields, body, FALSE };
    ModoriSample *sample;

    for (guint i = 0; i < G_N_ELEMENTS (good_fields); i++)
        g_ptr_array_add (fields, g_strdup (good_fields[i]));
    if (! apply_all (&draft, example, error))
        return NULL;
    sample = g_new0 (ModoriSample, 1);
    sample->text = write_draft (&draft);
    sample->copy = draft.header_only ? MODORI_COPY_HEADER : MODORI_COPY_WHOLE;
    return sample;
}

void
modori_sample_free (ModoriSample *sample)
{
    if (! sample)
        return;
    g_string_free (sample->text, TRUE);
    g_free (sample);
}
