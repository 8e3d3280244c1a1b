#!/usr/bin/env bash
# What promtool says of the metrics of a node, of the alert rules and of the queries of the
# dashboard; and how soon a real Prometheus tells of a killed node. HEARSAY_PROGRAM names the
# program. Skipped where there is no Prometheus.
set -euo pipefail
# shellcheck source=tests/support/nodes.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support/nodes.sh"
# shellcheck source=tests/support/web.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support/web.sh"

checkout="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)"
rules="$checkout/launch/prometheus/alerts.yml"
# Where tests/run unpacks it.
PATH="$PATH:$checkout/build/packages/prometheus/usr/bin"
if ! promtool="$(command -v promtool)" || ! prometheus="$(command -v prometheus)"; then
    echo "Prometheus is missing; tests/run fetches it"
    exit 77
fi

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

start_prometheus() {
    local deadline=$((SECONDS + 30))
    cat >"$scratch/prometheus.yml" <<END
global: {scrape_interval: 250ms, scrape_timeout: 250ms, evaluation_interval: 250ms}
rule_files: ["$rules"]
scrape_configs: [{job_name: hearsay, static_configs: [{targets: ["${url#http://}"]}]}]
END
    "$prometheus" --config.file="$scratch/prometheus.yml" --storage.tsdb.path="$scratch/tsdb" \
        --web.listen-address=127.0.0.1:0 >"$scratch/prometheus.log" 2>&1 </dev/null &
    pids[prometheus]=$!
    # It does not say which port it took.
    until listening="$(ss -Htlnp | grep -F "pid=${pids[prometheus]},")"; do
        kill -0 "${pids[prometheus]}" || fail "$(cat "$scratch/prometheus.log")"
        ((SECONDS < deadline)) || fail "Prometheus does not listen"
        sleep 0.1
    done
    alerts="http://$(awk '{print $4}' <<<"$listening")/api/v1/alerts"
}

# The members of which an alert says now that they have failed.
alerted() {
    curl --silent --max-time 5 "$alerts" | python3 -c '
import json, sys
for alert in json.load(sys.stdin)["data"]["alerts"]:
    if alert["labels"]["alertname"] == "HearsayMemberFailed" and alert["state"] == "firing":
        print(alert["labels"]["member"])'
}

# comes_to_alert MEMBERS
comes_to_alert() {
    local deadline=$((SECONDS + 30))
    until [[ "$(alerted 2>/dev/null)" == "$1" ]]; do
        ((SECONDS < deadline)) || fail "not '$1' but: $(curl --silent "$alerts")"
        sleep 0.05
    done
}

test_a_kill_is_told_by_a_real_prometheus() {
    local began name
    start_three
    serve "$hearsay" web --listen 127.0.0.1:0
    start_prometheus
    comes_to_alert ""
    until curl --silent --max-time 5 "${alerts%alerts}targets" | grep -q '"health":"up"'; do
        sleep 0.05
    done
    began="$(date +%s%N)"
    kill -KILL "${pids[n3]}"
    wait "${pids[n3]}" 2>/dev/null || true
    comes_to_alert n3
    echo "Prometheus alerts $((($(date +%s%N) - began) / 1000000)) ms after the kill"
    start n3 --join "$(endpoint_of n1)"
    comes_to_alert ""
    end_web
    for name in prometheus n3 n2 n1; do
        kill -TERM "${pids[$name]}"
        wait "${pids[$name]}" || true
        unset "pids[$name]"
    done
}

test_the_metrics_are_sound
test_the_rules_fire_as_they_should
test_wrong_rules_are_noticed
test_the_queries_of_the_dashboard_are_sound
test_a_kill_is_told_by_a_real_prometheus
echo "all is as promised"
