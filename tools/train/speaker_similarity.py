#!/usr/bin/env python3
"""Makes common/quality/vox-speaker-table.h: the projection of speaker similarity.

    pip install numpy scipy soundfile
    python3 tools/train/speaker_similarity.py LIBRISPEECH_FOLDER > common/quality/vox-speaker-table.h

LIBRISPEECH_FOLDER holds FLAC files of 16 kHz named SPEAKER-CHAPTER-UTTERANCE.flac, one or more per speaker.

Every utterance is cut in two halves; each half is used as it is and through four random channels (equaliser, room,
noise). What differs between the halves and channels of one speaker is made small, what differs between speakers large
(linear discriminant analysis with a regularised within-speaker covariance). The levels printed into the table come
from five-fold cross-validation over speakers: pairs of halves of speakers the projection has not seen, through
different channels. The features are those of common/quality/vox-speaker.c.
"""
import glob
import os
import sys

import numpy as np
import soundfile
from scipy.signal import lfilter

RATE, FRAME, HOP, FILTERS, ORDER = 16000, 512, 160, 40, 23
LOW_HZ, HIGH_HZ, FLOOR, ACTIVE_DB = 60.0, 7600.0, 1e-10, 25.0
CHANNELS, FOLDS, REGULARISATION, SEED = 4, 5, 0.03, 0

WINDOW = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FRAME) / FRAME)


