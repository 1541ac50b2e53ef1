#!/usr/bin/env bash
# Prints the architectures of this machine's GPUs for -Dcuda-archs, such as 80,90; nothing without a GPU.
set -euo pipefail
command -v nvidia-smi >/dev/null || exit 0
# With a driver but no GPU, nvidia-smi fails.
if capabilities=$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader); then
  tr -d . <<<"$capabilities" | sort -u | paste -sd,
fi
