/* text-measures.c: numbers with a unit behind them. */
#include "text/text-rules.h"

#include <stdlib.h>
#include <string.h>

/* Where the unit may stand; a letter that is a word or a name of its own
 * counts as a unit only right behind the digits, or only behind a space. */
typedef enum
{
  ANYWHERE,
  ATTACHED,
  SPACED,
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
  { "mi", "mile", "miles" },
  { "ft", "foot", "feet" },
  { "yd", "yard", "yards" },
  { "yds", "yard", "yards" },
  { "sq ft", "square foot", "square feet" },
  { "sq km", "square kilometer", "square kilometers" },
  { "sq m", "square meter", "square meters" },
  { "sq mi", "square mile", "square miles" },
  { "km²", "square kilometer", "square kilometers" },
  { "km2", "square kilometer", "square kilometers" },
  { "m²", "square meter", "square meters" },
  { "m2", "square meter", "square meters" },
  { "cm²", "square centimeter", "square centimeters" },
  { "m³", "cubic meter", "cubic meters" },
  { "m3", "cubic meter", "cubic meters" },
  { "cm³", "cubic centimeter", "cubic centimeters" },
  { "ft²", "square foot", "square feet" },
  { "ha", "hectare", "hectares" },
  { "l", "liter", "liters" },
  { "L", "liter", "liters" },
  { "ml", "milliliter", "milliliters" },
  { "mL", "milliliter", "milliliters" },
  { "cl", "centiliter", "centiliters" },
  { "dl", "deciliter", "deciliters" },
  { "gal", "gallon", "gallons" },
  { "tsp", "teaspoon", "teaspoons" },
  { "tbsp", "tablespoon", "tablespoons" },
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
  { "km/h", "kilometer per hour", "kilometers per hour" },
  { "kmh", "kilometer per hour", "kilometers per hour" },
  { "kph", "kilometer per hour", "kilometers per hour" },
  { "mph", "mile per hour", "miles per hour" },
  { "m/s", "meter per second", "meters per second" },
  { "m/s²", "meter per second squared", "meters per second squared" },
  { "kn", "knot", "knots" },
  { "rpm", "revolution per minute", "revolutions per minute" },
  { "bpm", "beat per minute", "beats per minute" },
  { "fps", "frame per second", "frames per second" },
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
  { "W", "watt", "watts" },
  { "mW", "milliwatt", "milliwatts" },
  { "kW", "kilowatt", "kilowatts" },
  { "MW", "megawatt", "megawatts" },
  { "GW", "gigawatt", "gigawatts" },
  { "Wh", "watt hour", "watt hours" },
  { "kWh", "kilowatt hour", "kilowatt hours" },
  { "MWh", "megawatt hour", "megawatt hours" },
  { "J", "joule", "joules", ATTACHED },
  { "kJ", "kilojoule", "kilojoules" },
  { "cal", "calorie", "calories" },
  { "kcal", "kilocalorie", "kilocalories" },
  { "N", "newton", "newtons", ATTACHED },
  { "Pa", "pascal", "pascals" },
  { "hPa", "hectopascal", "hectopascals" },
  { "kPa", "kilopascal", "kilopascals" },
  { "psi", "P S I", "P S I" },
  { "hp", "horsepower", "horsepower" },
  { "°C", "degree celsius", "degrees celsius" },
  { "° C", "degree celsius", "degrees celsius" },
  { "°F", "degree fahrenheit", "degrees fahrenheit" },
  { "° F", "degree fahrenheit", "degrees fahrenheit" },
  { "°", "degree", "degrees" },
  { "dB", "decibel", "decibels" },
  { "Ω", "ohm", "ohms" },
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
  { "MB/s", "megabyte per second", "megabytes per second" },
  { "GB/s", "gigabyte per second", "gigabytes per second" },
  { "kbps", "kilobit per second", "kilobits per second" },
  { "kbit/s", "kilobit per second", "kilobits per second" },
  { "Mbps", "megabit per second", "megabits per second" },
  { "Mbit/s", "megabit per second", "megabits per second" },
  { "Gbps", "gigabit per second", "gigabits per second" },
  { "px", "pixel", "pixels" },
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

#define UNIT_CHARACTERS "(?:[A-Za-z/]|°|µ|²|³|Ω|‰|%)"

static const Unit *
find_unit (const gchar *sign, gsize length, gboolean spaced)
{
  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    if (strlen (units[i].sign) == length
        && memcmp (units[i].sign, sign, length) == 0
        && units[i].place != (spaced ? ATTACHED : SPACED))
      return &units[i];
  return NULL;
}

/* 5 km, 20°C, 10-15%, 5-km */
static gboolean
say_measure (TextWalk *walk, TextMatch *match)
{
  const gchar *number = match->group[1], *gap = match->group[2];
  const Unit *unit = find_unit (
      match->group[3], strlen (match->group[3]), g_str_equal (gap, " "));
  gboolean adjective = g_str_equal (gap, "-");

  if (unit == NULL)
    return FALSE;
  text_say_number (walk, number);
  text_say (walk, adjective || text_is_one (number) ? unit->one : unit->many);
  /* "5 ft." inside a sentence: the point belongs to the unit. */
  if (match->end < walk->end && *match->end == '.'
      && !text_ends_sentence (walk, match->end + 1))
    match->end++;
  return TRUE;
}

/* km/h and other units whose slash a shorter unit could swallow are tried
 * longest first by the pattern; this one drops "/month" from "5 kg/month". */
static gboolean
say_measure_per (TextWalk *walk, TextMatch *match)
{
  const Unit *unit = find_unit (match->group[3], strlen (match->group[3]),
      g_str_equal (match->group[2], " "));

  if (unit == NULL)
    return FALSE;
  text_say_number (walk, match->group[1]);
  text_say (walk, text_is_one (match->group[1]) ? unit->one : unit->many);
  text_say (walk, "per");
  return TRUE;
}

/* 5'10" and 6' */
static gboolean
say_feet_and_inches (TextWalk *walk, TextMatch *match)
{
  text_say_cardinal (walk, match->group[1]);
  text_say (walk, text_is_one (match->group[1]) ? "foot" : "feet");
  text_say_cardinal (walk, match->group[2]);
  text_say (walk, text_is_one (match->group[2]) ? "inch" : "inches");
  return TRUE;
}

/* MHz without a number */
static gboolean
say_lone_unit (TextWalk *walk, TextMatch *match)
{
  const Unit *unit =
      find_unit (match->group[1], strlen (match->group[1]), TRUE);

  text_say (walk, text_last_word_is (walk, "per") ? unit->one : unit->many);
  return TRUE;
}

#define NOT_UNIT "(?!" UNIT_CHARACTERS "|[0-9])"

const TextRule text_rules_measures[] = {
  { "0", "(\\d{1,2})'\\s?(\\d{1,2})(?:\"|'')", say_feet_and_inches },
  { "0",
      "(" TEXT_NUMBER ")([ -]?)"
      "(° [CF]|sq (?:ft|km|mi|m)|" UNIT_CHARACTERS "++[23]?)" NOT_UNIT,
      say_measure },
  { "0", "(" TEXT_NUMBER ")([ -]?)((?:[A-Za-z]|°|µ|²|³|Ω|%)++)/(?=[A-Za-z])",
      say_measure_per },
  { "kKMG\xC2", "(µm|µs|kHz|KHz|MHz|GHz|MB|GB|kWh|km|kg|Mbps|km/h)" NOT_UNIT,
      say_lone_unit },
  { 0 },
};
