/* text.c: the normaliser says what a person would read aloud. */
#include <string.h>

#include "text/vox-phones.h"
#include "text/vox-text.h"

typedef struct
{
  const gchar *written;
  const gchar *spoken;
} Reading;

static const Reading readings[] = {
  { "It costs $3.50.", "it costs three dollars and fifty cents." },
  { "It costs $1.", "it costs one dollar." },
  { "Only $0.99!", "only ninety nine cents!" },
  { "$1.01", "one dollar and one cent" },
  { "$5", "five dollars" },
  { "€5m", "five million euros" },
  { "€5 million", "five million euros" },
  { "£1.2bn", "one point two billion pounds" },
  { "¥500", "five hundred yen" },
  { "$3.5 million was paid", "three point five million dollars was paid" },
  { "$5-10", "five to ten dollars" },
  { "$5-$10 each", "five to ten dollars each" },
  { "$1,234.56",
      "one thousand two hundred thirty four dollars and fifty six cents" },
  { "5 €", "five euros" },
  { "99¢", "ninety nine cents" },
  { "20 EUR", "twenty euros" },
  { "USD 100", "one hundred U S dollars" },
  { "$20/month", "twenty dollars per month" },
  { "£0.01", "one penny" },
  { "Rs ₹500", "rs five hundred rupees" },
  { "US$40", "forty U S dollars" },
  { "$3.5", "three point five dollars" },
  { "5 km", "five kilometers" },
  { "1 km", "one kilometer" },
  { "20°C", "twenty degrees celsius" },
  { "-5°C", "minus five degrees celsius" },
  { "3.5GHz", "three point five gigahertz" },
  { "60 mph", "sixty miles per hour" },
  { "10%", "ten percent" },
  { "100 km/h", "one hundred kilometers per hour" },
  { "5 kg", "five kilograms" },
  { "12.5%", "twelve point five percent" },
  { "10-15 km", "ten to fifteen kilometers" },
  { "a 5-km run", "a five kilometer run" },
  { "6 ft. tall", "six feet tall" },
  { "5'10\"", "five feet ten inches" },
  { "2 m²", "two square meters" },
  { "16 GB of RAM", "sixteen gigabytes of ram" },
  { "512MB", "five hundred twelve megabytes" },
  { "44.1 kHz", "forty four point one kilohertz" },
  { "30 s", "thirty seconds" },
  { "9.8 m/s²", "nine point eight meters per second squared" },
  { "100 Mbps", "one hundred megabits per second" },
  { "5k", "five thousand" },
  { "3x", "three times" },
  { "180 °F", "one hundred eighty degrees fahrenheit" },
  { "2 lbs", "two pounds" },
  { "1 lb", "one pound" },
  { "1/2 cup", "one half cup" },
  { "3/4/2024", "march fourth, twenty twenty four" },
  { "2024-03-04", "march fourth, twenty twenty four" },
  { "March 4th", "march fourth" },
  { "March 4, 2024", "march fourth, twenty twenty four" },
  { "Mar. 4", "march fourth" },
  { "4 March 2024", "the fourth of march, twenty twenty four" },
  { "the 4th of July", "the fourth of july" },
  { "on the 21st of May 1999",
      "on the twenty first of may, nineteen ninety nine" },
  { "12/25/99", "december twenty fifth, nineteen ninety nine" },
  { "25/12/1999", "december twenty fifth, nineteen ninety nine" },
  { "31.12.1999", "december thirty first, nineteen ninety nine" },
  { "1990s", "nineteen nineties" },
  { "the '90s", "the nineties" },
  { "in his 30s", "in his thirties" },
  { "1984", "nineteen eighty four" },
  { "in 2005", "in two thousand five" },
  { "in 2010", "in twenty ten" },
  { "in 1900", "in nineteen hundred" },
  { "2000", "two thousand" },
  { "1990-1995", "nineteen ninety to nineteen ninety five" },
  { "1914-18", "nineteen fourteen to eighteen" },
  { "class of '84", "class of eighty four" },
  { "Sept. 2024", "september twenty twenty four" },
  { "December 2023", "december twenty twenty three" },
  { "3:45pm", "three forty five P M" },
  { "14:30", "fourteen thirty" },
  { "3:00", "three o'clock" },
  { "3:05", "three oh five" },
  { "10:00 am", "ten A M" },
  { "9 a.m.", "nine A M." },
  { "We met at 9 p.m. He left.", "we met at nine P M. he left." },
  { "at 3 p.m. sharp", "at three P M sharp" },
  { "9am-5pm", "nine A M to five P M" },
  { "00:15", "zero fifteen" },
  { "16:9", "sixteen to nine" },
  { "12:34:56", "twelve thirty four and fifty six seconds" },
  { "7.30pm", "seven thirty P M" },
  { "1st", "first" },
  { "2nd", "second" },
  { "3rd", "third" },
  { "21st", "twenty first" },
  { "100th", "one hundredth" },
  { "112th", "one hundred twelfth" },
  { "1/2", "one half" },
  { "3/4", "three quarters" },
  { "2 1/2", "two and one half" },
  { "½", "one half" },
  { "2½", "two and one half" },
  { "5/8", "five eighths" },
  { "1/3 of it", "one third of it" },
  { "2/3", "two thirds" },
  { "24/7", "twenty four seven" },
  { "9/11", "nine eleven" },
  { "3.14", "three point one four" },
  { "0.5", "zero point five" },
  { ".5", "zero point five" },
  { "1,000", "one thousand" },
  { "1,000,000", "one million" },
  { "1234567",
      "one million two hundred thirty four thousand five hundred sixty seven" },
  { "123", "one hundred twenty three" },
  { "0", "zero" },
  { "12", "twelve" },
  { "101", "one hundred one" },
  { "1001", "one thousand one" },
  { "2,345", "two thousand three hundred forty five" },
  { "-5", "minus five" },
  { "-0.5", "minus zero point five" },
  { "10-15", "ten to fifteen" },
  { "5 - 3", "five minus three" },
  { "2+2=4", "two plus two equals four" },
  { "555-1234", "five five five, one two three four" },
  { "(555) 123-4567", "five five five, one two three, four five six seven" },
  { "1-800-555-1234",
      "one, eight zero zero, five five five, one two three four" },
  { "+1 555 123 4567",
      "plus one, five five five, one two three, four five six seven" },
  { "+44 20 7946 0958",
      "plus four four, two zero, seven nine four six, zero nine five eight" },
  { "020 7946 0958",
      "zero two zero, seven nine four six, zero nine five eight" },
  { "4111 1111 1111 1111",
      "four one one one, one one one one, one one one one, one one one one" },
  { "007", "zero zero seven" },
  { "192.168.0.1", "one nine two dot one six eight dot zero dot one" },
  { "version 2.0.1", "version two point zero point one" },
  { "10^6", "ten to the power of six" },
  { "5²", "five squared" },
  { "1e-5", "one times ten to the minus five" },
  { "1920x1080", "one thousand nine hundred twenty by one thousand eighty" },
  { "3 × 4", "three times four" },
  { "#1", "number one" },
  { "No. 5", "number five" },
  { "No. He said no.", "no. he said no." },
  { "Henry VIII", "henry the eighth" },
  { "Chapter IV", "chapter four" },
  { "World War II", "world war two" },
  { "Rocky IV", "rocky four" },
  { "Louis XIV was king.", "louis the fourteenth was king." },
  { "Elizabeth II", "elizabeth the second" },
  { "Part I", "part one" },
  { "Henry I think so", "henry I think so" },
  { "the XIV century", "the fourteenth century" },
  { "https://example.com/path?x=1",
      "example dot com slash path question mark X equals one" },
  { "www.example.com", "W W W dot example dot com" },
  { "Visit example.com.", "visit example dot com." },
  { "example.co.uk", "example dot co dot U K" },
  { "john.doe@example.com", "john dot doe at example dot com" },
  { "user_1@mail.org.", "user underscore one at mail dot org." },
  { "readme.txt", "readme dot T X T" },
  { "song.mp3", "song dot M P three" },
  { "#ThrowbackThursday", "hashtag throwback thursday" },
  { "@john_doe", "at john underscore doe" },
  { "NASA", "nasa" },
  { "FBI", "F B I" },
  { "the FBI's plan", "the F B I's plan" },
  { "CEOs and DVDs", "C E O's and D V D's" },
  { "UNESCO", "unesco" },
  { "NATO and the UN", "nato and the U N" },
  { "HTML", "H T M L" },
  { "USA", "U S A" },
  { "U.S.", "U S." },
  { "the U.S. economy", "the U S economy" },
  { "He lives in the U.S.", "he lives in the U S." },
  { "ASCII", "askee" },
  { "JPEG", "jay peg" },
  { "SQL", "sequel" },
  { "THIS IS A TEST", "this is a test" },
  { "I LOVE YOU", "I love you" },
  { "IBM PC", "I B M P C" },
  { "MIT", "M I T" },
  { "UCLA", "U C L A" },
  { "Dr. Smith", "doctor smith" },
  { "Smith Dr.", "smith drive." },
  { "12 Mulholland Dr. is nice", "twelve mulholland drive is nice" },
  { "St. James St.", "saint james street." },
  { "St. James St. is long.", "saint james street is long." },
  { "221B Baker St.", "two hundred twenty one B baker street." },
  { "Main St. is closed", "main street is closed" },
  { "In St. Louis", "in saint louis" },
  { "Mr. and Mrs. Jones", "mister and missus jones" },
  { "Mr Jones", "mister jones" },
  { "Prof. X", "professor X" },
  { "etc.", "et cetera." },
  { "apples, pears, etc. are fruit", "apples, pears, et cetera are fruit" },
  { "apples etc. Then more", "apples et cetera. then more" },
  { "e.g. this", "for example this" },
  { "i.e. that", "that is that" },
  { "Acme Inc. is big", "acme incorporated is big" },
  { "Acme Inc. It is big", "acme incorporated. it is big" },
  { "J. R. R. Tolkien", "J R R tolkien" },
  { "John F. Kennedy", "john F kennedy" },
  { "Ph.D.", "P H D." },
  { "a Ph.D. student", "a P H D student" },
  { "vs. them", "versus them" },
  { "Ms. Smith", "miz smith" },
  { "Gen. Lee", "general lee" },
  { "Col. Mustard", "colonel mustard" },
  { "Mt. Everest", "mount everest" },
  { "Ft. Worth", "fort worth" },
  { "Fig. 3", "figure three" },
  { "Vol. 2", "volume two" },
  { "approx. 50", "approximately fifty" },
  { "Jr. and Sr.", "junior and senior." },
  { "on Mon. and Tues.", "on monday and tuesday." },
  { "AT&T", "A T and T" },
  { "you & me", "you and me" },
  { "me @ home", "me at home" },
  { "2 + 2", "two plus two" },
  { "5 > 3", "five greater than three" },
  { "~100", "about one hundred" },
  { "C++", "C plus plus" },
  { "C#", "C sharp" },
  { "50% off", "fifty percent off" },
  { "100 % sure", "one hundred percent sure" },
  { "he/she", "he or she" },
  { "and/or", "and or" },
  { "w/o", "without" },
  { "“Hello,” she said.", "hello, she said." },
  { "it’s", "it's" },
  { "don't", "don't" },
  { "rock 'n' roll", "rock N roll" },
  { "wait—what", "wait, what" },
  { "wait - what", "wait, what" },
  { "wait -- what", "wait, what" },
  { "pages 5–7", "pages five to seven" },
  { "…and then", "and then" },
  { "Well... maybe", "well, maybe" },
  { "well-known", "well known" },
  { "café", "cafe" },
  { "Zürich", "zurich" },
  { "naïve", "naive" },
  { "Straße", "strasse" },
  { "Łódź", "lodz" },
  { "smörgåsbord", "smorgasbord" },
  { "œuvre", "oeuvre" },
  { "你好 world", "world" },
  { "Привет", "" },
  { "hello 😀 world", "hello world" },
  { "vitamin A", "vitamin A" },
  { "plan B.", "plan B." },
  { "I am", "I am" },
  { "iPhone", "I phone" },
  { "GStreamer", "G streamer" },
  { "YouTube", "you tube" },
  { "McDonald", "mcdonald" },
  { "eBay", "E bay" },
  { "mp3", "M P three" },
  { "B2B", "B two B" },
  { "x86", "X eighty six" },
  { "H2O", "H two O" },
  { "COVID-19", "covid nineteen" },
  { "F-16", "F sixteen" },
  { "4K", "four K" },
  { "3D", "three D" },
  { "Wi-Fi", "wi fi" },
  { "TV", "T V" },
  { "[[hh ax l ow1]] world", "[[hh ax0 l ow1]] world" },
  { "Hello (world).", "hello, world." },
  { "[note]", "note," },
  { "yes; no: maybe", "yes, no, maybe" },
  { "\"Quoted.\"", "quoted." },
  { "What?! No!!!", "what? no!" },
  { "Hello world", "hello world" },
  { "5pm", "five P M" },
  { "µm", "micrometers" },
  { "5 µm", "five micrometers" },
  { "25 × 4 = 100", "twenty five times four equals one hundred" },
  { "km/h", "kilometers per hour" },
  { "dogs' toys", "dogs toys" },
  { "o'clock", "o'clock" },
  { "'tis", "tis" },
  { "O'Brien", "o'brien" },
  { "2nd Ave.", "second avenue." },
  { "5th Ave. is long", "fifth avenue is long" },
  { "p. 5", "page five" },
  { "pp. 5-7", "pages five to seven" },
  { "ok.", "okay." },
  { "max. 5", "maximum five" },
  { "Max. He", "max. he" },
  { "Feb. 29", "february twenty ninth" },
  { "the year 1500", "the year fifteen hundred" },
  { "1500 people", "fifteen hundred people" },
  { "2048 KB", "two thousand forty eight kilobytes" },
  { "1999 kg", "one thousand nine hundred ninety nine kilograms" },
  { "room 101", "room one hundred one" },
  { "3-2", "three to two" },
  { "20s", "twenties" },
  { "ISO 9001", "I S O nine thousand one" },
  { "A4", "A four" },
  { "€1.50", "one euro and fifty cents" },
  { "£2.5m", "two point five million pounds" },
  { "1ms", "one millisecond" },
  { "10:30-11:30", "ten thirty to eleven thirty" },
  { "10-11 a.m.", "ten to eleven A M." },
  { "the 1st and 2nd.", "the first and second." },
  { "$1m", "one million dollars" },
  { "10,5", "ten, five" },
  { "3.", "three." },
  { "Is it 3.5?", "is it three point five?" },
  { "The U.S.A. won.", "the U S A won." },
  { "Is that 5 km away? Yes!", "is that five kilometers away? yes!" },
  { "Call me at 555-1234, please.",
      "call me at five five five, one two three four, please." },
  { "On 3/4/2024 at 14:30 we paid $3.50 for 5 km.",
      "on march fourth, twenty twenty four at fourteen thirty we paid three "
      "dollars and fifty cents for five kilometers." },
  { "She said \"no\" (twice).", "she said no, twice." },
  { "The temperature fell to -3 °C.",
      "the temperature fell to minus three degrees celsius." },
  { "It was £5-10 a head.", "it was five to ten pounds a head." },
  { "Read pp. 10-12 of vol. 3.", "read pages ten to twelve of volume three." },
  { "Between 1939-1945",
      "between nineteen thirty nine to nineteen forty five" },
  { "May 5", "may fifth" },
  { "may I go", "may I go" },
  { "the March on Rome", "the march on rome" },
  { "He ran 100 m.", "he ran one hundred meters." },
  { "10 m tall", "ten meters tall" },
  { "2nd floor, 3rd door", "second floor, third door" },
  { "a 10% rise", "a ten percent rise" },
  { "0.75%", "zero point seven five percent" },
  { "I paid 5 dollars.", "I paid five dollars." },
  { "St. Paul's", "saint paul's" },
  { "St. Patrick's Day", "saint patrick's day" },
  { "Dr. Who", "doctor who" },
  { "Dr No", "doctor no" },
  { "Prof. Dr. Schmidt", "professor doctor schmidt" },
  { "5 ft", "five feet" },
  { "$100", "one hundred dollars" },
  { "$1,000,000", "one million dollars" },
  { "$2.75/kg", "two dollars and seventy five cents per kilogram" },
  { "Fig. 2.", "figure two." },
  { "No, 5 is fine.", "no, five is fine." },
  { "e-mail", "E mail" },
  { "A man, a plan.", "a man, a plan." },
  { "1st Lt. Smith", "first lieutenant smith" },
  { "mid-1990s", "mid nineteen nineties" },
  { "the 1800s", "the eighteen hundreds" },
  { "Q&A", "Q and A" },
  { "R&B", "R and B" },
  { "1.5x", "one point five times" },
  { "5 million", "five million" },
  { "3:1", "three to one" },
  { "24 h", "twenty four hours" },
  { "3 hrs", "three hours" },
  { "Vol. IV", "volume four" },
  { "Act III", "act three" },
  { "Super Bowl LIV", "super bowl fifty four" },
  { "Pope John Paul II", "pope john paul the second" },
  { "King George VI", "king george the sixth" },
  { "Type II diabetes", "type two diabetes" },
  { "the vote was 50-50", "the vote was fifty fifty" },
  { "The end.Then more", "the end. then more" },
  { "£3m-£4m", "three million pounds to four million pounds" },
  { "See ch. 4 (incl. notes).", "see chapter four, including notes." },
  { "/usr/bin", "slash usr slash bin" },
  { "key=value", "key equals value" },
  { "Washington, D.C. is", "washington, D C is" },
  { "We met at 3 PM EST.", "we met at three P M E S T." },
  { "She's 5'4\" tall.", "she's five feet four inches tall." },
  { "He weighs 80kg & runs 10km/day.",
      "he weighs eighty kilograms and runs ten kilometers per day." },
};

