#!/usr/bin/env python3
"""Makes quality-golden.h: STOI and ESTOI by pystoi, LSD and MCD by numpy.

    pip install numpy scipy pystoi
    python3 tests/golden/make-quality.py > tests/golden/quality-golden.h

The signals are made by the same formulas in tests/check/engine/quality.c.
LSD and MCD are computed here from their definitions in
common/quality/vox-quality-info.c, without any code of the project.
"""
import numpy as np
import pystoi
from pystoi import stoi

RATES = (8000, 10000, 16000, 22050, 44100, 48000)
SECONDS = 4


def noise(n, seed):
    """Uniform in -1 to 1, the generator of Numerical Recipes."""
    out = np.empty(n)
    state = seed
    for i in range(n):
        state = (state * 1664525 + 1013904223) % 2**32
        out[i] = state / 2**31 - 1.0
    return out


def clean(rate):
    """Syllables of a gliding voice with hiss between them."""
    n = rate * SECONDS
    t = np.arange(n) / rate
    envelope = np.maximum(0.0, np.sin(2 * np.pi * 3.1 * t))
    phase = 2 * np.pi * 120.0 * (t - 0.1 * np.cos(2 * np.pi * 0.7 * t) / (2 * np.pi * 0.7))
    voice = sum(np.sin(h * phase) / h for h in range(1, 21))
    hiss = np.maximum(0.0, -np.sin(2 * np.pi * 3.1 * t)) ** 4 * noise(n, 1)
    return (0.2 * envelope * voice + 0.05 * hiss + 1e-4 * noise(n, 2)).astype(np.float32)


def degraded(x, kind):
    x = x.astype(float)
    if kind == "noise":
        y = x + 0.1 * noise(len(x), 3)
    elif kind == "clip":
        y = np.clip(x, -0.05, 0.05)
    else:
        y = np.empty_like(x)
        state = 0.0
        for i, value in enumerate(x):
            state = 0.8 * state + 0.2 * value
            y[i] = state
    return y.astype(np.float32)


def spectra(x, rate):
    length, hop = round(0.032 * rate), round(0.010 * rate)
    size = 1 << (length - 1).bit_length()
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)
    frames = np.array([x[i:i + length] for i in range(0, len(x) - length + 1, hop)]).astype(float)
    level = np.sum((frames * window) ** 2, axis=1) / np.sum(window ** 2)
    power = np.abs(np.fft.rfft(frames * window, size)) ** 2 * 4 / np.sum(window) ** 2
    return power, level > 1e-7, size


def cepstra(power, rate, size):
    mel = lambda f: 2595 * np.log10(1 + f / 700)
    edges = 700 * (10 ** (np.linspace(0, mel(min(8000, rate / 2)), 42) / 2595) - 1)
    f = np.arange(size // 2 + 1) * rate / size
    bank = np.array([np.maximum(0, np.minimum((f - a) / (b - a), (c - f) / (c - b)))
                     for a, b, c in zip(edges, edges[1:], edges[2:])])
    bank /= bank.sum(axis=1, keepdims=True)
    log_amplitude = 0.5 * np.log(power @ bank.T + 1e-10)
    k = np.arange(1, 25)[:, None]
    return log_amplitude @ (2 / 40 * np.cos(np.pi * k * (np.arange(40) + 0.5) / 40)).T


def distances(x, y, rate):
    px, active, size = spectra(x, rate)
    py, _, _ = spectra(y, rate)
    difference = 10 * np.log10((px + 1e-10) / (py + 1e-10))
    lsd = np.sqrt(np.mean(difference ** 2, axis=1))[active].mean()
    d = cepstra(px, rate, size) - cepstra(py, rate, size)
    mcd = (10 / np.log(10) * np.sqrt(2 * np.sum(d ** 2, axis=1)))[active].mean()
    return lsd, mcd


print("/* quality-golden.h: made by make-quality.py; do not edit. */")
print("/* clang-format off */")
print("static const struct")
print("{\n  guint rate;\n  const gchar *kind;\n  gdouble stoi, estoi, lsd_db, mcd_db;\n} quality_golden[] = {")
for rate in RATES:
    x = clean(rate)
    for kind in ("noise", "clip", "smooth"):
        y = degraded(x, kind)
        a, b = x.astype(float), y.astype(float)
        lsd, mcd = distances(x, y, rate)
        print('  { %d, "%s", %.8f, %.8f, %.6f, %.6f },'
              % (rate, kind, stoi(a, b, rate), stoi(a, b, rate, extended=True), lsd, mcd))
print("};\n/* clang-format on */")
