#!/usr/bin/env python3
"""Cloning on real voices, judged by the project's own meter.

usage: meson devenv -C build ../tests/bench/cloning.py [--mode fast|balanced|quality] [--judge] [AUDIO_FOLDER]

Enrols speakers of AUDIO_FOLDER (default: AUTOVOICE_TEST_AUDIO, else ../shared/audio beside the source) from 30 to 60 s,
converts held-out speech of the others, and prints for each pair: similarity to the target's held-out speech and to the
source, STOI and log-F0 correlation against the time-aligned source, and the F0 error against the intended contour (the
source's, moved by the ratio of the medians). The levels of the same and of different speakers stand above the table.

--judge adds what an independent public embedding hears (the PyPI package resemblyzer, with soundfile and librosa): the
cosines to target and source after the mean over the folder's LibriSpeech speakers is taken off.
"""
import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ENROL_S = 45


def run(*command):
    result = subprocess.run(["autovoice", *map(str, command)], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        sys.exit(f"cloning.py: autovoice {command[0]}: {result.stderr.strip()}")
    return result.stdout


def f0_track(path):
    return [float(line.split(",")[1]) for line in run("f0", path, "--csv").splitlines()[1:]]


def duration_s(path):
    return len(f0_track(path)) / 100


def median_f0(path):
    return statistics.median(f0 for f0 in f0_track(path) if f0 > 0)


def measure(reference, judged, shift=0.0):
    report = json.loads(run("measure", reference, judged, "--json", "--expected-shift", f"{shift:.4f}"))
    return report["pooled_metrics"]


class Judge:
    """A speaker embedding that this project has no part in."""

    def __init__(self, folder):
        import resemblyzer  # pylint: disable=import-outside-toplevel

        self.prepare = resemblyzer.preprocess_wav
        self.encoder = resemblyzer.VoiceEncoder("cpu", verbose=False)
        self.mean = 0.0
        others = sorted((folder / "speech" / "librispeech").rglob("*.flac"))[::4]
        if len(others) < 20:
            sys.exit(f"cloning.py: --judge needs speech of many others in {folder}/speech/librispeech")
        self.mean = sum(self.encoder.embed_utterance(self.prepare(f)) for f in others) / len(others)

    def embed(self, path):
        vector = self.encoder.embed_utterance(self.prepare(path)) - self.mean
        return vector / math.sqrt(float(vector @ vector))

    def compare(self, a, b):
        return float(self.embed(a) @ self.embed(b))


def find_speakers(folder):
    """Speaker to (files for enrolment, held-out files)."""
    speakers = {}
    for name, pattern in (("ljspeech", "ljspeech/*.flac"), ("kerstin", "kerstin/*.flac"), ("p225", "vctk/p225/*.flac"),
                          ("p226", "vctk/p226/*.flac")):
        files = sorted((folder / "speech").glob(pattern))
        used, seconds = [], 0.0
        for file in files[:-2]:
            if seconds >= ENROL_S:
                break
            used.append(file)
            seconds += duration_s(file)
        if seconds >= 30:
            speakers[name] = (used, [f for f in files if f not in used])
    return speakers


def longest(files):
    return max(files, key=duration_s)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--mode", default="balanced", choices=("fast", "balanced", "quality"))
    default = os.environ.get("AUTOVOICE_TEST_AUDIO", Path(__file__).resolve().parents[3] / "shared" / "audio")
    parser.add_argument("--judge", action="store_true")
    parser.add_argument("folder", nargs="?", default=default, type=Path)
    options = parser.parse_args()

    speakers = find_speakers(options.folder)
    if len(speakers) < 2:
        sys.exit(f"cloning.py: {options.folder} does not hold two speakers with 30 s of speech")
    held = {name: longest(files) for name, (_, files) in speakers.items()}
    judge = Judge(options.folder) if options.judge else None
    similarities = [lambda a, b: measure(a, b)["speaker_similarity"]] + ([judge.compare] if judge else [])
    for similarity, who in zip(similarities, ("this project", "resemblyzer")):
        same = [similarity(files[0], held[name]) for name, (files, _) in speakers.items()]
        different = [similarity(held[a], held[b]) for a in held for b in held if a < b]
        print(f"similarity by {who}: same speaker {statistics.mean(same):.2f}, "
              f"different speakers {statistics.mean(different):.2f}")
    print(f"mode {options.mode}")
    print(f"{'pair':22}{'to target':>10}{'to source':>10}{'STOI':>8}{'F0 corr':>9}{'F0 RMSE Hz':>12}"
          + (f"{'judge: target':>15}{'source':>8}" if judge else ""))
    rows = []

    def print_row(name, row):
        print(f"{name:22}{row[0]:10.2f}{row[1]:10.2f}{row[2]:8.3f}{row[3]:9.3f}{row[4]:12.1f}"
              + (f"{row[5]:15.2f}{row[6]:8.2f}" if judge else ""), flush=True)

    with tempfile.TemporaryDirectory() as scratch:
        for name, (files, _) in speakers.items():
            run("voice", "create", name, *files, "--voices-dir", scratch)
        for target in speakers:
            for source in speakers:
                if source == target:
                    continue
                out = Path(scratch) / "out.wav"
                run("convert", held[source], "--speech", "--voice", target, "--voices-dir", scratch, "--mode",
                    options.mode, "-o", out, "--overwrite")
                shift = 12 * math.log2(median_f0(out) / median_f0(held[source]))
                against_source = measure(held[source], out, shift)
                row = [measure(held[target], out)["speaker_similarity"], against_source["speaker_similarity"],
                       against_source["stoi"], against_source["f0_correlation"], against_source["f0_rmse_hz"]]
                if judge:
                    row += [judge.compare(held[target], out), judge.compare(held[source], out)]
                rows.append(row)
                print_row(f"{source} -> {target}", row)
    print_row("mean", [statistics.mean(column) for column in zip(*rows)])


if __name__ == "__main__":
    main()
