#!/usr/bin/env bash
# Run uv with the arguments given; get it first if this machine has none (into .venv-uv, nothing outside the checkout).
set -euo pipefail
here="$(cd "$(dirname "$0")/.." && pwd)"

find_uv() {
    local place
    for place in "${UV:-}" "$(command -v uv || true)" "$HOME/.local/bin/uv" "$here/.venv-uv/bin/uv"; do
        if [ -n "$place" ] && "$place" --version >/dev/null 2>&1; then uv="$place"; return 0; fi
    done
    return 1
}

# By pip in a private environment, or by pip into a folder where the environment module is missing.
fetch_uv() {
    rm -rf "$here/.venv-uv"
    { python3 -m venv "$here/.venv-uv" && "$here/.venv-uv/bin/python" -m pip install -q uv; } >"$here/.venv-uv.log" 2>&1 ||
        { rm -rf "$here/.venv-uv" && python3 -m pip install -q --target "$here/.venv-uv" uv; } >>"$here/.venv-uv.log" 2>&1
}

if ! find_uv; then
    echo "Getting uv ..." >&2
    if ! fetch_uv; then
        "$here/packaging/apt.sh" python3-venv || exit 1
        fetch_uv || { echo "uv could not be fetched (see .venv-uv.log); install it yourself: pip install uv" >&2; exit 1; }
    fi
    find_uv || { echo "uv was fetched into .venv-uv but does not run here." >&2; exit 1; }
fi
export UV_PYTHON_DOWNLOADS=never
# An office's network may answer with a certificate of its own, which its machines know and uv's own list does not.
if [ -s /etc/ssl/certs/ca-certificates.crt ]; then export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-1}"; fi
exec "$uv" "$@"
