/* text-units.c: the units behind numbers, and units made of others. */
#include "text/text-rules.h"

#include <string.h>

/* Where the unit may stand; a letter that is a word or a name of its own
 * counts as a unit only right behind the digits, or only behind a space. */
typedef enum
{
  ANYWHERE,
  ATTACHED,
  SPACED,
  POWER, /* only squared, cubed, or behind a slash: "5 in" is no length */
} Place;

typedef struct
{
  const gchar *sign;
  const gchar *one, *many;
  Place place;
} Unit;

static const Unit units[] = {
  /* length, area, volume */
  { "km", "kilometer", "kilometers" },
  { "m", "meter", "meters" },
  { "cm", "centimeter", "centimeters" },
  { "mm", "millimeter", "millimeters" },
  { "µm", "micrometer", "micrometers" },
  { "nm", "nanometer", "nanometers" },
  { "in", "inch", "inches", POWER },
  { "mi", "mile", "miles" },
  { "ft", "foot", "feet" },
  { "yd", "yard", "yards" },
  { "yds", "yard", "yards" },
  { "ha", "hectare", "hectares" },
  { "l", "liter", "liters" },
  { "L", "liter", "liters" },
  { "ml", "milliliter", "milliliters" },
  { "mL", "milliliter", "milliliters" },
  { "cl", "centiliter", "centiliters" },
  { "dl", "deciliter", "deciliters" },
  { "dL", "deciliter", "deciliters" },
  { "gal", "gallon", "gallons" },
  { "bbl", "barrel", "barrels" },
  { "tsp", "teaspoon", "teaspoons" },
  { "tbsp", "tablespoon", "tablespoons" },
  { "qt", "quart", "quarts" },
  { "fl oz", "fluid ounce", "fluid ounces" },
  /* mass */
  { "kg", "kilogram", "kilograms" },
  { "g", "gram", "grams" },
  { "mg", "milligram", "milligrams" },
  { "µg", "microgram", "micrograms" },
  { "lb", "pound", "pounds" },
  { "lbs", "pound", "pounds" },
  { "oz", "ounce", "ounces" },
  { "t", "ton", "tons", ATTACHED },
  /* time and speed */
  { "s", "second", "seconds", SPACED },
  { "sec", "second", "seconds" },
  { "secs", "second", "seconds" },
  { "ms", "millisecond", "milliseconds" },
  { "µs", "microsecond", "microseconds" },
  { "ns", "nanosecond", "nanoseconds" },
  { "min", "minute", "minutes" },
  { "mins", "minute", "minutes" },
  { "h", "hour", "hours" },
  { "hr", "hour", "hours" },
  { "hrs", "hour", "hours" },
  { "yr", "year", "years" },
  { "yrs", "year", "years" },
  { "wk", "week", "weeks" },
  { "wks", "week", "weeks" },
  { "mo", "month", "months" },
  { "mos", "month", "months" },
  { "kmh", "kilometer per hour", "kilometers per hour" },
  { "kph", "kilometer per hour", "kilometers per hour" },
  { "mph", "mile per hour", "miles per hour" },
  { "MPH", "mile per hour", "miles per hour" },
  { "mpg", "mile per gallon", "miles per gallon" },
  { "kn", "knot", "knots" },
  { "rpm", "revolution per minute", "revolutions per minute" },
  { "RPM", "revolution per minute", "revolutions per minute" },
  { "bpm", "beat per minute", "beats per minute" },
  { "BPM", "beat per minute", "beats per minute" },
  { "fps", "frame per second", "frames per second" },
  { "FPS", "frame per second", "frames per second" },
  /* frequency, electricity, energy, pressure, temperature, angle, level */
  { "Hz", "hertz", "hertz" },
  { "kHz", "kilohertz", "kilohertz" },
  { "KHz", "kilohertz", "kilohertz" },
  { "MHz", "megahertz", "megahertz" },
  { "GHz", "gigahertz", "gigahertz" },
  { "THz", "terahertz", "terahertz" },
  { "V", "volt", "volts" },
  { "mV", "millivolt", "millivolts" },
  { "kV", "kilovolt", "kilovolts" },
  { "A", "amp", "amps", ATTACHED },
  { "mA", "milliamp", "milliamps" },
  { "mAh", "milliamp hour", "milliamp hours" },
  { "Ah", "amp hour", "amp hours", ATTACHED },
  { "Ω", "ohm", "ohms" },
  { "kΩ", "kilohm", "kilohms" },
  { "MΩ", "megohm", "megohms" },
  { "µF", "microfarad", "microfarads" },
  { "nF", "nanofarad", "nanofarads" },
  { "pF", "picofarad", "picofarads" },
  { "W", "watt", "watts" },
  { "mW", "milliwatt", "milliwatts" },
  { "kW", "kilowatt", "kilowatts" },
  { "MW", "megawatt", "megawatts" },
  { "GW", "gigawatt", "gigawatts" },
  { "Wh", "watt hour", "watt hours" },
  { "kWh", "kilowatt hour", "kilowatt hours" },
  { "MWh", "megawatt hour", "megawatt hours" },
  { "GWh", "gigawatt hour", "gigawatt hours" },
  { "TWh", "terawatt hour", "terawatt hours" },
  { "J", "joule", "joules", ATTACHED },
  { "kJ", "kilojoule", "kilojoules" },
  { "MJ", "megajoule", "megajoules" },
  { "eV", "electron volt", "electron volts" },
  { "keV", "kiloelectron volt", "kiloelectron volts" },
  { "MeV", "megaelectron volt", "megaelectron volts" },
  { "cal", "calorie", "calories" },
  { "kcal", "kilocalorie", "kilocalories" },
  { "N", "newton", "newtons", ATTACHED },
  { "Pa", "pascal", "pascals" },
  { "hPa", "hectopascal", "hectopascals" },
  { "kPa", "kilopascal", "kilopascals" },
  { "MPa", "megapascal", "megapascals" },
  { "mmHg", "millimeter of mercury", "millimeters of mercury" },
  { "mbar", "millibar", "millibars" },
  { "psi", "P S I", "P S I" },
  { "hp", "horsepower", "horsepower" },
  { "°C", "degree celsius", "degrees celsius" },
  { "°F", "degree fahrenheit", "degrees fahrenheit" },
  { "°", "degree", "degrees" },
  { "dB", "decibel", "decibels" },
  /* data */
  { "kB", "kilobyte", "kilobytes" },
  { "KB", "kilobyte", "kilobytes" },
  { "MB", "megabyte", "megabytes" },
  { "GB", "gigabyte", "gigabytes" },
  { "TB", "terabyte", "terabytes" },
  { "PB", "petabyte", "petabytes" },
  { "KiB", "kibibyte", "kibibytes" },
  { "MiB", "mebibyte", "mebibytes" },
  { "GiB", "gibibyte", "gibibytes" },
  { "TiB", "tebibyte", "tebibytes" },
  { "kb", "kilobit", "kilobits" },
  { "Mb", "megabit", "megabits" },
  { "Gb", "gigabit", "gigabits" },
  { "kbit", "kilobit", "kilobits" },
  { "Mbit", "megabit", "megabits" },
  { "Gbit", "gigabit", "gigabits" },
  { "Tbit", "terabit", "terabits" },
  { "kbps", "kilobit per second", "kilobits per second" },
  { "Mbps", "megabit per second", "megabits per second" },
  { "Gbps", "gigabit per second", "gigabits per second" },
  { "bps", "basis point", "basis points" },
  { "ppm", "part per million", "parts per million" },
  { "ppb", "part per billion", "parts per billion" },
  { "Tbps", "terabit per second", "terabits per second" },
  { "px", "pixel", "pixels" },
  { "pt", "point", "points" },
  { "pts", "point", "points" },
  { "dpi", "dot per inch", "dots per inch" },
  { "MP", "megapixel", "megapixels" },
  /* parts and powers of ten */
  { "%", "percent", "percent" },
  { "‰", "per mille", "per mille" },
  { "k", "thousand", "thousand", ATTACHED },
  { "M", "million", "million", ATTACHED },
  { "bn", "billion", "billion" },
  { "tn", "trillion", "trillion" },
  { "x", "times", "times", ATTACHED },
};