static gchar *
normalize (const gchar *text)
{
  g_autoptr (VoxNormalizer) normalizer = vox_normalizer_new (NULL);

  return vox_normalizer_run (normalizer, text, -1);
}

static void
test_readings (void)
{
  g_autoptr (VoxNormalizer) normalizer = vox_normalizer_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (readings); i++) {
    g_autofree gchar *spoken =
        vox_normalizer_run (normalizer, readings[i].written, -1);

    if (!g_str_equal (spoken, readings[i].spoken)) {
      g_test_message ("\"%s\" is read \"%s\" instead of \"%s\"",
          readings[i].written, spoken, readings[i].spoken);
      g_test_fail ();
    }
  }
}

/* What vox-text.h promises about every output. */
static void
assert_speakable (const gchar *spoken)
{
  gboolean phones = FALSE;

  g_assert_false (g_str_has_prefix (spoken, " "));
  g_assert_false (g_str_has_suffix (spoken, " "));
  for (const gchar *c = spoken; *c != 0; c++) {
    if (*c == '[' || *c == ']')
      phones = *c == '[';
    g_assert_true (g_ascii_isalpha (*c) || strchr (" '.,!?[]", *c) != NULL
        || (phones && g_ascii_isdigit (*c)));
    g_assert_false (c[0] == ' ' && c[1] == ' ');
  }
}

