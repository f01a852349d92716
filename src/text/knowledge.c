/* knowledge.c - the rules files, read into blocks.
 *
 * Every run of the program needs some of all knowledge, for a single message as for a gigabyte,
 * so reading must cost next to nothing.  The files stay in memory as they are, and a value is a
 * span into them.  At the start they are only cut into blocks; the fields of a block are read
 * when somebody asks for blocks of its kind or name: advice is half of all text, and one message
 * needs one block of it.  What a site wrote is read at once, so that mistakes are said.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "text/knowledge-private.h"

#include "text/error.h"

/* The file that is being read. */
typedef struct {
    ModoriKnowledge *knowledge;
    const char *path;
    guint directory;
    gboolean site;
} Reader;

static guint
block_hash (gconstpointer data)
{
    return g_str_hash (((const ModoriBlock *) data)->name);
}

static gboolean
block_equal (gconstpointer a, gconstpointer b)
{
    return strcmp (((const ModoriBlock *) a)->name, ((const ModoriBlock *) b)->name) == 0;
}

static void
free_folder (gpointer data)
{
    ModoriPackFolder *folder = data;

    g_free (folder->dir);
    g_ptr_array_unref (folder->paths);
    g_free (folder);
}

static ModoriKnowledge *
knowledge_new (const ModoriKind *const *kinds)
{
    ModoriKnowledge *knowledge = g_new0 (ModoriKnowledge, 1);

    knowledge->kinds = kinds;
    while (kinds[knowledge->n_kinds])
        knowledge->n_kinds++;
    knowledge->texts = g_ptr_array_new_with_free_func (g_free);
    knowledge->paths = g_string_chunk_new (4 * 1024);
    knowledge->scratch = g_array_new (FALSE, FALSE, sizeof (ModoriEntry));
    knowledge->errors = g_ptr_array_new_with_free_func (g_free);
    knowledge->drafts = g_array_new (FALSE, FALSE, sizeof (ModoriDraft));
    knowledge->shelves = g_new0 (ModoriShelf, knowledge->n_kinds);
    knowledge->all = g_ptr_array_new ();
    knowledge->folders = g_ptr_array_new_with_free_func (free_folder);
    knowledge->files = g_array_new (FALSE, TRUE, sizeof (ModoriPackFile));
    return knowledge;
}

void
modori_knowledge_free (ModoriKnowledge *knowledge)
{
    if (! knowledge)
        return;
    for (guint i = 0; i < knowledge->n_kinds; i++) {
        g_clear_pointer (&knowledge->shelves[i].blocks, g_ptr_array_unref);
        g_clear_pointer (&knowledge->shelves[i].names, g_hash_table_unref);
    }
    g_free (knowledge->shelves);
    g_ptr_array_unref (knowledge->all);
    for (guint i = 0; i < knowledge->drafts->len; i++)
        g_free ((ModoriEntry *) g_array_index (knowledge->drafts, ModoriDraft, i).block.entries);
    g_array_unref (knowledge->drafts);
    g_array_unref (knowledge->scratch);
    g_ptr_array_unref (knowledge->errors);
    g_string_chunk_free (knowledge->paths);
    g_ptr_array_unref (knowledge->texts);
    g_ptr_array_unref (knowledge->folders);
    g_array_unref (knowledge->files);
    modori_pack_free (knowledge->pack);
    g_free (knowledge);
}

static gboolean
fail (const char *path, guint line, GError **error, const char *format, ...) G_GNUC_PRINTF (4, 5);

static gboolean
fail (const char *path, guint line, GError **error, const char *format, ...)
{
    g_autofree char *message = NULL;
    va_list arguments;

    va_start (arguments, format);
    message = g_strdup_vprintf (format, arguments);
    va_end (arguments);
    g_set_error (error, MODORI_ERROR, MODORI_ERROR_SYNTAX, "%s: line %u: %s", path, line, message);
    return FALSE;
}

/* --- the fields of a block --- */