/* What can be squared into an area and cubed into a volume. */
static const gchar *const lengths[] = { "km", "m", "cm", "mm", "µm", "nm", "mi",
  "ft", "yd", "in" };

static const Unit *
find_unit (const gchar *sign, gsize length)
{
  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    if (strlen (units[i].sign) == length
        && memcmp (units[i].sign, sign, length) == 0)
      return &units[i];
  return NULL;
}

/* m², m^2, m2: "square" and the sign without its power; "" when it has none */
static const gchar *
split_power (const gchar *sign, gsize *length)
{
  static const struct
  {
    const gchar *suffix;
    const gchar *word;
  } powers[] = { { "²", "square" }, { "³", "cubic" }, { "^2", "square" },
    { "^3", "cubic" }, { "2", "square" }, { "3", "cubic" } };

  for (gsize i = 0; i < G_N_ELEMENTS (powers); i++) {
    gsize n = strlen (powers[i].suffix);

    if (*length > n && memcmp (sign + *length - n, powers[i].suffix, n) == 0) {
      *length -= n;
      return powers[i].word;
    }
  }
  return "";
}

/* square feet from "sq ft" or "ft²" */
static gboolean
append_power (GString *name, const gchar *sign, gsize length, gboolean one)
{
  const gchar *power;
  const Unit *unit;

  if (length > 3 && memcmp (sign, "sq ", 3) == 0)
    power = "square";
  else if (length > 3 && memcmp (sign, "cu ", 3) == 0)
    power = "cubic";
  else
    power = split_power (sign, &length);
  if (*power == 0)
    return FALSE;
  if (sign[2] == ' ') {
    sign += 3;
    length -= 3;
  }
  unit = find_unit (sign, length);
  if (unit != NULL && g_str_equal (unit->sign, "s")) {
    g_string_append_printf (name, "%s squared", one ? unit->one : unit->many);
    return TRUE;
  }
  for (gsize i = 0; unit != NULL && i < G_N_ELEMENTS (lengths); i++)
    if (g_str_equal (unit->sign, lengths[i])) {
      g_string_append_printf (
          name, "%s %s", power, one ? unit->one : unit->many);
      return TRUE;
    }
  return FALSE;
}

