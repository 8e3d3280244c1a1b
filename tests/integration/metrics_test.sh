#!/usr/bin/env bash
# What `hearsay metrics` promises to the textfile collector, with real nodes, and what Grafana wants
# of a dashboard. HEARSAY_PROGRAM names the program.
set -euo pipefail
# shellcheck source=tests/support/nodes.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support/nodes.sh"

prometheus="$(cd "$(dirname "${BASH_SOURCE[0]}")/../../launch/prometheus" && pwd -P)"
page="$scratch/hearsay.prom"

metrics_on_a_full_disk() { "$hearsay" metrics >/dev/full; }
# Where SIGPIPE is ignored, as by many that start programs.
metrics_for_nobody() {
    trap '' PIPE
    "$hearsay" metrics | true
}
metrics_in_a_file() { "$hearsay" metrics >"$scratch/new"; }
# As the page of the node shows it.
metrics_for_the_collector() { "$hearsay" metrics >"$page.new" && mv "$page.new" "$page"; }

test_without_nodes() {
    expect 3 metrics_in_a_file
    says '^hearsay: no node runs in '
    is_one_line
    [[ ! -s "$scratch/new" ]] || fail "without a node it printed something"
    echo old >"$page"
    expect 3 metrics_for_the_collector
    [[ "$(<"$page")" == old ]] || fail "without a node the old page is gone"
}

test_wrong_use() {
    expect 2 "$hearsay" metrics --bogus
    says '^hearsay metrics: unknown option --bogus$'
    is_one_line
    expect 2 "$hearsay" metrics --json
    says '^hearsay metrics: unknown option --json'
    expect 2 "$hearsay" metrics n1
    says '^hearsay metrics: unexpected argument "n1"$'
    is_one_line
    expect 0 "$hearsay" metrics --help
    silent_on '--json'
}

# shows LINE: without the labels that all lines have.
shows() {
    grep -qxF -- "$1" <(sed 's/cluster="demo",node="n1",\?//' "$page") ||
        fail "the page does not show: $1"
}

test_a_page() {
    expect 0 metrics_for_the_collector
    [[ -z "$output" ]] || fail "it says something:"
    shows 'hearsay_members{state="alive"} 3'
    shows 'hearsay_member_state{member="n3",state="alive"} 1'
    shows 'hearsay_member_tag_info{member="n1",key="say",value="a \"b\" \\c"} 1'
    shows 'hearsay_log_lines_lost_total{} 0'
    [[ "$(tail -c 1 "$page" | od -An -tx1)" == " 0a" ]] || fail "the last line has no end"
}

test_a_death() {
    kill -KILL "${pids[n3]}"
    wait "${pids[n3]}" 2>/dev/null || true
    unset "pids[n3]"
    expect 0 "$hearsay" wait --failed n3 --timeout 30s
    expect 0 metrics_for_the_collector
    shows 'hearsay_member_state{member="n3",state="failed"} 1'
    shows 'hearsay_member_state{member="n3",state="alive"} 0'
    grep -q '^hearsay_member_silence_seconds{.*member="n3"} ' "$page" || fail "no silence of n3"
}

test_a_closed_output() {
    expect 0 metrics_for_nobody
    [[ -z "$output" ]] || fail "it says something:"
    expect 2 metrics_on_a_full_disk
    says 'cannot write to standard output: No space left on device'
    is_one_line
}

test_the_dashboard_is_whole() {
    python3 - "$prometheus/dashboard.json" <<'END' || fail "the dashboard is not whole"
import json, sys

board = json.load(open(sys.argv[1]))
panels = board["panels"]
known = {variable["name"] for variable in board["templating"]["list"]}
assert known == {"datasource", "cluster", "node"}, known
assert len({panel["id"] for panel in panels}) == len(panels), "two panels of one id"
taken = set()
for panel in panels:
    place = panel["gridPos"]
    cells = {(x, y) for x in range(place["x"], place["x"] + place["w"])
             for y in range(place["y"], place["y"] + place["h"])}
    assert not cells & taken, f"over another panel: {panel['title']}"
    assert place["x"] + place["w"] <= 24, f"too wide: {panel['title']}"
    taken |= cells
    assert panel["type"] == "row" or panel["targets"], f"empty: {panel['title']}"
END
}

end_the_others() {
    local name
    for name in n1 n2; do
        kill -TERM "${pids[$name]}"
        ends 0 "$name"
    done
}

test_without_nodes
test_wrong_use
start_three --tag $'say=a "b" \\c'
test_a_page
test_a_death
test_a_closed_output
test_the_dashboard_is_whole
end_the_others
echo "all is as promised"
