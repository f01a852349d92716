/* marks.c - what the dialects look for in a message before one of them reads it.
 *
 * There are some hundred conditions and nearly none of them holds, which is seen by a few letters
 * that stand or do not stand in a place (a header field, the text).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/marks.h"

/* Fields of one name that are looked at (Received). */
#define REPEATS_MAX 20

/* A header field that some dialect looks at, or a view of the text. */
typedef struct {
    const char *name;           /* of the field; NULL: a view */
    ModoriViewKind view;
    gboolean looked;            /* what follows is that of the present message */
    gboolean found;
    GString *value;             /* of a field: decoded; repeated ones a line each */
    ModoriSubject *own;         /* of a field */
    const ModoriSubject *subject;
} Place;

/* A clue, and where it is looked for. */
typedef struct {
    guint16 place;
    guint16 kind;               /* of condition: a ModoriIf */
    ModoriClue clue;
} PlacedClue;

/* What is looked for to see whether a dialect may bid. */
typedef struct {
    guint start, end;           /* its clues, by kind */
    guint need, n_kinds;        /* how many kinds must fit, and how many there are */
} Look;

struct ModoriMarks {
    ModoriViews *views;
    GPtrArray *names;
    GPtrArray *places;          /* of Place: the views, then the fields in the order of names */
    GArray *looks;              /* Look, of each dialect */
    GArray *clues;              /* PlacedClue, those of a dialect side by side */
    ModoriMessage *message;
    guint head;
};

static void
free_place (gpointer data)
{
    Place *place = data;

    if (place->value)
        g_string_free (place->value, TRUE);
    modori_subject_free (place->own);
    g_free (place);
}

static void
add_place (ModoriMarks *marks, const char *name, ModoriViewKind view)
{
    Place *place = g_new0 (Place, 1);

    place->name = name;
    place->view = view;
    g_ptr_array_add (marks->places, place);
}

ModoriMarks *
modori_marks_new (ModoriViews *views)
{
    ModoriMarks *marks = g_new0 (ModoriMarks, 1);

    marks->views = views;
    marks->names = g_ptr_array_new_with_free_func (g_free);
    marks->looks = g_array_new (FALSE, TRUE, sizeof (Look));
    marks->clues = g_array_new (FALSE, FALSE, sizeof (PlacedClue));
    marks->places = g_ptr_array_new_with_free_func (free_place);
    for (guint i = 0; i < MODORI_N_VIEWS; i++)
        add_place (marks, NULL, (ModoriViewKind) i);
    return marks;
}

void
modori_marks_free (ModoriMarks *marks)
{
    if (! marks)
        return;
    g_ptr_array_unref (marks->places);
    g_ptr_array_unref (marks->names);
    g_array_unref (marks->looks);
    g_array_unref (marks->clues);
    g_free (marks);
}

GPtrArray *
modori_marks_names (ModoriMarks *marks)
{
    return marks->names;
}

static void
place_conditions (const GPtrArray *conditions, ModoriViewKind view)
{
    for (guint i = 0; i < conditions->len; i++) {
        ModoriCondition *condition = g_ptr_array_index (conditions, i);

        condition->place =
            condition->kind == MODORI_IF_BODY ? (guint) view : MODORI_N_VIEWS + condition->slot;
    }
}

/* Every name has its place. */
static void
add_places (ModoriMarks *marks)
{
    while (marks->places->len < MODORI_N_VIEWS + marks->names->len)
        add_place (marks, marks->names->pdata[marks->places->len - MODORI_N_VIEWS],
                   MODORI_VIEW_PLAIN);
}

static Look
look_of (const ModoriMarks *marks, guint number)
{
    const Look nothing = { 0, 0, 0, 0 };

    return number < marks->looks->len ? g_array_index (marks->looks, Look, number) : nothing;
}

/* Give CONDITION those of LOOK's clues that are its own; they lie side by side. */
static void
give_clues (const ModoriMarks *marks, const Look *look, ModoriCondition *condition)
{
    const PlacedClue *clues = (const PlacedClue *) marks->clues->data;
    guint i = look->start;

    while (i < look->end && clues[i].clue.item != condition->number)
        i++;
    condition->first_clue = i;
    while (i < look->end && clues[i].clue.item == condition->number)
        i++;
    condition->end_clue = i;
}

