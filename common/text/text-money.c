/* text-money.c: amounts of money. */
#include "text/text-rules.h"

#include <string.h>

typedef struct
{
  const gchar *sign;
  const gchar *one, *many;
  const gchar *cent, *cents; /* NULL where the hundredth is not used */
} Currency;

static const Currency currencies[] = {
  { "US$", "U S dollar", "U S dollars", "cent", "cents" },
  { "A$", "australian dollar", "australian dollars", "cent", "cents" },
  { "C$", "canadian dollar", "canadian dollars", "cent", "cents" },
  { "HK$", "hong kong dollar", "hong kong dollars", "cent", "cents" },
  { "NZ$", "new zealand dollar", "new zealand dollars", "cent", "cents" },
  { "S$", "singapore dollar", "singapore dollars", "cent", "cents" },
  { "R$", "brazilian real", "brazilian reais", "centavo", "centavos" },
  { "$", "dollar", "dollars", "cent", "cents" },
  { "€", "euro", "euros", "cent", "cents" },
  { "£", "pound", "pounds", "penny", "pence" },
  { "¥", "yen", "yen", NULL, NULL },
  { "₹", "rupee", "rupees", NULL, NULL },
  { "Rs", "rupee", "rupees", "paisa", "paise" },
  { "Rs.", "rupee", "rupees", "paisa", "paise" },
  { "₩", "won", "won", NULL, NULL },
  { "₽", "ruble", "rubles", NULL, NULL },
  { "₺", "lira", "lira", NULL, NULL },
  { "₪", "shekel", "shekels", NULL, NULL },
  { "₿", "bitcoin", "bitcoins", NULL, NULL },
  { "₫", "dong", "dong", NULL, NULL },
  { "₴", "hryvnia", "hryvnias", NULL, NULL },
  { "₱", "peso", "pesos", NULL, NULL },
  { "₦", "naira", "naira", NULL, NULL },
  { "฿", "baht", "baht", NULL, NULL },
  { "¢", "cent", "cents", NULL, NULL },
  { "USD", "U S dollar", "U S dollars", "cent", "cents" },
  { "EUR", "euro", "euros", "cent", "cents" },
  { "GBP", "british pound", "british pounds", "penny", "pence" },
  { "JPY", "japanese yen", "japanese yen", NULL, NULL },
  { "CHF", "swiss franc", "swiss francs", NULL, NULL },
  { "CAD", "canadian dollar", "canadian dollars", "cent", "cents" },
  { "AUD", "australian dollar", "australian dollars", "cent", "cents" },
  { "INR", "indian rupee", "indian rupees", NULL, NULL },
  { "CNY", "chinese yuan", "chinese yuan", NULL, NULL },
  { "NZD", "new zealand dollar", "new zealand dollars", "cent", "cents" },
  { "SGD", "singapore dollar", "singapore dollars", "cent", "cents" },
  { "HKD", "hong kong dollar", "hong kong dollars", "cent", "cents" },
  { "SEK", "swedish krona", "swedish kronor", NULL, NULL },
  { "NOK", "norwegian krone", "norwegian kroner", NULL, NULL },
  { "DKK", "danish krone", "danish kroner", NULL, NULL },
  { "PLN", "polish zloty", "polish zlotys", NULL, NULL },
  { "KRW", "korean won", "korean won", NULL, NULL },
  { "BRL", "brazilian real", "brazilian reais", NULL, NULL },
  { "ZAR", "south african rand", "south african rand", NULL, NULL },
};

static const struct
{
  const gchar *sign;
  const gchar *word;
} multipliers[] = {
  { "k", "thousand" },
  { "K", "thousand" },
  { "thousand", "thousand" },
  { "m", "million" },
  { "M", "million" },
  { "mn", "million" },
  { "mm", "million" },
  { "million", "million" },
  { "bn", "billion" },
  { "b", "billion" },
  { "B", "billion" },
  { "billion", "billion" },
  { "lakh", "lakh" },
  { "crore", "crore" },
  { "tn", "trillion" },
  { "T", "trillion" },
  { "trillion", "trillion" },
};

#define SIGN                                                                  \
  "(?:US|HK|NZ|[ACSR])?\\$|Rs\\.?|€|£|¥|₹|₩|₽|₺|₪|₿|₫|₴|" \
  "₱|"                                                                      \
  "₦|"                                                                      \
  "฿"
#define CODE                                                            \
  "USD|EUR|GBP|JPY|CHF|CAD|AUD|INR|CNY|NZD|SGD|HKD|SEK|NOK|DKK|PLN|KRW" \
  "|BRL|ZAR"
/* Also .50, and with a decimal comma: 5,50 and 1.234,56. */
#define AMOUNT                                                    \
  "(?:\\d{1,3}(?:\\.\\d{3})*+,\\d{1,2}|" TEXT_NUMBER "|\\.\\d++)" \
  "(?![.,]?\\d)"
#define TIMES                                                                  \
  "(?:\\s?(thousand|million|billion|trillion|lakh|crore|mn|mm|bn|tn|[kKmMbBT]" \
  "))?"

static const Currency *
find_currency (const gchar *sign)
{
  for (gsize i = 0; i < G_N_ELEMENTS (currencies); i++)
    if (g_str_equal (currencies[i].sign, sign))
      return &currencies[i];
  return NULL;
}

