#!/usr/bin/env bash
# How long the journal holds the terminator back: the provider sends its last content and the terminator in one write, and
# the client notes when each arrives, directly and through the gateway. The second line is the gateway's own figure: from the
# provider's terminator until the record is on disk. Aims at a p50 of 1 ms and a p99 of 10 ms at 200 requests per second.
#
#   scripts/drill-terminator.sh                     200 requests per second, about a minute
#   scripts/drill-terminator.sh --rate 50 --seconds 60
#
# Needs python3 and a built jar. Everything runs on loopback and in a temporary directory, which KEEP=1 leaves there. On a busy
# machine the figures say more about the machine: the last lines tell what its disk takes, and how late the drill itself was woken up.
set -euo pipefail
cd "$(dirname "$0")/.."
export JAR=$PWD/proxy-launcher/target/hedgerow.jar
[ -f "$JAR" ] || { echo "drill-terminator: build first: mvn -DskipTests package" >&2; exit 2; }
export PYTHONDONTWRITEBYTECODE=1
exec python3 scripts/drill_terminator.py "$@"