/* Read the entries of DRAFT, unless they are there. */
static gboolean
read_block (const ModoriKnowledge *knowledge, ModoriDraft *draft, GError **error)
{
    GArray *entries = knowledge->scratch;
    ModoriBlock *block = &draft->block;

    if (draft->read)
        return TRUE;
    draft->read = TRUE;
    g_array_set_size (entries, 0);
    if (! modori_block_read (block, entries, error))
        return FALSE;
    block->n_entries = entries->len;
    if (entries->len)
        block->entries = memcpy (g_new (ModoriEntry, entries->len), entries->data,
                                 entries->len * sizeof (ModoriEntry));
    return TRUE;
}

/* The same for those who cannot be told of an error: it is kept. */
static void
read_late (const ModoriKnowledge *knowledge, const ModoriBlock *block)
{
    g_autoptr (GError) error = NULL;

    if (! read_block (knowledge, (ModoriDraft *) block, &error))
        g_ptr_array_add (knowledge->errors, g_strdup (error->message));
}

/* --- cutting a file into blocks --- */

static ModoriShelf *
shelf_of (const ModoriKnowledge *knowledge, const ModoriKind *kind)
{
    guint i = 0;

    while (i < knowledge->n_kinds && knowledge->kinds[i] != kind)
        i++;
    g_assert (i < knowledge->n_kinds);
    return &knowledge->shelves[i];
}

static const ModoriKind *
find_kind (const ModoriKnowledge *knowledge, ModoriSpan name)
{
    for (guint i = 0; i < knowledge->n_kinds; i++)
        if (modori_span_is (name, knowledge->kinds[i]->name))
            return knowledge->kinds[i];
    return NULL;
}

static char *
list_kinds (const ModoriKnowledge *knowledge)
{
    GString *list = g_string_new (NULL);

    for (guint i = 0; i < knowledge->n_kinds; i++)
        g_string_append_printf (list, "%s%s", i ? ", " : "", knowledge->kinds[i]->name);
    return g_string_free (list, FALSE);
}

/* FIELD, on LINE, is to begin a block: of which kind? */
static const ModoriKind *
check_first (const Reader *reader, const ModoriField *field, guint line, GError **error)
{
    const ModoriKind *kind = find_kind (reader->knowledge, field->name);
    gboolean good = FALSE;

    if (field->name.len == 0) {
        fail (reader->path, line, error,
              "\"Kind: name\", a comment or an empty line was expected");
    } else if (! kind) {
        g_autofree char *known = list_kinds (reader->knowledge);

        fail (reader->path, line, error, "unknown kind of block \"%.*s\"; known are: %s",
              (int) field->name.len, field->name.at, known);
    } else if (field->value.len == 0 || memchr (field->value.at, '\n', field->value.len)) {
        fail (reader->path, line, error, "%s needs a name, on the same line", kind->name);
    } else {
        good = modori_span_ascii (field->value) == field->value.len
            || g_utf8_validate_len (field->value.at, field->value.len, NULL)
            || fail (reader->path, line, error, "this is not UTF-8");
    }
    return good ? kind : NULL;
}

/* A block begins at AT, on LINE; its text, from the next line on, is not known yet. */
static gboolean
open_block (Reader *reader, ModoriSpan text, guint line, GError **error)
{
    ModoriDraft draft = { .directory = reader->directory };
    ModoriFields fields;
    ModoriField field;

    modori_fields_init (&fields, text, MODORI_FIELDS_RULES);
    modori_fields_next (&fields, &field);
    draft.block.kind = check_first (reader, &field, line, error);
    if (! draft.block.kind)
        return FALSE;
    draft.block.name = field.value.at;
    ((char *) field.value.at)[field.value.len] = '\0';
    draft.block.path = reader->path;
    draft.block.line = line;
    draft.block.site = reader->site;
    modori_shelf_expect (shelf_of (reader->knowledge, draft.block.kind),
                         reader->knowledge->drafts->len);
    g_array_append_val (reader->knowledge->drafts, draft);
    return TRUE;
}

static gboolean
is_empty (ModoriSpan line)
{
    return line.len == 0
        || ((line.at[0] <= ' ') && modori_span_trim (line).len == 0);
}