static void
test_any_bytes_become_speakable (void)
{
  g_autoptr (VoxNormalizer) normalizer = vox_normalizer_new (NULL);
  g_autoptr (GRand) random = g_rand_new_with_seed (20);
  static const gchar *const pieces[] = { "$", "€", "1", "23", ".", ",", "/",
    "-", ":", " ", "am", "St.", "Dr", "km", "%", "[[", "]]", "ah0", "\xff",
    "\xe2\x82", "\n", "IV", "@", "#", "x", "th", "'s", "°", "½", "\xf0\x9f\x98",
    "é", "http://", ".com", "(", "é" };

  for (guint round = 0; round < 2000; round++) {
    g_autoptr (GString) text = g_string_new (NULL);
    g_autofree gchar *spoken = NULL;
    guint n = (guint) g_rand_int_range (random, 0, 24);

    for (guint i = 0; i < n; i++)
      if (g_rand_boolean (random))
        g_string_append (
            text, pieces[g_rand_int_range (random, 0, G_N_ELEMENTS (pieces))]);
      else
        g_string_append_c (text, (gchar) g_rand_int_range (random, 0, 256));
    spoken = vox_normalizer_run (normalizer, text->str, (gssize) text->len);
    assert_speakable (spoken);
  }
}

static void
test_long_tokens_end (void)
{
  g_autofree gchar *digits = g_strnfill (100000, '7');
  g_autofree gchar *letters = g_strnfill (100000, 'a');
  g_autofree gchar *dots = g_strnfill (100000, '.');
  g_autofree gchar *a = normalize (digits);
  g_autofree gchar *b = normalize (letters);
  g_autofree gchar *c = normalize (dots);

  assert_speakable (a);
  assert_speakable (b);
  g_assert_cmpstr (c, ==, "");
}

