#include "kept_addresses.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "support/catch.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;

using Names = std::vector<std::string>;

constexpr Instant start{1h};
constexpr Duration patience = 10min;

std::string endpoint_of(const std::string& name) {
    return "tcp://" + name + ".example.com:7700";
}

Member member(const std::string& name, MemberState state = MemberState::alive) {
    Member member;
    member.identity.name = name;
    member.identity.endpoint = endpoint_of(name);
    member.state = state;
    return member;
}

std::vector<Member> members(const Names& names) {
    std::vector<Member> all;
    std::transform(names.begin(), names.end(), std::back_inserter(all),
                   [](const std::string& name) { return member(name); });
    return all;
}

KeptAddresses kept_by(const std::string& name, const Names& former = {}) {
    std::vector<KeptAddress> addresses;
    for (const std::string& other : former)
        addresses.push_back({.name = other, .endpoint = endpoint_of(other)});
    return {{.name = name, .endpoint = endpoint_of(name)}, addresses, patience, start};
}

Names names_in(const KeptAddresses& kept) {
    Names names;
    for (const KeptAddress& address : kept.addresses())
        names.push_back(address.name);
    return names;
}

std::set<std::string> set_of(const Names& names) {
    return {names.begin(), names.end()};
}

Names numbered(std::size_t count) {
    Names names;
    for (std::size_t i = 0; i < count; ++i)
        names.push_back("m" + std::to_string(i));
    return names;
}

TEST_CASE("the living are kept, and not this node", "[kept_addresses]") {
    KeptAddresses kept = kept_by("a");
    auto all = members({"a", "b", "c"});
    all.front().is_self = true;
    all.push_back(member("d", MemberState::suspect));
    all.push_back(member("e", MemberState::failed));
    all.push_back(member("f", MemberState::left));

    kept.note(all, start);

    CHECK(set_of(names_in(kept)) == std::set<std::string>{"b", "c", "d"});
}

TEST_CASE("what is at this node's own endpoint or name is not kept", "[kept_addresses]") {
    KeptAddresses kept = kept_by("a", {"a", "b"});
    CHECK(names_in(kept) == Names{"b"});
    auto all = members({"b", "c"});
    all.back().identity.endpoint = endpoint_of("a");

    kept.note(all, start);

    CHECK(names_in(kept) == Names{"b"});
}

TEST_CASE("those that died are kept behind the living, the last ones first", "[kept_addresses]") {
    KeptAddresses kept = kept_by("a", {"old"});
    kept.note(members({"b", "c", "d"}), start);
    kept.note(members({"b", "c"}), start + 1min);
    kept.note(members({"b"}), start + 2min);

    CHECK(names_in(kept) == Names{"b", "c", "d", "old"});
}

TEST_CASE("the dead are given up after a while in company", "[kept_addresses]") {
    KeptAddresses kept = kept_by("a", {"old"});
    kept.note(members({"b", "c"}), start);

    kept.note(members({"b"}), start + patience - 1s);
    CHECK(set_of(names_in(kept)) == std::set<std::string>{"b", "c", "old"});
    kept.note(members({"b"}), start + patience);
    CHECK(names_in(kept) == Names{"b"});
}

TEST_CASE("a node that is alone gives nobody up", "[kept_addresses]") {
    KeptAddresses kept = kept_by("a", {"b", "c"});
    for (int hours = 0; hours < 100; ++hours)
        kept.note({}, start + std::chrono::hours(hours));
    CHECK(names_in(kept) == Names{"b", "c"});

    kept.note(members({"b"}), start + 100h);
    CHECK(names_in(kept) == Names{"b", "c"});
    kept.note(members({"b"}), start + 100h + patience);
    CHECK(names_in(kept) == Names{"b"});
}

TEST_CASE("a member that moved is kept at its new address alone", "[kept_addresses]") {
    KeptAddresses kept = kept_by("a", {"b", "c"});
    auto all = members({"b"});
    all.front().identity.endpoint = "tcp://192.0.2.9:7700";

    kept.note(all, start);

    CHECK(kept.addresses() ==
          std::vector<KeptAddress>{{.name = "b", .endpoint = "tcp://192.0.2.9:7700"},
                                   {.name = "c", .endpoint = endpoint_of("c")}});
}

TEST_CASE("an address that another member has now is that one's", "[kept_addresses]") {
    KeptAddresses kept = kept_by("a", {"b"});
    auto all = members({"c"});
    all.front().identity.endpoint = endpoint_of("b");

    kept.note(all, start);

    CHECK(names_in(kept) == Names{"c"});
}

TEST_CASE("what members tell that cannot be dialled is not kept", "[kept_addresses]") {
    KeptAddresses kept = kept_by("a");
    auto all = members({"b", "c"});
    all.back().identity.endpoint = "tcp://0.0.0.0:7700";

    kept.note(all, start);

    CHECK(names_in(kept) == Names{"b"});
}

TEST_CASE("of many, each node keeps others, and all together keep all", "[kept_addresses]") {
    const Names names = numbered(200);
    std::set<std::string> all;
    std::set<Names> choices;
    for (const std::string& name : names) {
        KeptAddresses kept = kept_by(name);
        kept.note(members(names), start);
        const Names chosen = names_in(kept);
        CHECK(chosen.size() == KeptAddresses::addresses_max);
        all.insert(chosen.begin(), chosen.end());
        choices.insert(chosen);
    }
    CHECK(all.size() == names.size());
    CHECK(choices.size() == names.size());
}

TEST_CASE("of many the same are kept each time, though others come and go", "[kept_addresses]") {
    Names names = numbered(200);
    KeptAddresses kept = kept_by("a");
    kept.note(members(names), start);
    const std::set<std::string> before = set_of(names_in(kept));

    std::reverse(names.begin(), names.end());
    names.emplace_back("newcomer");
    kept.note(members(names), start + 1min);

    const std::set<std::string> after = set_of(names_in(kept));
    const auto stayed = std::count_if(after.begin(), after.end(),
                                      [&](const auto& name) { return before.contains(name); });
    CHECK(stayed >= static_cast<std::ptrdiff_t>(KeptAddresses::addresses_max - 1));
}

TEST_CASE("what a file holds beyond the bound is not taken", "[kept_addresses]") {
    CHECK(names_in(kept_by("a", numbered(100))).size() == KeptAddresses::addresses_max);
}

TEST_CASE("an address of another cluster is dropped", "[kept_addresses]") {
    KeptAddresses kept = kept_by("a", {"b", "c"});

    CHECK(kept.drop(endpoint_of("b")));
    CHECK_FALSE(kept.drop(endpoint_of("b")));
    CHECK(names_in(kept) == Names{"c"});
}

}  // namespace
}  // namespace hearsay