/* Is LINE "Off: yes"? */
static gboolean
is_off (ModoriSpan line)
{
    static const char off[] = "Off:";

    return modori_span_begins (line, off)
        && modori_span_is (modori_span_trim (modori_span_skip (line, strlen (off))), "yes");
}

/* Cut TEXT into blocks: what empty lines separate, comments not counted. */
static gboolean
cut_text (Reader *reader, ModoriSpan text, GError **error)
{
    GArray *drafts = reader->knowledge->drafts;
    const char *end = modori_span_end (text), *next;
    ModoriDraft *draft = NULL;
    guint number = 0;

    for (const char *at = text.at; at < end; at = next) {
        const char *stop = memchr (at, '\n', (gsize) (end - at));
        ModoriSpan line = modori_span_between (at, stop ? stop : end);

        next = stop ? stop + 1 : end;
        number++;
        if (is_empty (line)) {
            draft = NULL;
        } else if (! draft && *at != '#') {
            if (! open_block (reader, modori_span_between (at, end), number, error))
                return FALSE;
            draft = &g_array_index (drafts, ModoriDraft, drafts->len - 1);
            draft->block.text = modori_span (next, 0);
        } else if (draft) {
            draft->block.text.len = (gsize) (next - draft->block.text.at);
            draft->block.off = draft->block.off || (*at == 'O' && is_off (line));
        }
    }
    return TRUE;
}

/* Also reads the blocks of a site. */
static gboolean
read_text (Reader *reader, ModoriSpan text, GError **error)
{
    static const char byte_order_mark[] = "\xef\xbb\xbf";
    ModoriKnowledge *knowledge = reader->knowledge;
    guint first = knowledge->drafts->len;

    if (modori_span_begins (text, byte_order_mark))
        text = modori_span_skip (text, strlen (byte_order_mark));
    if (! cut_text (reader, text, error))
        return FALSE;
    for (guint i = first; reader->site && i < knowledge->drafts->len; i++)
        if (! read_block (knowledge, &g_array_index (knowledge->drafts, ModoriDraft, i), error))
            return FALSE;
    return TRUE;
}

/* The checksum of the file that is read next, for a pack: before it is cut up. */
static void
note_checksum (ModoriKnowledge *knowledge, const char *text, gsize len)
{
    if (knowledge->cache == MODORI_CACHE_LACKING)
        g_array_index (knowledge->files, ModoriPackFile, knowledge->n_read++).checksum =
            modori_pack_checksum (text, len);
}

static gboolean
read_file (ModoriKnowledge *knowledge, const char *path, guint directory, gboolean site,
           GError **error)
{
    Reader reader = { knowledge, NULL, directory, site };
    g_autoptr (GError) why = NULL;
    char *text;
    gsize len;

    if (! g_file_get_contents (path, &text, &len, &why)) {
        g_set_error_literal (error, MODORI_ERROR, MODORI_ERROR_IO, why->message);
        return FALSE;
    }
    note_checksum (knowledge, text, len);
    g_ptr_array_add (knowledge->texts, text);
    reader.path = g_string_chunk_insert (knowledge->paths, path);
    return read_text (&reader, modori_span (text, len), error);
}

/* --- directories --- */

static gboolean
read_folder (ModoriKnowledge *knowledge, guint number, GError **error)
{
    const ModoriPackFolder *folder = g_ptr_array_index (knowledge->folders, number);

    for (guint i = 0; i < folder->paths->len; i++)
        if (! read_file (knowledge, g_ptr_array_index (folder->paths, i), number, folder->site,
                         error))
            return FALSE;
    return TRUE;
}

/* The shipped directory is the last one. */
static gboolean
read_shipped (ModoriKnowledge *knowledge, GError **error)
{
    guint last = knowledge->folders->len - 1;
    const ModoriPackFolder *folder = g_ptr_array_index (knowledge->folders, last);
    g_autofree char *path = g_strconcat (folder->dir, ".pack", NULL);

    return modori_knowledge_unpack (knowledge, path, 1, MODORI_PACK_SHIPPED)
        || read_folder (knowledge, last, error);
}

/* --- when all is read --- */

