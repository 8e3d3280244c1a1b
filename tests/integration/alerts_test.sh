#!/usr/bin/env bash
# What promtool, of Prometheus, says of the metrics of a node, of the alert rules and of the queries
# of the dashboard. HEARSAY_PROGRAM names the program. Skipped where there is no promtool.
set -euo pipefail
# shellcheck source=tests/support/nodes.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support/nodes.sh"

checkout="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)"
rules="$checkout/launch/prometheus/alerts.yml"
# Where tests/run unpacks it.
promtool="$checkout/build/packages/prometheus/usr/bin/promtool"
[[ -x "$promtool" ]] || promtool="$(command -v promtool)" || {
    echo "promtool is missing; tests/run fetches it"
    exit 77
}

check_metrics() { "$hearsay" metrics | "$promtool" check metrics; }

test_the_metrics_are_sound() {
    start n1 --tag $'say=a "b" \\c' --tag 'city=München'
    expect 0 "$hearsay" wait --status "$(status_of n1)" --alive 1 --timeout 30s
    expect 0 check_metrics
    # It is silent about what is sound.
    [[ -z "$output" ]] || fail "promtool finds something:"
    kill -TERM "${pids[n1]}"
    ends 0 n1
}

test_the_rules_fire_as_they_should() {
    expect 0 "$promtool" check rules "$rules"
    says 'SUCCESS: [0-9]+ rules found'
    expect 0 "$promtool" test rules "$checkout/tests/integration/alerts_test.yml"
}

# changed SED_SCRIPT: a copy of the rules and of their test, the rules changed.
changed() {
    mkdir -p "$scratch/launch/prometheus" "$scratch/tests/integration"
    sed -E "$1" "$rules" >"$scratch/launch/prometheus/alerts.yml"
    cp "$checkout/tests/integration/alerts_test.yml" "$scratch/tests/integration/"
    ! cmp -s "$rules" "$scratch/launch/prometheus/alerts.yml" || fail "'$1' changes nothing"
}

test_wrong_rules_are_noticed() {
    local change
    for change in 's/>= 120/>= 1200/' 's/< 120/< 12000/' 's/for: 5m/for: 0m/' \
        's/cluster, member/cluster, node, member/' 's/heard > hear/heard < hear/' \
        's/alone == 1/alone == 0/' 's/withdrawn == 1/withdrawn == 0/' 's/rounds > 1/rounds > 2/' \
        's/link_lost == 1/link_lost == 0/' 's/handler_timeouts/handler_events_missed/' \
        's/log_lines_lost/event_lines_lost/' 's/(isolations_total.10m..) > 0/\1 > 9/'; do
        changed "$change"
        expect 0 "$promtool" check rules "$scratch/launch/prometheus/alerts.yml"
        expect 1 "$promtool" test rules "$scratch/tests/integration/alerts_test.yml"
    done
}

# The queries of the dashboard as rules, for there is no other command that reads a query.
queries_as_rules() {
    python3 - "$checkout/launch/prometheus/dashboard.json" <<'END'
import json, sys

board = json.load(open(sys.argv[1]))
queries = [target["expr"] for panel in board["panels"] for target in panel.get("targets", [])]
for variable, value in (("$cluster", "c"), ("$node", "n"), ("$__rate_interval", "5m")):
    queries = [query.replace(variable, value) for query in queries]
rules = [{"record": f"query:{number}", "expr": query} for number, query in enumerate(queries)]
print(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}))
END
}

test_the_queries_of_the_dashboard_are_sound() {
    queries_as_rules >"$scratch/queries.yml"
    expect 0 "$promtool" check rules "$scratch/queries.yml"
    says 'SUCCESS: [1-9][0-9] rules found'
    silent_on '\$'
}

test_the_metrics_are_sound
test_the_rules_fire_as_they_should
test_wrong_rules_are_noticed
test_the_queries_of_the_dashboard_are_sound
echo "all is as promised"
