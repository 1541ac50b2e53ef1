/* cmd-voice.c: autovoice voice: the store of voices. Making one is in
 * cmd-voice-create.c. */
#include <stdio.h>
#include <string.h>

#include <json-glib/json-glib.h>

#include "tool-output.h"
#include "tool-voices.h"
#include "tool.h"

typedef struct
{
  gchar *dir;
  gboolean json;
  gboolean overwrite;
  gchar **names;
} Options;

static void
add_text (JsonBuilder *builder, const gchar *key, const gchar *value)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_string_value (builder, value);
}

static void
add_number (JsonBuilder *builder, const gchar *key, gdouble value)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_double_value (builder, value);
}

static void
add_voice (JsonBuilder *builder, const gchar *name, const VoxVoice *voice)
{
  const VoxVoiceInfo *info = vox_voice_info (voice);

  json_builder_begin_object (builder);
  add_text (builder, "name", name);
  add_text (builder, "display_name", info->name);
  add_text (builder, "id", info->id);
  add_text (builder, "created", info->created);
  add_text (builder, "consent", info->consent);
  add_text (builder, "engine", info->engine);
  add_number (builder, "rate", info->rate);
  add_number (builder, "duration_s", info->duration_s);
  add_number (builder, "f0_median_hz", info->f0_median_hz);
  add_number (builder, "f0_low_hz", info->f0_low_hz);
  add_number (builder, "f0_high_hz", info->f0_high_hz);
  json_builder_set_member_name (builder, "sources");
  json_builder_begin_array (builder);
  for (guint i = 0; info->sources[i] != NULL; i++)
    json_builder_add_string_value (builder, info->sources[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
print_json (JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autofree gchar *text = json_to_string (root, TRUE);

  g_print ("%s\n", text);
}

static gint
list (Options *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree gchar *folder = vox_voice_store_dir (options->dir);
  g_auto (GStrv) names = vox_voice_store_list (options->dir, &error);
  guint n_shown = 0;

  if (names == NULL)
    return tool_fail (error);
  json_builder_begin_array (builder);
  for (guint i = 0; names[i] != NULL; i++) {
    g_autoptr (GError) load_error = NULL;
    g_autoptr (VoxVoice) voice =
        vox_voice_store_find (options->dir, names[i], &load_error);
    g_autofree gchar *pitch = NULL;

    if (voice == NULL) {
      tool_warning ("skipped: %s", load_error->message);
      continue;
    }
    n_shown++;
    add_voice (builder, names[i], voice);
    pitch = tool_voice_pitch (vox_voice_info (voice));
    if (!options->json)
      g_print ("%-20s %s, from %.0f s of recording\n", names[i], pitch,
          vox_voice_info (voice)->duration_s);
  }
  json_builder_end_array (builder);
  if (options->json)
    print_json (builder);
  else if (n_shown == 0)
    g_print ("There are no voices in \"%s\".\n", folder);
  return TOOL_OK;
}

static gint
show (Options *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VoxVoice) voice =
      vox_voice_store_find (options->dir, options->names[0], &error);
  g_autofree gchar *path = tool_voice_path (options->dir, options->names[0]);
  g_autofree gchar *pitch = NULL;
  const VoxVoiceInfo *info;

  if (voice == NULL)
    return tool_fail (error);
  info = vox_voice_info (voice);
  if (options->json) {
    g_autoptr (JsonBuilder) builder = json_builder_new ();

    add_voice (builder, options->names[0], voice);
    print_json (builder);
    return TOOL_OK;
  }
  pitch = tool_voice_pitch (info);
  g_print ("name      %s\nfile      %s\nid        %s\ncreated   %s\n",
      info->name, path, info->id, info->created);
  g_print ("pitch     %s\nlearnt    from %.1f s by %s at %u Hz\n", pitch,
      info->duration_s, info->engine, info->rate);
  g_print ("consent   %s\n",
      *info->consent != '\0' ? info->consent : "(no note was given)");
  for (guint i = 0; info->sources[i] != NULL; i++)
    g_print ("source    %s\n", info->sources[i]);
  return TOOL_OK;
}

static gint
delete_voices (Options *options)
{
  gint code = TOOL_OK;

  for (guint i = 0; options->names[i] != NULL; i++) {
    g_autoptr (GError) error = NULL;

    if (vox_voice_store_remove (options->dir, options->names[i], &error))
      g_print ("%s: deleted\n", options->names[i]);
    else
      code = tool_fail (error);
  }
  return code;
}

static gint
export_voice (Options *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VoxVoice) voice = NULL;
  const gchar *path = options->names[1];

  if (!options->overwrite && g_file_test (path, G_FILE_TEST_EXISTS)) {
    tool_error (
        "\"%s\" exists already; give another name or --overwrite", path);
    return TOOL_FAILED;
  }
  voice = vox_voice_store_find (options->dir, options->names[0], &error);
  if (voice == NULL || !vox_voice_save (voice, path, &error))
    return tool_fail (error);
  g_print ("%s -> %s\n", options->names[0], path);
  return TOOL_OK;
}

/* The name in the store: the second argument, or the file's own name. */
static gchar *
import_name (const Options *options)
{
  gchar *name;

  if (options->names[1] != NULL)
    return g_strdup (options->names[1]);
  name = g_path_get_basename (options->names[0]);
  if (g_str_has_suffix (name, ".voice"))
    name[strlen (name) - strlen (".voice")] = '\0';
  return name;
}

static gint
import_voice (Options *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VoxVoice) voice = vox_voice_load (options->names[0], &error);
  g_autofree gchar *name = import_name (options);

  if (voice == NULL
      || !vox_voice_store_add (
          options->dir, name, voice, options->overwrite, &error))
    return tool_fail (error);
  g_print ("%s -> %s\n", options->names[0], name);
  return TOOL_OK;
}

