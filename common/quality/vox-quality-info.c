/* vox-quality-info.c: names, units and definitions of the metrics. Reports
 * print them, so that every number says how it was made. */
#include "quality/vox-quality.h"

static const VoxQualityMetricInfo metric_infos[VOX_QUALITY_N_METRICS] = {
  [VOX_QUALITY_STOI] = { "stoi", "Intelligibility (STOI)", "", 4,
      "Taal et al. 2011 as in pystoi: 10 kHz, 256-sample frames, 40 dB dynamic "
      "range, 15 third-octave bands from 150 Hz, 30-frame segments, -15 dB "
      "clipping; streams over 10 min in sections of 10 min",
      "How much of the speech can be understood: 1 all of it, under 0.6 "
      "poor." },
  [VOX_QUALITY_ESTOI] = { "estoi", "Extended STOI", "", 4,
      "Jensen and Taal 2016 as in pystoi: the same bands and segments, rows "
      "and columns normalised",
      "As STOI, but also right for noise that comes and goes." },
  [VOX_QUALITY_SI_SDR] = { "si_sdr_db", "SI-SDR", "dB", 2,
      "Le Roux et al. 2019: channels zero-mean and taken as one signal, a = "
      "<e,s>/<s,s>, 10 log10 (|a s|^2 / |e - a s|^2), limited to +-120 dB",
      "Waveform fidelity whatever the gain; over 20 dB is close, only "
      "meaningful for time-locked waveforms." },
  [VOX_QUALITY_SDR] = { "sdr_db", "SDR (1 s median)", "dB", 2,
      "image SDR: 10 log10 (sum s^2 / sum (s - e)^2) over all channels of each "
      "full second with a reference that is not zero, limited to +-120 dB; "
      "median (the whole stream when under 1 s)",
      "What is reported for separated stems; gain errors count." },
  [VOX_QUALITY_LSD] = { "lsd_db", "Log-spectral distance", "dB", 2,
      "periodic Hann 32 ms, hop 10 ms, transform of the next power of two, "
      "power relative to a full-scale sine plus a floor of -100 dB; root mean "
      "square over bins of the dB difference, mean over frames with a "
      "reference above -70 dBFS",
      "Average difference of the spectra; under 1 dB is hardly audible." },
  [VOX_QUALITY_MCD] = { "mcd_db", "Mel-cepstral distortion", "dB", 2,
      "frames as for LSD; 40 triangles of unit sum, even on HTK's mel scale "
      "from "
      "0 to 8 kHz (or Nyquist), A^2 = power in each plus -100 dB, c_k = 2/40 "
      "sum ln A cos, order 24 without c_0; 10/ln 10 sqrt (2 sum dc^2), mean; "
      "along a DTW path (band +-3 s) when not time-locked",
      "Difference of timbre, level left out; 4 to 7 dB is usual for voice "
      "conversion." },
  [VOX_QUALITY_F0_RMSE_HZ] = { "f0_rmse_hz", "F0 error", "Hz", 2,
      "10 ms frames voiced in both, expected_shift taken out",
      "How far the pitch is from the intended one." },
  [VOX_QUALITY_F0_RMSE_CENTS] = { "f0_rmse_cents", "F0 error", "cents", 1,
      "10 ms frames voiced in both, expected_shift taken out",
      "The same in hundredths of a semitone." },
  [VOX_QUALITY_F0_RPA] = { "f0_rpa", "Raw pitch accuracy", "", 4,
      "share of reference-voiced frames that are voiced and within 50 cents",
      "1 means every voiced moment has the right pitch." },
  [VOX_QUALITY_F0_GPE] = { "f0_gpe", "Gross pitch error", "", 4,
      "share of frames voiced in both that are over 20 % off",
      "0 means no octave errors." },
  [VOX_QUALITY_F0_VDE] = { "f0_vde", "Voicing error", "", 4,
      "share of all frames whose voicing differs",
      "0 means voiced and unvoiced sounds are where they were." },
  [VOX_QUALITY_F0_CORRELATION] = { "f0_correlation", "F0 correlation", "", 4,
      "Pearson correlation of log F0 over frames voiced in both",
      "1 means the melody has the same shape." },
  [VOX_QUALITY_LOUDNESS_INTEGRATED] = { "loudness_integrated_lufs",
      "Integrated loudness", "LUFS", 1,
      "ITU-R BS.1770-4 of the judged stream, by libebur128",
      "-23 is the broadcast target, -14 a usual one for streaming." },
  [VOX_QUALITY_LOUDNESS_RANGE] = { "loudness_range_lu", "Loudness range", "LU",
      1, "EBU Tech 3342 of the judged stream, by libebur128",
      "Distance between the soft and the loud parts." },
  [VOX_QUALITY_TRUE_PEAK] = { "true_peak_dbtp", "True peak", "dBTP", 1,
      "ITU-R BS.1770-4 annex 2 of the judged stream, by libebur128",
      "Above -1 it may clip in players and codecs." },
  [VOX_QUALITY_SPEAKER_SIMILARITY] = { "speaker_similarity",
      "Speaker similarity", "", 3,
      "cosine of the mean cepstra (23 of 40 mel bands, 60 to 7600 Hz, frames "
      "within 25 dB of the loud ones, first 10 min) after a projection learnt "
      "from 251 speakers of LibriSpeech",
      "Read it beside the levels for the same and for different speakers." },
  [VOX_QUALITY_MOS_LQO] = { "mos_lqo", "Listening quality (MOS)", "", 2,
      "not computed by this version", "1 bad to 5 excellent." },
};

static const gchar *const frame_keys[VOX_QUALITY_N_FRAME_VALUES] = {
  [VOX_QUALITY_FRAME_STOI] = "stoi",
  [VOX_QUALITY_FRAME_ESTOI] = "estoi",
  [VOX_QUALITY_FRAME_SI_SDR] = "si_sdr_db",
  [VOX_QUALITY_FRAME_SDR] = "sdr_db",
  [VOX_QUALITY_FRAME_LSD] = "lsd_db",
  [VOX_QUALITY_FRAME_MCD] = "mcd_db",
  [VOX_QUALITY_FRAME_F0] = "f0_hz",
  [VOX_QUALITY_FRAME_REFERENCE_F0] = "reference_f0_hz",
  [VOX_QUALITY_FRAME_F0_RMSE_CENTS] = "f0_rmse_cents",
  [VOX_QUALITY_FRAME_LOUDNESS_MOMENTARY] = "loudness_momentary_lufs",
  [VOX_QUALITY_FRAME_LOUDNESS_SHORT_TERM] = "loudness_short_term_lufs",
  [VOX_QUALITY_FRAME_REFERENCE_LOUDNESS_MOMENTARY] =
      "reference_loudness_momentary_lufs",
  [VOX_QUALITY_FRAME_REFERENCE_LOUDNESS_SHORT_TERM] =
      "reference_loudness_short_term_lufs",
};

const VoxQualityMetricInfo *
vox_quality_metric_info (VoxQualityMetric metric)
{
  g_return_val_if_fail (metric < VOX_QUALITY_N_METRICS, NULL);
  return &metric_infos[metric];
}

const gchar *
vox_quality_frame_key (VoxQualityFrameValue value)
{
  g_return_val_if_fail (value < VOX_QUALITY_N_FRAME_VALUES, NULL);
  return frame_keys[value];
}
