#!/usr/bin/env bash
# Gets PostgreSQL 15 or newer from the system's packages where it is missing and this user may; says so where not.
set -uo pipefail
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && exit 0
command -v initdb >/dev/null && exit 0
[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || { echo "No PostgreSQL here: install the package postgresql." >&2; exit 1; }
export DEBIAN_FRONTEND=noninteractive
timeout 45 apt-get -qq update && timeout 90 apt-get -qq install -y --no-install-recommends postgresql >/dev/null