/**
 * Action: one word after "voice".
 * @min, @max: how many names it takes
 * @prints, @writes: whether it takes --json, --overwrite
 */
typedef struct
{
  const gchar *name;
  gint (*run) (Options *options);
  guint min;
  guint max;
  gboolean prints;
  gboolean writes;
  const gchar *usage;
} Action;

static const Action actions[] = {
  { "list", list, 0, 0, TRUE, FALSE, "- the voices that are there" },
  { "show", show, 1, 1, TRUE, FALSE, "NAME - what is known about a voice" },
  { "delete", delete_voices, 1, 1000, FALSE, FALSE, "NAME... - delete voices" },
  { "export", export_voice, 2, 2, FALSE, TRUE,
      "NAME FILE - copy a voice to a file" },
  { "import", import_voice, 1, 2, FALSE, TRUE,
      "FILE [NAME] - check a voice file and copy it to the store" },
};

static gint
run_action (const Action *action, gint argc, gchar **argv)
{
  Options options = { .dir = NULL };
  const GOptionEntry json = { "json", 0, 0, G_OPTION_ARG_NONE, &options.json,
    "print JSON", NULL };
  const GOptionEntry overwrite = { "overwrite", 0, 0, G_OPTION_ARG_NONE,
    &options.overwrite, "replace what is there", NULL };
  GOptionEntry entries[] = { TOOL_VOICES_DIR_ENTRY (options.dir),
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.names,
        NULL, NULL },
    { NULL }, { NULL } };
  g_autofree gchar *command = g_strconcat ("voice ", action->name, NULL);
  gint code = TOOL_USAGE;
  guint n;

  if (action->prints)
    entries[2] = json;
  else if (action->writes)
    entries[2] = overwrite;
  argv[0] = command;
  if (tool_parse (action->usage, NULL, entries, &argc, &argv)) {
    n = options.names != NULL ? g_strv_length (options.names) : 0;
    if (n >= action->min && n <= action->max)
      code = action->run (&options);
    else
      tool_usage_error (
          command, "usage: autovoice %s %s", command, action->usage);
  }
  g_free (options.dir);
  g_strfreev (options.names);
  return code;
}

static void
print_help (void)
{
  g_print ("Usage: autovoice voice ACTION [OPTION...]\n\nActions:\n"
           "  create NAME FILE... - learn a voice from 30 to 60 s of "
           "recording\n");
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    g_print ("  %s %s\n", actions[i].name, actions[i].usage);
  g_print ("\n  autovoice voice ACTION --help   options of an action\n"
           "  --voices-dir DIR                the folder of the voices\n");
}

gint
cmd_voice (gint argc, gchar **argv)
{
  if (argc < 2) {
    print_help ();
    return TOOL_USAGE;
  }
  if (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0) {
    print_help ();
    return TOOL_OK;
  }
  if (strcmp (argv[1], "create") == 0)
    return cmd_voice_create (argc - 1, argv + 1);
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    if (strcmp (argv[1], actions[i].name) == 0)
      return run_action (&actions[i], argc - 1, argv + 1);
  return tool_usage_error ("voice", "there is no action \"%s\"", argv[1]);
}