/* The names of the blocks of KIND; of two blocks the one that was read first has it. */
static GHashTable *
names_of (const ModoriKnowledge *knowledge, const ModoriKind *kind)
{
    ModoriShelf *shelf = shelf_of (knowledge, kind);

    if (shelf->names)
        return shelf->names;
    shelf->names = g_hash_table_new (block_hash, block_equal);
    for (guint i = shelf->first; i < shelf->end; i++) {
        ModoriDraft *draft = &g_array_index (knowledge->drafts, ModoriDraft, i);

        if (draft->block.kind == kind && ! g_hash_table_contains (shelf->names, draft))
            g_hash_table_add (shelf->names, draft);
    }
    return shelf->names;
}

gboolean
modori_knowledge_is_replaced (const ModoriKnowledge *knowledge, const ModoriDraft *draft)
{
    return draft->replaced
        || (knowledge->site
            && g_hash_table_lookup (names_of (knowledge, draft->block.kind), draft) != draft);
}

static GPtrArray *
blocks_of (const ModoriKnowledge *knowledge, const ModoriKind *kind)
{
    ModoriShelf *shelf = shelf_of (knowledge, kind);
    guint n = 0;

    if (shelf->blocks)
        return shelf->blocks;
    shelf->blocks = g_ptr_array_new ();
    g_ptr_array_set_size (shelf->blocks, (int) shelf->n);
    for (guint i = shelf->first; i < shelf->end; i++) {
        ModoriDraft *draft = &g_array_index (knowledge->drafts, ModoriDraft, i);

        if (draft->block.kind == kind && ! draft->block.off && ! draft->replaced
            && (! knowledge->site || ! modori_knowledge_is_replaced (knowledge, draft)))
            g_ptr_array_index (shelf->blocks, n++) = draft;
    }
    g_ptr_array_set_size (shelf->blocks, (int) n);
    return shelf->blocks;
}

/* A block of an earlier directory replaces others; in the same directory a name stands for one
 * block only. */
static gboolean
check_names (const ModoriKnowledge *knowledge, GError **error)
{
    for (guint i = 0; i < knowledge->drafts->len; i++) {
        const ModoriDraft *draft = &g_array_index (knowledge->drafts, ModoriDraft, i);
        const ModoriBlock *block = &draft->block;
        const ModoriDraft *other = g_hash_table_lookup (names_of (knowledge, block->kind), draft);

        if (other != draft && other->directory == draft->directory)
            return fail (block->path, block->line, error,
                         "there is a %s \"%s\" already, in %s, line %u", block->kind->name,
                         block->name, other->block.path, other->block.line);
    }
    return TRUE;
}

static gboolean
read_folders (ModoriKnowledge *knowledge, GError **error)
{
    for (guint i = 0; i + 1 < knowledge->folders->len; i++)
        if (! read_folder (knowledge, i, error))
            return FALSE;
    knowledge->site = knowledge->drafts->len > 0;
    knowledge->tested = ! knowledge->site;
    return read_shipped (knowledge, error)
        && (! knowledge->site || check_names (knowledge, error));
}

ModoriKnowledge *
modori_knowledge_load (const char *dir, const char *const *site, const ModoriKind *const *kinds,
                       GError **error)
{
    return modori_knowledge_load_cached (dir, site, kinds, NULL, error);
}

ModoriKnowledge *
modori_knowledge_load_cached (const char *dir, const char *const *site,
                              const ModoriKind *const *kinds, const char *cache, GError **error)
{
    g_autoptr (ModoriKnowledge) knowledge = NULL;

    g_return_val_if_fail (dir && kinds, NULL);
    knowledge = knowledge_new (kinds);
    if (! modori_knowledge_find_files (knowledge, dir, site, error))
        return NULL;
    if (cache && (! site || modori_knowledge_has_site_files (knowledge))) {
        if (modori_knowledge_unpack (knowledge, cache, knowledge->folders->len,
                                     MODORI_PACK_CACHE)) {
            knowledge->tested = TRUE;
            knowledge->cache = MODORI_CACHE_READ;
            return g_steal_pointer (&knowledge);
        }
        modori_knowledge_look_at_files (knowledge);
    }
    return read_folders (knowledge, error) ? g_steal_pointer (&knowledge) : NULL;
}