static void
test_invalid_utf8_is_a_space (void)
{
  g_autofree gchar *spoken = normalize ("one\xff\xfetwo \xc3");

  g_assert_cmpstr (spoken, ==, "one two");
}

static void
test_an_empty_line_ends_a_sentence (void)
{
  g_autofree gchar *spoken = normalize ("Title\n\nFirst line\nsecond line");

  g_assert_cmpstr (spoken, ==, "title. first line second line");
}

static void
test_sentences_end_where_they_end (void)
{
  g_autofree gchar *spoken =
      normalize ("Dr. Smith paid $3.50. Was it 5 p.m.? Yes! [[hh ay1]] and on");
  static const gchar *const expected[] = {
    "doctor smith paid three dollars and fifty cents.", "was it five P M?",
    "yes!", "[[hh ay1]] and on"
  };
  const gchar *at = spoken, *sentence;
  gsize length;

  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++) {
    g_autofree gchar *copy = NULL;

    sentence = vox_text_next_sentence (&at, &length);
    g_assert_nonnull (sentence);
    copy = g_strndup (sentence, length);
    g_assert_cmpstr (copy, ==, expected[i]);
  }
  g_assert_null (vox_text_next_sentence (&at, &length));
}

static void
test_markup_is_stripped (void)
{
  static const Reading cases[] = {
    { "<i>Hello</i> <span foreground=\"red\">you</span>", "Hello you" },
    { "Tom &amp; Jerry &lt;3 &#39;hi&#x27; &quot;", "Tom & Jerry <3 'hi' \"" },
    { "a<br/>b", "a\nb" },
    { "{\\an8}Up here", "Up here" },
    { "5 < 6 & 7 > 2 {x}", "5 < 6 & 7 > 2 {x}" },
    { "&bogus; &#xD800; &#0; &", "&bogus; &#xD800; &#0; &" },
    { "<", "<" },
    { "</", "</" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *plain = vox_text_strip_markup (cases[i].written, -1);

    g_assert_cmpstr (plain, ==, cases[i].spoken);
  }
}

static void
test_phones_are_checked (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *phones = vox_phones_parse ("HH AH0 L OW1", -1, NULL);
  g_autofree gchar *second = vox_phones_parse (" k  ae t er2 ", -1, NULL);

  g_assert_cmpstr (phones, ==, "hh ax0 l ow1");
  g_assert_cmpstr (second, ==, "k ae0 t er1");
  g_assert_null (vox_phones_parse ("HH QQ", -1, &error));
  g_assert_error (error, VOX_ERROR, VOX_ERROR_MALFORMED);
  g_assert_nonnull (strstr (error->message, "QQ"));
  g_assert_null (vox_phones_parse ("  ", -1, NULL));
  g_assert_null (vox_phones_parse ("K1", -1, NULL));
  g_assert_null (vox_phones_parse ("\xff", -1, NULL));
}

static void
test_lexicon_wins (void)
{
  static const gchar file[] = "# mine\n"
                              "GStreamer  JH IY1 S T R IY1 M ER0\n"
                              "\n"
                              "Nguyễn = win # Vietnamese\n"
                              "C++ = sea plus plus\n"
                              "loop = loop\n"
                              "10k = ten kay\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (VoxLexicon) lexicon =
      vox_lexicon_parse (file, strlen (file), "my.lex", &error);
  g_autoptr (VoxNormalizer) normalizer = NULL;
  g_autofree gchar *spoken = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (vox_lexicon_size (lexicon), ==, 5);
  normalizer = vox_normalizer_new (lexicon);
  spoken = vox_normalizer_run (normalizer,
      "gstreamer's plugin, by Mr. Nguyễn: a C++ loop (GSTREAMER), 10k.", -1);
  g_assert_cmpstr (spoken, ==,
      "[[jh iy1 s t r iy1 m er0]] 's plugin, by mister win, a sea plus plus "
      "loop, [[jh iy1 s t r iy1 m er0]], ten kay.");
}

static void
test_lexicon_errors_name_file_and_line (void)
{
  static const gchar *const files[] = { "ok = okay\nbad  K QQ T\n",
    "ok = okay\nbad =\n", "ok = okay\n= bad\n", "ok = okay\n\xff\n",
    "ok = okay\nbad\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (
        vox_lexicon_parse (files[i], strlen (files[i]), "my.lex", &error));
    g_assert_error (error, VOX_ERROR, VOX_ERROR_MALFORMED);
    g_assert_true (g_str_has_prefix (error->message, "my.lex:2: "));
  }
}