static gboolean
append_unit (GString *name, const gchar *sign, gsize length,
    TextUnitPlace place, gboolean one)
{
  const gchar *slash = memchr (sign, '/', length);
  const Unit *unit = find_unit (sign, length);

  if (unit != NULL
      && (unit->place == ANYWHERE || place == TEXT_UNIT_PER
          || (unit->place == ATTACHED && place == TEXT_UNIT_ATTACHED)
          || (unit->place != POWER && unit->place != ATTACHED
              && place == TEXT_UNIT_HYPHENATED)
          || (unit->place == SPACED && place == TEXT_UNIT_SPACED))) {
    g_string_append (name, one ? unit->one : unit->many);
    return TRUE;
  }
  if (slash == NULL)
    return append_power (name, sign, length, one);
  if (!append_unit (name, sign, (gsize) (slash - sign), place, one))
    return FALSE;
  g_string_append (name, " per ");
  return append_unit (name, slash + 1, length - (gsize) (slash + 1 - sign),
      TEXT_UNIT_PER, TRUE);
}

gboolean
text_say_unit (TextWalk *walk, const gchar *sign, TextUnitPlace place,
    const gchar *number, gboolean one)
{
  g_autoptr (GString) plain = g_string_new (sign);
  g_autoptr (GString) name = g_string_new (NULL);

  /* sq. ft., ° C */
  g_string_replace (plain, ".", " ", 0);
  g_string_replace (plain, "  ", " ", 0);
  g_string_replace (plain, "° ", "°", 0);
  if (!append_unit (name, plain->str, plain->len, place,
          one || (number != NULL && text_is_one (number))))
    return FALSE;
  if (number != NULL)
    text_say_number (walk, number);
  text_say (walk, name->str);
  return TRUE;
}