void
modori_marks_add (ModoriMarks *marks, guint number, ModoriGrammar *grammar)
{
    const Look look = look_of (marks, number);

    add_places (marks);
    place_conditions (grammar->conditions, grammar->view);
    place_conditions (grammar->vetoes, grammar->view);
    for (guint i = 0; i < grammar->conditions->len; i++)
        give_clues (marks, &look, g_ptr_array_index (grammar->conditions, i));
}

/* The place of the header field NAME. */
static guint
place_named (ModoriMarks *marks, ModoriSpan name)
{
    guint i = 0;

    while (i < marks->names->len && ! modori_span_is (name, g_ptr_array_index (marks->names, i)))
        i++;
    if (i == marks->names->len)
        g_ptr_array_add (marks->names, modori_span_dup (name));
    add_places (marks);
    return MODORI_N_VIEWS + i;
}

void
modori_marks_cue (ModoriMarks *marks, guint number, const ModoriBlock *block,
                  const ModoriCue *cues, guint n)
{
    Look look = { marks->clues->len, marks->clues->len + n, cues[0].need, 0 };

    for (guint i = 0; i < n; i++) {
        PlacedClue clue = { cues[i].view % MODORI_N_VIEWS, cues[i].kind, cues[i].clue };

        if (clue.kind != MODORI_IF_BODY)
            clue.place = (guint16) place_named (marks, modori_cue_name (&cues[i], block));
        look.n_kinds += i == 0 || cues[i].kind != cues[i - 1].kind;
        g_array_append_val (marks->clues, clue);
    }
    if (marks->looks->len <= number)
        g_array_set_size (marks->looks, number + 1);
    g_array_index (marks->looks, Look, number) = look;
}

void
modori_marks_turn_to (ModoriMarks *marks, ModoriMessage *message, guint head)
{
    marks->message = message;
    marks->head = head;
    for (guint i = 0; i < marks->places->len; i++)
        ((Place *) g_ptr_array_index (marks->places, i))->looked = FALSE;
}

/* --- what stands there --- */

/* Bytes that the compiler takes at once: loops of so many become a few instructions. */
#define BLOCK 16

/* What bytes there are, at each place of the blocks. */
typedef struct {
    guchar control[BLOCK];      /* not zero: control characters ... */
    guchar odd[BLOCK];          /* ... that are no white space, or bytes beyond ASCII */
} Bytes;

static inline void
look_at_block (const char *at, gsize n, Bytes *bytes)
{
    for (gsize i = 0; i < n; i++) {
        guchar c = (guchar) at[i];
        guchar is_control = (c < ' ') | (c == 0x7f);
        guchar is_white = (c == '\t') | (c == '\n') | (c == '\f') | (c == '\r');

        bytes->control[i] |= is_control;
        bytes->odd[i] |= (is_control & (is_white ^ 1)) | (c & 0x80);
    }
}

static gboolean
is_any (const guchar bytes[BLOCK])
{
    static const guchar none[BLOCK];

    return memcmp (bytes, none, BLOCK) != 0;
}

/* Only plain ASCII without encoded words can be tried as it is, and only without line ends: FOLDED
 * gets whether there are any, or other white space than blanks. */
static gboolean
needs_decoding (ModoriSpan value, gboolean *folded)
{
    Bytes bytes = { { 0 }, { 0 } };
    ModoriSpan rest = value;

    for (; rest.len >= BLOCK; rest = modori_span_skip (rest, BLOCK))
        look_at_block (rest.at, BLOCK, &bytes);
    look_at_block (rest.at, rest.len, &bytes);
    *folded = is_any (bytes.control);
    return is_any (bytes.odd) || modori_span_find (value, "=?") >= 0;
}

/* Append VALUE on one line (RFC 5322 section 2.2.3: a folded line goes on with a blank). */
static void
append_unfolded (GString *out, ModoriSpan value)
{
    char *at;
    gsize left = value.len;

    g_string_append_len (out, value.at, (gssize) value.len);
    at = out->str + out->len - left;
    for (; left >= BLOCK; at += BLOCK, left -= BLOCK)
        for (guint i = 0; i < BLOCK; i++)
            at[i] = (guchar) at[i] < ' ' ? ' ' : at[i];
    for (; left; at++, left--)
        *at = (guchar) *at < ' ' ? ' ' : *at;
}