static void
test_missing_lexicon_is_not_found (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (vox_lexicon_load ("/nonexistent/my.lex", &error));
  g_assert_error (error, VOX_ERROR, VOX_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "/nonexistent/my.lex"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text/readings", test_readings);
  g_test_add_func (
      "/text/any-bytes-become-speakable", test_any_bytes_become_speakable);
  g_test_add_func ("/text/long-tokens-end", test_long_tokens_end);
  g_test_add_func (
      "/text/invalid-utf8-is-a-space", test_invalid_utf8_is_a_space);
  g_test_add_func ("/text/an-empty-line-ends-a-sentence",
      test_an_empty_line_ends_a_sentence);
  g_test_add_func (
      "/text/sentences-end-where-they-end", test_sentences_end_where_they_end);
  g_test_add_func ("/text/markup-is-stripped", test_markup_is_stripped);
  g_test_add_func ("/text/phones-are-checked", test_phones_are_checked);
  g_test_add_func ("/text/lexicon-wins", test_lexicon_wins);
  g_test_add_func ("/text/lexicon-errors-name-file-and-line",
      test_lexicon_errors_name_file_and_line);
  g_test_add_func (
      "/text/missing-lexicon-is-not-found", test_missing_lexicon_is_not_found);
  return g_test_run ();
}
