#!/usr/bin/env python3
"""Separation of songs whose stems are known. Needs numpy.

usage: meson devenv -C build ../tests/bench/separation.py [--mode MODE] [--mono] FOLDER...

Each FOLDER is a song with vocals.wav, drums.wav, bass.wav and other.wav (all but the first may be missing, and
accompaniment.wav may stand for the last three), or holds such folders, as MUSDB18-HQ does. Their sum goes through
`autovoice separate`. Prints the SDR of every stem in dB, of the untouched mix first and of the result after it:
10 log10 (sum s^2 / sum (s - e)^2), all channels pooled, the median over frames of 1 s in which the true stem is not
silent (-80 dB of full scale); then the mean and the median over the songs, and the largest error of the sums.
"""
import argparse
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

PARTS = ("vocals", "drums", "bass", "other")
STEMS = ("vocals", "accompaniment", "drums", "bass", "other")


def read_wav(path):
    """Frames x channels as floats, and the rate; PCM of 16, 24 or 32 bits or floats."""
    data = path.read_bytes()
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        sys.exit(f"separation.py: {path}: not a WAV file")
    at, form, body = 12, None, None
    while at + 8 <= len(data):
        name, size = data[at:at + 4], struct.unpack_from("<I", data, at + 4)[0]
        if name == b"fmt ":
            form = struct.unpack_from("<HHIIHH", data, at + 8)
            if form[0] == 0xFFFE:
                form = struct.unpack_from("<H", data, at + 32) + form[1:]
        elif name == b"data":
            body = data[at + 8:at + 8 + size]
        at += 8 + size + size % 2
    if form is None or body is None:
        sys.exit(f"separation.py: {path}: no audio in it")
    tag, channels, rate, bits = form[0], form[1], form[2], form[5]
    body = body[:len(body) // (channels * bits // 8) * (channels * bits // 8)]
    if tag == 3 and bits in (32, 64):
        samples = np.frombuffer(body, f"<f{bits // 8}").astype(np.float32)
    elif tag == 1 and bits in (16, 32):
        samples = np.frombuffer(body, f"<i{bits // 8}").astype(np.float32) / 2.0 ** (bits - 1)
    elif tag == 1 and bits == 24:
        three = np.frombuffer(body, np.uint8).reshape(-1, 3).astype(np.int32)
        samples = (three[:, 0] << 8 | three[:, 1] << 16 | three[:, 2] << 24).astype(np.float32) / 2.0 ** 31
    else:
        sys.exit(f"separation.py: {path}: format {tag} of {bits} bits is not read")
    return samples.reshape(-1, channels), rate


def write_wav(path, frames, rate):
    """32 bit floats."""
    body = frames.astype("<f4").tobytes()
    channels = frames.shape[1]
    form = struct.pack("<HHIIHH", 3, channels, rate, rate * channels * 4, channels * 4, 32)
    path.write_bytes(b"RIFF" + struct.pack("<I", 4 + 8 + len(form) + 8 + len(body)) + b"WAVEfmt "
                     + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(body)) + body)


def load_song(folder):
    """Stem to frames x channels, all of one shape, and the rate. Without drums, bass and other apart, accompaniment."""
    names = PARTS if not (folder / "accompaniment.wav").exists() else ("vocals", "accompaniment")
    found = {name: read_wav(folder / f"{name}.wav") for name in names if (folder / f"{name}.wav").exists()}
    if len({(frames.shape[1], rate) for frames, rate in found.values()}) != 1:
        sys.exit(f"separation.py: {folder}: the stems differ in rate or channels")
    length = max(len(frames) for frames, _ in found.values())
    song = {name: np.pad(frames, ((0, length - len(frames)), (0, 0))) for name, (frames, _) in found.items()}
    if "accompaniment" not in song:
        song["accompaniment"] = sum((song[name] for name in PARTS[1:] if name in song),
                                    np.zeros_like(song["vocals"]))
    return song, next(iter(found.values()))[1]


def sdr(truth, estimate, rate):
    frames = []
    for at in range(0, len(truth) - rate + 1, rate):
        s = truth[at:at + rate].astype(np.float64)
        if np.mean(s ** 2) > 1e-8:
            frames.append(10 * np.log10(np.sum(s ** 2) / (np.sum((s - estimate[at:at + rate]) ** 2) + 1e-20)))
    return np.median(frames) if frames else np.nan


def separate(mix, rate, mode):
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        write_wav(folder / "mix.wav", mix, rate)
        result = subprocess.run(["autovoice", "separate", folder / "mix.wav", "-o", folder / "stems", "--mode", mode],
                                capture_output=True, text=True, check=False)
        if result.returncode != 0:
            sys.exit(f"separation.py: autovoice separate: {result.stderr.strip()}")
        return {stem: read_wav(folder / "stems" / f"{stem}.wav")[0] for stem in STEMS}


def find_songs(folders):
    songs = []
    for folder in folders:
        inside = [folder] if (folder / "vocals.wav").exists() else sorted(
            vocals.parent for vocals in folder.glob("**/vocals.wav"))
        if not inside:
            sys.exit(f"separation.py: {folder}: no vocals.wav in it or below")
        songs += inside
    return songs


def average_of(table, average, stem, column):
    values = [row[stem][column] for row in table if not np.isnan(row[stem][column])]
    return average(values) if values else np.nan


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mode", default="balanced", choices=("fast", "balanced", "quality"))
    parser.add_argument("--mono", action="store_true", help="mix the channels down first")
    parser.add_argument("folder", nargs="+", type=Path)
    args = parser.parse_args()

    print(f"mode {args.mode}; SDR in dB of the mix and of the stem")
    print(f"{'song':24}" + "".join(f"{stem:>16}" for stem in STEMS) + "   sum error")
    table = []
    for folder in find_songs(args.folder):
        song, rate = load_song(folder)
        if args.mono:
            song = {stem: frames.mean(axis=1, keepdims=True) for stem, frames in song.items()}
        mix = song["vocals"] + song["accompaniment"]
        stems = separate(mix, rate, args.mode)
        row = [(sdr(song[s], mix, rate), sdr(song[s], stems[s], rate)) if s in song else (np.nan, np.nan)
               for s in STEMS]
        error = max(np.abs(sum(stems[part] for part in PARTS) - mix).max(),
                    np.abs(stems["vocals"] + stems["accompaniment"] - mix).max())
        table.append(row)
        print(f"{folder.name[:23]:24}" + "".join(f"{a:9.2f}{b:7.2f}" for a, b in row) + f"   {error:.1e}", flush=True)
    for label, average in (("mean", np.mean), ("median", np.median)):
        print(f"{label:24}" + "".join(f"{average_of(table, average, i, 0):9.2f}{average_of(table, average, i, 1):7.2f}"
                                      for i in range(len(STEMS))))


if __name__ == "__main__":
    main()