/* The field PLACE is there with VALUE: append it, and those of the same name that follow. */
static void
append_values (ModoriMarks *marks, Place *place, ModoriSpan value)
{
    gboolean found = TRUE, folded;

    if (! place->value)
        place->value = g_string_new (NULL);
    g_string_truncate (place->value, 0);
    for (guint n = 1; found; n++) {
        if (needs_decoding (value, &folded))
            value = modori_span_of (modori_message_decode (marks->message, value));
        value.len = MIN (value.len, MODORI_PATTERN_SUBJECT_MAX);
        append_unfolded (place->value, value);
        found = FALSE;
        if (n < REPEATS_MAX)
            value = modori_message_raw (marks->message, marks->head, place->name, n, &found);
        if (found)
            g_string_append_c (place->value, '\n');
    }
}

/* Most fields can be tried where they lie. */
static void
look_at_field (ModoriMarks *marks, Place *place)
{
    ModoriSpan value =
        modori_message_raw (marks->message, marks->head, place->name, 0, &place->found);
    gboolean folded, more;

    if (! place->found)
        return;
    modori_message_raw (marks->message, marks->head, place->name, 1, &more);
    if (more || needs_decoding (value, &folded) || folded) {
        append_values (marks, place, value);
        value = modori_span (place->value->str, place->value->len);
    }
    if (! place->own)
        place->own = modori_subject_new ();
    modori_subject_set (place->own, value);
    place->subject = place->own;
}

static void
look_at (ModoriMarks *marks, Place *place)
{
    place->looked = place->found = TRUE;
    if (place->name)
        look_at_field (marks, place);
    else
        place->subject = modori_views_subject (marks->views, place->view);
}

static const Place *
place_at (ModoriMarks *marks, guint i)
{
    Place *place = g_ptr_array_index (marks->places, i);

    if (! place->looked)
        look_at (marks, place);
    return place;
}

/* The place of CONDITION, as it is in the present message. */
static const Place *
place_of (ModoriMarks *marks, const ModoriCondition *condition)
{
    return place_at (marks, condition->place);
}

const ModoriSubject *
modori_marks_subject (ModoriMarks *marks, guint place)
{
    const Place *found = place_at (marks, place);

    return found->found ? found->subject : NULL;
}

static gboolean
clue_fits (ModoriMarks *marks, const PlacedClue *clue)
{
    const Place *place = place_at (marks, clue->place);

    return place->found && modori_clue_fits (&clue->clue, place->subject);
}

gboolean
modori_marks_fit (ModoriMarks *marks, guint number)
{
    const Look look = look_of (marks, number);
    guint fitting = 0, left = look.n_kinds;

    for (guint i = look.start; fitting < look.need && fitting + left >= look.need; left--) {
        guint kind = g_array_index (marks->clues, PlacedClue, i).kind;
        gboolean fits = FALSE;

        for (; i < look.end; i++) {
            const PlacedClue *clue = &g_array_index (marks->clues, PlacedClue, i);

            if (clue->kind != kind)
                break;
            fits = fits || clue_fits (marks, clue);
        }
        fitting += fits;
    }
    return fitting >= look.need;
}

/* Does one of the clues of CONDITION fit, if there are any? */
static gboolean
condition_fits (ModoriMarks *marks, const ModoriCondition *condition)
{
    gboolean fits = condition->first_clue == condition->end_clue;

    for (guint i = condition->first_clue; ! fits && i < condition->end_clue; i++)
        fits = clue_fits (marks, &g_array_index (marks->clues, PlacedClue, i));
    return fits;
}

gboolean
modori_marks_may_hold (ModoriMarks *marks, const ModoriCondition *condition)
{
    const Place *place = place_of (marks, condition);

    return place->found && condition_fits (marks, condition)
           && (! condition->pattern
               || modori_pattern_may_match (condition->pattern, place->subject));
}

gboolean
modori_marks_hold (ModoriMarks *marks, const ModoriCondition *condition)
{
    const Place *place = place_of (marks, condition);

    return place->found && condition_fits (marks, condition)
           && (! condition->pattern
               || modori_pattern_matches (condition->pattern, place->subject, NULL));
}

gboolean
modori_marks_confirm (ModoriMarks *marks, const ModoriCondition *condition)
{
    const Place *place = place_of (marks, condition);

    return ! condition->pattern || modori_pattern_confirm (condition->pattern, place->subject);
}