def mel_bank():
    low, high = (2595 * np.log10(1 + f / 700) for f in (LOW_HZ, HIGH_HZ))
    edges = 700 * (10 ** (np.linspace(low, high, FILTERS + 2) / 2595) - 1)
    f = np.arange(FRAME // 2 + 1) * RATE / FRAME
    bank = np.array([np.maximum(0, np.minimum((f - a) / (b - a), (c - f) / (c - b)))
                     for a, b, c in zip(edges, edges[1:], edges[2:])])
    return bank / bank.sum(axis=1, keepdims=True)


BANK = mel_bank()
COSINES = np.sqrt(2 / FILTERS) * np.cos(
    np.pi * np.arange(1, ORDER + 1)[:, None] * (np.arange(FILTERS) + 0.5) / FILTERS)


def features(x):
    """Mean cepstrum of the frames within 25 dB of the 95th percentile of the level."""
    n = (len(x) - FRAME) // HOP + 1
    frames = x[np.arange(FRAME)[None] + HOP * np.arange(n)[:, None]] * WINDOW
    level_db = 10 * np.log10(np.sum(frames ** 2, axis=1) / np.sum(WINDOW ** 2) + 1e-12)
    active = frames[level_db > np.sort(level_db)[int(0.95 * (n - 1))] - ACTIVE_DB]
    power = np.abs(np.fft.rfft(active, FRAME)) ** 2 * 4 / np.sum(WINDOW) ** 2
    return (np.log(power @ BANK.T + FLOOR) @ COSINES.T).mean(axis=0)


def channel(x, rng):
    """A random tilt, three bumps, sometimes a low-pass, a room, noise."""
    spectrum = np.fft.rfft(x)
    f = np.linspace(0, 1, len(spectrum))
    gain_db = rng.uniform(-8, 8) * f + rng.uniform(-4, 4) * np.cos(np.pi * f)
    for _ in range(3):
        gain_db += rng.uniform(-6, 6) * np.exp(-((f - rng.uniform(0.02, 0.95)) / rng.uniform(0.03, 0.2)) ** 2)
    if rng.random() < 0.3:
        gain_db -= 30 * np.clip((f - rng.uniform(0.5, 0.9)) * 8, 0, 1)
    x = np.fft.irfft(spectrum * 10 ** (gain_db / 20), len(x))
    if rng.random() < 0.4:
        n = int(rng.uniform(0.1, 0.4) * RATE)
        room = rng.standard_normal(n) * np.exp(-6.9 * np.arange(n) / n) * rng.uniform(0.02, 0.15)
        room[0] = 1
        size = 1 << (len(x) + n).bit_length()
        x = np.fft.irfft(np.fft.rfft(x, size) * np.fft.rfft(room, size), size)[:len(x)]
    if rng.random() < 0.6:
        noise = lfilter([1], [1, -rng.uniform(0, 0.95)], rng.standard_normal(len(x)))
        x = x + noise * np.std(x) / np.std(noise) * 10 ** (-rng.uniform(15, 35) / 20)
    return x


def collect(folder, rng):
    """[speaker][half][channel][ORDER]; channel 0 is the recording itself."""
    files = {}
    for path in sorted(glob.glob(os.path.join(folder, "**", "*.flac"), recursive=True)):
        files.setdefault(os.path.basename(path).split("-")[0], path)
    data = []
    for path in files.values():
        x, rate = soundfile.read(path)
        if rate != RATE:
            sys.exit(f"{path}: {rate} Hz instead of {RATE} Hz")
        halves = (x[:len(x) // 2], x[len(x) // 2:])
        data.append([[features(h)] + [features(channel(h, rng)) for _ in range(CHANNELS)] for h in halves])
    return np.array(data)


def train(data):
    """Mean and projection (ORDER x ORDER): sum of squares 1 within speakers, most telling first."""
    x = data.reshape(len(data), -1, ORDER)
    mean = x.mean(axis=(0, 1))
    scale = x.std(axis=(0, 1))
    z = (x - mean) / scale
    centres = z.mean(axis=1)
    within = np.einsum("sni,snj->ij", z - centres[:, None], z - centres[:, None]) / (z.shape[0] * z.shape[1])
    within += REGULARISATION * np.trace(within) / ORDER * np.eye(ORDER)
    root = np.linalg.inv(np.linalg.cholesky(within))
    _, vectors = np.linalg.eigh(root @ np.cov(centres.T, bias=True) @ root.T)
    return mean, (root.T @ vectors[:, ::-1]) / scale[:, None]


def scores(data, project):
    """Cosines of first against second halves through different channels: same speaker, different speakers."""
    e = project(data)
    e = e / np.linalg.norm(e, axis=-1, keepdims=True)
    same, different = [], []
    for a in range(CHANNELS + 1):
        for b in range(CHANNELS + 1):
            if a != b:
                g = e[:, 0, a] @ e[:, 1, b].T
                same.append(np.diag(g))
                different.append(g[~np.eye(len(g), dtype=bool)])
    return np.concatenate(same), np.concatenate(different)


def cross_validate(data, make_projection, rng):
    same, different = [], []
    for fold in np.array_split(rng.permutation(len(data)), FOLDS):
        unseen = np.isin(np.arange(len(data)), fold)
        s, d = scores(data[unseen], make_projection(data[~unseen]))
        same.append(s)
        different.append(d)
    return np.concatenate(same), np.concatenate(different)


def equal_error(same, different):
    t = np.sort(np.concatenate([same, different]))
    missed = np.searchsorted(np.sort(same), t) / len(same)
    accepted = 1 - np.searchsorted(np.sort(different), t) / len(different)
    i = np.argmin(np.abs(missed - accepted))
    return (missed[i] + accepted[i]) / 2, t[i]


def learnt(data):
    mean, projection = train(data)
    return lambda x: (x - mean) @ projection


def plain(data):
    flat = data.reshape(-1, ORDER)
    mean, scale = flat.mean(axis=0), flat.std(axis=0)
    return lambda x: (x - mean) / scale


def print_array(name, values):
    print(f"static const gfloat {name}[] = {{")
    for i in range(0, len(values), 6):
        print("  " + " ".join(f"{v:.6g}f," if "." in f"{v:.6g}" or "e" in f"{v:.6g}" else f"{v:.6g}.0f,"
                              for v in values[i:i + 6]))
    print("};")


def main():
    rng = np.random.default_rng(SEED)
    data = collect(sys.argv[1], rng)
    rate_plain, _ = equal_error(*cross_validate(data, plain, np.random.default_rng(SEED)))
    same, different = cross_validate(data, learnt, np.random.default_rng(SEED))
    rate, threshold = equal_error(same, different)
    print(f"{len(data)} speakers; equal error rate: learnt {rate:.4f}, plain statistics {rate_plain:.4f}",
          file=sys.stderr)
    mean, projection = train(data)
    print(f"""/* vox-speaker-table.h: made by tools/train/speaker_similarity.py; do not edit.
 *
 * A linear projection of mean cepstra learnt from {len(data)} speakers of LibriSpeech
 * train-clean-100 (V. Panayotov, G. Chen, D. Povey, S. Khudanpur, "LibriSpeech:
 * an ASR corpus based on public domain audio books", ICASSP 2015), CC BY 4.0.
 * The table is a statistic of those recordings and holds none of them.
 */
#pragma once

#include "quality/vox-quality.h"

/* clang-format off */
#define VOX_SPEAKER_ORDER {ORDER}
""")
    print_array("vox_speaker_mean", mean)
    print("\n/* [cepstral coefficient][direction] */")
    print_array("vox_speaker_projection", projection.reshape(-1))
    print(f"""
/* Of {len(same)} and {len(different)} pairs of held-out speakers. */
static const VoxQualitySimilarityLevels vox_speaker_levels = {{
  .same_mean = {same.mean():.4f}, .same_low = {np.percentile(same, 5):.4f},
  .different_mean = {different.mean():.4f}, .different_high = {np.percentile(different, 95):.4f},
  .threshold = {threshold:.4f}, .equal_error_rate = {rate:.4f},
}};
/* clang-format on */""")


if __name__ == "__main__":
    main()
