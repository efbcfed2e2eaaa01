#!/usr/bin/env bash
# Install Debian or Ubuntu packages if this user may, else say in one line what to install. Libraries that Ubuntu and
# newer Debian renamed for 64-bit time are found under their new name.
set -euo pipefail

if [ "$(id -u)" = 0 ]; then as_root=(); else as_root=(sudo -n); fi

ask() {
    echo "Please install: sudo apt-get install $*" >&2
    exit 1
}

if ! command -v apt-get >/dev/null; then
    echo "Please install with your system's package manager: $*" >&2
    exit 1
fi
if ! "${as_root[@]}" true 2>/dev/null; then ask "$@"; fi

echo "Installing $* ..." >&2
log="$(mktemp)"
trap 'rm -f "$log"' EXIT
"${as_root[@]}" apt-get update -q >"$log" 2>&1 || true

names=()
for name in "$@"; do
    if apt-cache show "${name}t64" >/dev/null 2>&1; then names+=("${name}t64"); else names+=("$name"); fi
done
if ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${names[@]}" \
    >>"$log" 2>&1; then
    tail -n 5 "$log" >&2
    ask "${names[@]}"
fi
