#!/usr/bin/env bash
# Make this checkout ready to run: uv, the locked environment in .venv, the system libraries Qt needs.
# Takes no time and no network when nothing is missing. Arguments: further commands that are needed (qpdf).
set -euo pipefail
cd "$(dirname "$0")/.."

qt_needs=(libglib2.0-0 libegl1 libgl1 libfontconfig1 libxkbcommon0 libdbus-1-3)
window_needs=(libxcb-cursor0 libxkbcommon-x11-0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0)

# The environment is as the lock file says: remembered in a stamp, with the place it was made for.
wanted="$(pwd) $(cksum pyproject.toml uv.lock | tr '\n' ' ')"
if [ "$(cat .venv/ready 2>/dev/null)" != "$wanted" ] || ! .venv/bin/python -c 'import casedesk, PySide6' 2>/dev/null; then
    packaging/uv.sh sync --frozen --quiet --compile-bytecode
    echo "$wanted" >.venv/ready
fi

missing() { # whether a library that one of these files is linked with is not on this machine
    command -v ldd >/dev/null && [[ "$(ldd "$@" 2>/dev/null || true)" == *"not found"* ]]
}

if [ "$(uname)" = Linux ]; then
    qt="$(echo .venv/lib/python3.*/site-packages/PySide6/Qt)"
    if missing "$qt/lib/libQt6Gui.so.6" "$qt/lib/libQt6Widgets.so.6" "$qt/plugins/platforms/libqoffscreen.so"; then
        packaging/apt.sh "${qt_needs[@]}" "${window_needs[@]}"
    fi
    if [ -n "${DISPLAY:-}" ] && missing "$qt/plugins/platforms/libqxcb.so"; then
        packaging/apt.sh "${window_needs[@]}" || true # Wayland, or no window at all, does without
    fi
fi
for command in "$@"; do
    command -v "$command" >/dev/null || packaging/apt.sh "$command"
done
