#!/usr/bin/env bash
# Money under fire: rounds of load with clients that hang up, in each of which the gateway, PostgreSQL or Redis, or two of them,
# are killed with SIGKILL and started again, and a key is deleted under its streams. Then what the providers served, the clients
# saw and a consumer of the events was told is compared with the records: every answer that was whole is billed once with its
# exact tokens, every request that reached a provider has one record, nothing is billed or told of twice, no record is gone, the
# ledger balances, Redis equals PostgreSQL, and no slot is taken.
#
#   scripts/drill-billing.sh                 20 rounds
#   scripts/drill-billing.sh --rounds 1000 --seed 7
#
# Needs python3 and a built jar. Everything runs on loopback and in a temporary directory, which KEEP=1 leaves there.
set -euo pipefail
cd "$(dirname "$0")/.."
export JAR=$PWD/proxy-launcher/target/hedgerow.jar
[ -f "$JAR" ] || { echo "drill-billing: build first: mvn -DskipTests package" >&2; exit 2; }
export PYTHONDONTWRITEBYTECODE=1
exec python3 scripts/drill_billing.py "$@"
