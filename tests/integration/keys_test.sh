#!/usr/bin/env bash
# What `hearsay keygen`, `certify`, `revoke` and `keys` do to a folder. HEARSAY_PROGRAM names the
# program.
set -euo pipefail
# shellcheck source=tests/support/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/../support/expect.sh"

hearsay="${HEARSAY_PROGRAM:?names the program to test}"
scratch="$(mktemp -d /tmp/hearsay-keys-test-XXXXXX)"
trap 'rm -rf -- "$scratch"' EXIT
# As on a terminal of usual width.
export COLUMNS=80

# An empty folder to work in.
folder() {
    cd "$scratch"
    rm -rf -- folder
    mkdir folder
    cd folder
}

# cluster NAME...: a folder with a cluster and keys of these nodes.
cluster() {
    folder
    expect 0 "$hearsay" keygen --cluster demo
    (($# == 0)) || expect 0 "$hearsay" certify "$@"
}

# refused STATUS PATTERN ARGUMENT...: in one line.
refused() {
    expect "$1" "$hearsay" "${@:3}"
    says "$2"
    (($(wc -l <<<"$output") == 1)) || fail "more than one line:"
}

fits() { (($(wc -L <<<"$output") <= 80)) || fail "there is a wide line:"; }

# No command says what it must keep to itself.
keeps_secrets() {
    local secret
    while read -r _ secret; do
        grep -qE "^key $secret$" cluster.trust || silent_on "$secret"
    done < <(grep -rhE '^(key|link|next-link|former-link|secret) [0-9a-f]{64}$' .)
}

modes() { stat -c '%n %a' -- * | sort; }

key_of() { "$hearsay" keys --json | grep -oP "\"name\":\"$1\",\"key\":\"\K[0-9a-f]+" | head -n 1; }

test_five_nodes() {
    folder
    expect 0 "$hearsay" keygen --cluster demo
    says '^Made cluster.secret and cluster.trust of cluster demo\.$'
    fits
    keeps_secrets
    expect 0 "$hearsay" certify n1 n2 n10
    says '^n10.key: key [0-9a-f]{16}, good for 90 days$'
    says '^Next: copy each to its node alone, with cluster\.trust\.$'
    fits
    keeps_secrets
    output="$(modes)"
    says '^cluster.secret 600$'
    says '^cluster.trust 600$'
    says '^n1.key 600$'
    [[ "$(ls)" == $'cluster.secret\ncluster.trust\nn1.key\nn10.key\nn2.key' ]] || fail "$(ls)"
    expect 0 "$hearsay" keys
    fits
    keeps_secrets
    [[ "$(sed 1d <<<"$output" | cut -d ' ' -f 1 | xargs)" == "n1 n2 n10" ]] || fail "the order:"
    says '^n1    [0-9a-f]{16}  good for 89 days$'
}

test_a_folder_elsewhere() {
    folder
    expect 0 "$hearsay" keygen --cluster demo --keys there
    says '^Made there/cluster.secret and there/cluster.trust'
    [[ "$(stat -c %a there)" == 700 ]] || fail "others can look into the folder"
    expect 0 "$hearsay" certify n1 --keys there
    expect 0 "$hearsay" keys --keys there
    says '^n1 '
    [[ "$(ls)" == there ]] || fail "something was written elsewhere: $(ls)"
    refused 2 'nowhere: no folder to keep keys in: No such file' certify n1 --keys nowhere
    refused 2 'it cannot be made: No such file' keygen --cluster demo --keys no/where
}

test_nothing_is_overwritten() {
    local before
    cluster n1
    before="$(sha256sum -- *)"
    refused 2 'cluster.secret: it is there already, and is never overwritten' keygen --cluster demo
    rm cluster.secret
    refused 2 'cluster.trust: it is there already' keygen --cluster demo
    [[ "$(sha256sum -- *)" == "$(grep -v cluster.secret <<<"$before")" ]] || fail "it was changed"
}

test_a_certificate_is_renewed() {
    local key
    cluster
    expect 0 "$hearsay" certify n1 --for 30d --operator --endpoint tcp://10.0.0.7:7700 \
        --endpoint 'tcp://[fd00::7]:7700'
    key="$(key_of n1)"
    expect 0 "$hearsay" keys
    says '^n1 +[0-9a-f]{16}  operator  10.0.0.7:7700, 1 more  good for 29 days$'
    fits
    expect 0 "$hearsay" certify n1
    [[ "$(key_of n1)" == "$key" ]] || fail "the key was replaced"
    expect 0 "$hearsay" keys
    says 'operator  10.0.0.7:7700, 1 more  good for 89 days$'
    expect 0 "$hearsay" certify n1 --no-operator --any-endpoint
    says 'a former certificate still makes an operator of n1\.$'
    fits
    expect 0 "$hearsay" keys
    says '^n1    [0-9a-f]{16}  good for 89 days$'
    expect 0 "$hearsay" certify n1 --new-key
    [[ "$(key_of n1)" != "$key" ]] || fail "the key was kept"
}

test_a_key_is_revoked() {
    local key
    cluster n1 n2
    key="$(key_of n2)"
    expect 0 "$hearsay" revoke n2
    says "^Revoked the key ${key:0:16} of n2: cluster.revoked, version 1\.$"
    says '^Next: copy it to a node and reload that\. New key: hearsay certify --new-key n2$'
    fits
    keeps_secrets
    expect 0 "$hearsay" revoke n2
    says '^Already revoked the key .* version 1\.$'
    expect 0 "$hearsay" keys
    says '^n2    [0-9a-f]{16}  revoked less than a minute ago$'
    refused 2 'n2.key: its key is revoked; --new-key makes another' certify n1 n2
    expect 0 "$hearsay" certify --new-key n2
    says 'with cluster.trust and cluster.revoked\.$'
    fits
    expect 0 "$hearsay" keys
    says '^n2    [0-9a-f]{16}  good for 89 days$'
    says "^n2    ${key:0:16}  revoked "
    rm n1.key
    refused 2 'n1.key: there is no such file; give the public key with --key' revoke n1
    expect 0 "$hearsay" revoke n1 --key "$(printf 'ab%.0s' {1..32})"
    says '^Revoked the key abababababababab of n1: cluster.revoked, version 2\.$'
    [[ "$(stat -c %a cluster.revoked)" == 644 ]] || fail "nodes of other users cannot read it"
    sed -i "/$key/d" cluster.revoked
    refused 2 'cluster.revoked: it is signed by no key of this cluster' keys
}

test_a_cluster_key_is_replaced() {
    local old
    cluster n1 n2
    expect 0 "$hearsay" revoke n3 --key "$(printf 'ab%.0s' {1..32})"
    old="$(grep '^key ' cluster.trust)"
    refused 2 'cluster.trust: it has one key; --rotate makes a new one' keygen --retire
    expect 0 "$hearsay" keygen --rotate
    says '^Cluster key [0-9a-f]{16} signs from now on; old ones stay good\.$'
    says '^Next: copy cluster.trust and cluster.revoked to every node'
    fits
    keeps_secrets
    (($(grep -c '^key ' cluster.trust) == 2)) || fail "$(cat cluster.trust)"
    expect 0 "$hearsay" certify n2
    expect 0 "$hearsay" keys
    says '^n1 .* renew it: an old cluster key signed it$'
    says '^n2 .* good for 89 days$'
    refused 2 'n1 has a certificate of an old cluster key; certify again first' keygen --retire
    expect 0 "$hearsay" certify n1
    expect 0 "$hearsay" keygen --retire
    says '^Only cluster key [0-9a-f]{16} is trusted now\.$'
    fits
    (($(grep -c '^key ' cluster.trust) == 1)) || fail "$(cat cluster.trust)"
    (($(grep -c '^key ' cluster.secret) == 1)) || fail "an old key is still there"
    ! grep -qF "$old" cluster.trust || fail "the old key is still trusted"
    expect 0 "$hearsay" keys
    says '^n1 .* good for 89 days$'
    says '^n3 +abababababababab  revoked '
}

# A rotation that was cut off between its two files is finished, not begun again.
test_a_rotation_is_finished() {
    cluster n1
    cp -p cluster.trust former
    expect 0 "$hearsay" keygen --rotate
    mv former cluster.trust
    refused 2 'cluster.trust: it lacks the newest key of cluster.secret' certify n1
    expect 0 "$hearsay" keygen --rotate
    (($(grep -c '^key ' cluster.secret) == 2)) || fail "another key was made"
    expect 0 "$hearsay" certify n1
}

# secret_of WORD: what stands behind it in cluster.trust; empty if it does not stand there.
secret_of() { sed -n "s/^$1 //p" cluster.trust; }

# relinked STEP RESULT
relinked() {
    expect 0 "$hearsay" keygen --relink
    says "^Step $1 of 3 is done: $2\.$"
    says '^Next: copy cluster\.trust to every node, and reload it with SIGHUP\.$'
    fits
    keeps_secrets
    [[ "$(stat -c %a cluster.trust)" == 600 ]] || fail "others may read it"
}

# steps_done TEXT NUMBER: what `hearsay keys` says of them, and its JSON.
steps_done() {
    expect 0 "$hearsay" keys --json
    says "\"relink_steps_done\":$2,"
    expect 0 "$hearsay" keys
    [[ "$(grep '^New link secret' <<<"$output" || true)" == "$1" ]] || fail "of the steps:"
    fits
}

test_the_link_secret_is_replaced() {
    local former next
    cluster n1
    former="$(secret_of link)"
    steps_done "" null
    relinked 1 'cluster.trust has a new link secret, to dial with'
    says '^Once all nodes have it: hearsay keygen --relink$'
    next="$(secret_of next-link)"
    [[ "$(secret_of link)" == "$former" && "$next" != "$former" ]] || fail "$(cat cluster.trust)"
    steps_done 'New link secret: step 1 of 3. Once all nodes have it: hearsay keygen --relink' 1
    # A new cluster key comes between two steps.
    expect 0 "$hearsay" keygen --rotate
    relinked 2 'the new link secret is now the one to listen with'
    says '^Once all nodes have it: hearsay keygen --relink$'
    expect 0 "$hearsay" certify n1
    expect 0 "$hearsay" keygen --retire
    [[ "$(secret_of link) $(secret_of former-link) $(secret_of next-link)" == "$next $former " ]] ||
        fail "$(cat cluster.trust)"
    steps_done 'New link secret: step 2 of 3. Once all nodes have it: hearsay keygen --relink' 2
    relinked 3 'cluster.trust has the new link secret alone'
    says '^Then it is over: who knows the former link secret can connect no more\.$'
    [[ "$(secret_of link)$(secret_of former-link)$(secret_of next-link)" == "$next" ]] ||
        fail "$(cat cluster.trust)"
    steps_done "" null
}

test_a_secret_that_others_may_read() {
    local file
    cluster n1
    for file in cluster.secret cluster.trust n1.key; do
        chmod 640 "$file"
        refused 2 "^hearsay: ./$file: it holds a secret, and its mode 0640 .*: chmod 600 ./$file$" \
            certify n1
        chmod 600 "$file"
    done
    chmod 644 n1.key
    expect 1 "$hearsay" keys
    says '^n1 '
    says 'chmod 600 ./n1.key'
    fits
}

test_wrong_use() {
    cluster n1
    refused 2 '--cluster is missing; it must be 1 to 32' keygen
    refused 2 '--cluster is not a cluster name' keygen --cluster 'two words'
    refused 2 '--rotate and --retire exclude each other' keygen --rotate --retire
    refused 2 '--rotate and --cluster exclude each other' keygen --rotate --cluster demo
    refused 2 '--rotate and --relink exclude each other' keygen --relink --rotate
    refused 2 '--relink and --cluster exclude each other' keygen --relink --cluster demo
    refused 2 'NAME is missing' certify
    refused 2 'NAME: name "-x" is not the name of a member' certify -- -x
    refused 2 'NAME: name "../n1" is not the name of a member' certify ../n1
    refused 2 'NAME "n1" is given twice; give it once' certify n1 n2 n1
    refused 2 '--for "90" is not a duration|--for .*unit' certify n1 --for 90
    refused 2 '--for is 1s; it must be from 1m to 3650d' certify n1 --for 1s
    refused 2 '--endpoint "tcp://h" is none that can be dialled' certify n1 --endpoint tcp://h
    refused 2 '--endpoint is of one node' certify n1 n2 --endpoint tcp://10.0.0.7:7700
    refused 2 '--operator and --no-operator exclude' certify n1 --operator --no-operator
    refused 2 'NAME is missing' revoke
    refused 2 '--key is no public key; give its 64 hex digits' revoke n1 --key 0123
    refused 2 '--keys is empty; give a path' keys --keys=
    folder
    refused 2 'cluster.secret: there is no such file; `hearsay keygen' certify n1
    refused 2 'cluster.trust: there is no such file' keys
    refused 2 'cluster.trust: there is no such file' keygen --relink
    [[ -z "$(ls)" ]] || fail "something was written: $(ls)"
    expect 0 "$hearsay" keygen --cluster demo
    expect 0 "$hearsay" keys
    says '^There are no keys of nodes here'
}

test_json_has_whole_keys() {
    cluster n1 n2
    expect 0 "$hearsay" certify n2 --operator --endpoint tcp://10.0.0.7:7700
    expect 0 "$hearsay" revoke n9 --key "$(printf 'ab%.0s' {1..32})"
    expect 0 "$hearsay" keys --json
    keeps_secrets
    python3 - "$output" <<'END' || fail "the JSON:"
import json, sys

answer = json.loads(sys.argv[1])
one, two, revoked = answer["keys"]
assert answer["cluster"] == "demo"
assert one["name"] == "n1" and len(one["key"]) == 64 and one["state"] == "good"
assert one["operator"] is False and one["endpoints"] == []
assert two["operator"] is True and two["endpoints"] == ["tcp://10.0.0.7:7700"]
assert two["valid_from"] < two["valid_until"] and two["text"] == "good for 89 days"
assert revoked["name"] == "n9" and revoked["key"] == "ab" * 32 and revoked["state"] == "revoked"
assert revoked["valid_until"] is None and revoked["operator"] is None
END
}

test_many_at_once() {
    local i pids=() status
    folder
    for i in {1..8}; do
        "$hearsay" keygen --cluster "demo$i" >"../out$i" 2>&1 &
        pids+=($!)
    done
    local made=0
    for i in "${!pids[@]}"; do
        status=0
        wait "${pids[$i]}" || status=$?
        ((status == 0 || status == 2)) || fail "it ended with $status"
        ((status != 0)) || ((++made))
    done
    ((made == 1)) || fail "$made of 8 made a cluster"
    pids=()
    for i in {1..8}; do
        "$hearsay" revoke "n$i" --key "$(printf "0$i%.0s" {1..32})" >/dev/null &
        pids+=($!)
    done
    wait "${pids[@]}"
    (($(grep -c '^revoked ' cluster.revoked) == 8)) || fail "some were lost: $(cat cluster.revoked)"
    grep -q '^version 8$' cluster.revoked || fail "$(cat cluster.revoked)"
    expect 0 "$hearsay" keys
}

# An interrupted command leaves whole files, and no others.
test_an_interrupted_command_leaves_whole_files() {
    local delay
    cluster n1
    for delay in 0.001 0.002 0.004 0.006 0.008 0.01 0.015 0.02; do
        timeout -s INT "$delay" "$hearsay" certify n1 n2 n3 n4 n5 n6 n7 n8 >/dev/null 2>&1 || true
        expect 0 "$hearsay" keys
        ! ls -- *.new >/dev/null 2>&1 || fail "half a file was left: $(ls)"
    done
}

# On a disk of two pages, where it may be mounted.
test_a_full_disk() {
    local mounted=(unshare --map-root-user --mount)
    folder
    mkdir disk
    if ! "${mounted[@]}" mount -t tmpfs -o size=8k none disk 2>/dev/null; then
        echo "no disk can be mounted here, so none is full"
        return
    fi
    # shellcheck disable=SC2016  # Another shell knows the program as $0.
    expect 1 "${mounted[@]}" bash -c 'mount -t tmpfs -o size=8k none disk && cd disk &&
        "$0" keygen --cluster demo >/dev/null && ! "$0" certify n1 && ls && "$0" certify n2' \
        "$hearsay"
    says '^hearsay: ./n1.key: it cannot be written: No space left on device$'
    says '^cluster.trust$'
    silent_on '^n1.key'
}

test_five_nodes
test_a_folder_elsewhere
test_nothing_is_overwritten
test_a_certificate_is_renewed
test_a_key_is_revoked
test_a_cluster_key_is_replaced
test_a_rotation_is_finished
test_the_link_secret_is_replaced
test_a_secret_that_others_may_read
test_wrong_use
test_json_has_whole_keys
test_many_at_once
test_an_interrupted_command_leaves_whole_files
test_a_full_disk
echo "all keys are as they should be"