static const gchar *
multiplier_word (const gchar *sign)
{
  for (gsize i = 0; i < G_N_ELEMENTS (multipliers); i++)
    if (g_str_equal (multipliers[i].sign, sign))
      return multipliers[i].word;
  return "";
}

/* $3.50: whole units and hundredths */
static void
say_with_cents (TextWalk *walk, const Currency *currency, const gchar *whole,
    const gchar *cents)
{
  gboolean no_cents = g_str_equal (cents, "00");
  gboolean no_whole = strspn (whole, "0") == strlen (whole);

  if (!no_whole || no_cents) {
    text_say_cardinal (walk, whole);
    text_say (walk, text_is_one (whole) ? currency->one : currency->many);
  }
  if (no_cents)
    return;
  if (!no_whole)
    text_say (walk, "and");
  text_say_cardinal (walk, cents[0] == '0' ? cents + 1 : cents);
  text_say (walk, text_is_one (cents) ? currency->cent : currency->cents);
}

/* English style: 1.234,56 becomes 1234.56. Nobody writes thousandths of a euro,
 * so three digits behind its point are thousands. */
static gchar *
plain_amount (const Currency *currency, const gchar *written)
{
  g_autoptr (GString) number = g_string_new (written);
  gchar *comma = strrchr (number->str, ',');
  gchar *point = strrchr (number->str, '.');

  if (comma != NULL && strlen (comma) <= 3) {
    g_autofree gchar *cents = g_strdup (comma + 1);

    g_string_truncate (number, (gsize) (comma - number->str));
    g_string_replace (number, ".", "", 0);
    return g_strconcat (number->str, ".", cents, NULL);
  }
  if (point != NULL && strlen (point) == 4 && g_str_equal (currency->sign, "€"))
    g_string_replace (number, ".", "", 0);
  return g_strdup (number->str);
}

/* @noun: a noun follows, "a $5 bill". */
static void
say_amount (TextWalk *walk, const Currency *currency, const gchar *written,
    const gchar *times, gboolean noun)
{
  g_autofree gchar *number = plain_amount (currency, written);
  const gchar *point = strchr (number, '.');

  if (*times == 0 && point != NULL && strlen (point) == 3
      && currency->cent != NULL) {
    g_autofree gchar *whole = g_strndup (number, (gsize) (point - number));

    say_with_cents (walk, currency, whole, point + 1);
    return;
  }
  text_say_number (walk, number);
  text_say (walk, multiplier_word (times));
  text_say (walk,
      noun || (*times == 0 && text_is_one (number)) ? currency->one
                                                    : currency->many);
}

/* $20/month, $3m-$4m */
static void
say_per_or_to (TextWalk *walk, TextMatch *match)
{
  if (match->end + 1 < walk->end && match->end[0] == '-'
      && (match->end[1] == '$' || (guchar) match->end[1] >= 0x80)) {
    text_say (walk, "to");
    match->end++;
  }
  if (match->end + 1 < walk->end && match->end[0] == '/'
      && g_ascii_isalpha (match->end[1])) {
    text_say (walk, "per");
    match->end++;
  }
}

/* $3.50, £1.2bn, $5-10, $5-$10 */
static gboolean
say_sign_first (TextWalk *walk, TextMatch *match)
{
  const Currency *currency = find_currency (match->group[1]);
  gboolean noun = text_is_attribute (walk, match->start, match->end);

  if (*match->group[3] != 0) {
    text_say_number (walk, match->group[2]);
    text_say (walk, "to");
    say_amount (walk, currency, match->group[3], match->group[4], noun);
  } else {
    say_amount (walk, currency, match->group[2], match->group[4], noun);
  }
  say_per_or_to (walk, match);
  return TRUE;
}

/* 5 €, 5m EUR, 99¢ */
static gboolean
say_sign_last (TextWalk *walk, TextMatch *match)
{
  say_amount (walk, find_currency (match->group[3]), match->group[1],
      match->group[2], text_is_attribute (walk, match->start, match->end));
  say_per_or_to (walk, match);
  return TRUE;
}

/* EUR 5 */
static gboolean
say_code_first (TextWalk *walk, TextMatch *match)
{
  say_amount (walk, find_currency (match->group[1]), match->group[2],
      match->group[3], text_is_attribute (walk, match->start, match->end));
  return TRUE;
}

const TextRule text_rules_money[] = {
  { "$UACHNSR€£฿", /* the first bytes of these signs also begin the others */
      "(" SIGN ")\\s?(" AMOUNT ")(?:\\s?-\\s?(?:" SIGN ")?(" AMOUNT "))?" TIMES
      "s?(?:\\s?(?:" CODE "))?" TEXT_END,
      say_sign_first },
  { "UEGJCAINSHDPKBZ", "(" CODE ")\\s?(" AMOUNT ")" TIMES TEXT_END,
      say_code_first },
  { "0",
      "(" AMOUNT ")" TIMES "\\s?(" CODE "|(?:" SIGN "|¢)(?!\\s?\\d))"
      "(?![A-Za-z0-9])",
      say_sign_last },
  { 0 },
};