ModoriKnowledge *
modori_knowledge_parse (const char *path, ModoriSpan text, const ModoriKind *const *kinds,
                        GError **error)
{
    g_autoptr (ModoriKnowledge) knowledge = NULL;
    Reader reader = { NULL };
    char *copy = modori_span_dup (text);

    knowledge = knowledge_new (kinds);
    g_ptr_array_add (knowledge->texts, copy);
    reader.knowledge = knowledge;
    reader.path = g_string_chunk_insert (knowledge->paths, path);
    if (! read_text (&reader, modori_span (copy, text.len), error)
        || ! modori_knowledge_check (knowledge, error))
        return NULL;
    return g_steal_pointer (&knowledge);
}

/* --- what others ask --- */

static const GPtrArray *
read_all (const ModoriKnowledge *knowledge, const GPtrArray *blocks)
{
    for (guint i = 0; i < blocks->len; i++)
        read_late (knowledge, g_ptr_array_index (blocks, i));
    return blocks;
}

const GPtrArray *
modori_knowledge_raw (const ModoriKnowledge *knowledge, const ModoriKind *kind)
{
    return blocks_of (knowledge, kind);
}

void
modori_knowledge_read (const ModoriKnowledge *knowledge, const ModoriBlock *block)
{
    read_late (knowledge, block);
}

const GPtrArray *
modori_knowledge_blocks (const ModoriKnowledge *knowledge, const ModoriKind *kind)
{
    return read_all (knowledge, blocks_of (knowledge, kind));
}

const GPtrArray *
modori_knowledge_all (const ModoriKnowledge *knowledge)
{
    gboolean filled = knowledge->all->len > 0;

    for (guint i = 0; ! filled && i < knowledge->drafts->len; i++) {
        ModoriDraft *draft = &g_array_index (knowledge->drafts, ModoriDraft, i);

        if (! modori_knowledge_is_replaced (knowledge, draft))
            g_ptr_array_add (knowledge->all, draft);
    }
    return read_all (knowledge, knowledge->all);
}

guint64
modori_knowledge_digest (const ModoriKnowledge *knowledge)
{
    guint64 parts[4] = { 0 };

    for (guint i = 0; i < knowledge->drafts->len; i++) {
        const ModoriBlock *block = &g_array_index (knowledge->drafts, ModoriDraft, i).block;

        parts[1] = modori_pack_checksum (block->kind->name, strlen (block->kind->name));
        parts[2] = modori_pack_checksum (block->name, strlen (block->name));
        parts[3] = modori_pack_checksum (block->text.at, block->text.len);
        parts[0] = modori_pack_checksum ((const char *) parts, sizeof parts);
    }
    return parts[0];
}

const ModoriBlock *
modori_knowledge_block (const ModoriKnowledge *knowledge, const ModoriKind *kind, const char *name)
{
    const ModoriBlock wanted = { .name = name };
    const ModoriBlock *block = g_hash_table_lookup (names_of (knowledge, kind), &wanted);

    if (! block || block->off)
        return NULL;
    read_late (knowledge, block);
    return block;
}

ModoriCacheState
modori_knowledge_cache_state (const ModoriKnowledge *knowledge)
{
    return knowledge->cache;
}

gboolean
modori_knowledge_is_tested (const ModoriKnowledge *knowledge)
{
    return knowledge->tested;
}

gboolean
modori_knowledge_failed (const ModoriKnowledge *knowledge, GError **error)
{
    if (knowledge->errors->len)
        g_set_error_literal (error, MODORI_ERROR, MODORI_ERROR_SYNTAX,
                             g_ptr_array_index (knowledge->errors, 0));
    return knowledge->errors->len > 0;
}

gboolean
modori_knowledge_check (const ModoriKnowledge *knowledge, GError **error)
{
    if (! check_names (knowledge, error))
        return FALSE;
    for (guint i = 0; i < knowledge->drafts->len; i++)
        read_late (knowledge, &g_array_index (knowledge->drafts, ModoriDraft, i).block);
    return ! modori_knowledge_failed (knowledge, error);
}
