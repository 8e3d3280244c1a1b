// Members that lie, in a cluster with keys: each has a good key of its own, and no other.

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "hearsay/codec.hpp"

#include "simulation/story.hpp"
#include "statements.hpp"

namespace hearsay::simulation {
namespace {

using namespace std::chrono_literals;

constexpr const char* cluster_name = "simulated";

/// One kind of lie: what becomes of a message of `liar`.
struct Lie {
    const char* title;
    std::function<void(Message&, const Process& liar)> tell;
    /// So often each message is sent.
    std::size_t times = 1;
};

std::vector<Member> others(const Process& liar) {
    std::vector<Member> found;
    for (Member& member : liar.detector().members(liar.now()))
        if (!member.is_self) found.push_back(std::move(member));
    return found;
}

/// An accusation that the liar signs, which it has every right to.
Accusation accusation_by(const Process& liar, const Member& victim, Cause cause) {
    const LifeId self = liar.detector().self().life;
    Accusation accusation{.life = victim.identity.life,
                          .heartbeat = victim.heartbeat,
                          .age = {},
                          .cause = cause,
                          .accusers = {self}};
    if (liar.prover() == nullptr) return accusation;
    accusation.signatures.push_back(
        liar.prover()->sign(accusation_statement(cluster_name, accusation, self)));
    return accusation;
}

void accuse_all(Message& message, const Process& liar) {
    for (const Member& victim : others(liar))
        for (const Cause cause : {Cause::silence, Cause::refused})
            message.accusations.push_back(accusation_by(liar, victim, cause));
}

/// In the name of everybody, with its own signature.
void accuse_in_the_name_of_others(Message& message, const Process& liar) {
    const std::vector<Member> all = others(liar);
    for (const Member& victim : all) {
        Accusation accusation = accusation_by(liar, victim, Cause::silence);
        const std::vector<Signature> own = accusation.signatures;
        accusation.accusers.clear();
        accusation.signatures.clear();
        for (const Member& accuser : all) {
            if (accuser.identity.life == victim.identity.life || accusation.accusers.size() == 8)
                continue;
            accusation.accusers.push_back(accuser.identity.life);
            if (!own.empty()) accusation.signatures.push_back(own.front());
        }
        std::sort(accusation.accusers.begin(), accusation.accusers.end());
        message.accusations.push_back(std::move(accusation));
    }
}

void tell_of_leaves(Message& message, const Process& liar) {
    for (const Member& victim : others(liar))
        message.rows.push_back({.life = victim.identity.life, .heartbeat = heartbeat_left});
}

void keep_all_alive(Message& message, const Process& liar) {
    static Heartbeat more = 0;
    ++more;
    for (const Member& victim : others(liar))
        message.rows.push_back(
            {.life = victim.identity.life, .heartbeat = victim.heartbeat + 1 + more % 3});
}

void raise_all(Message& message, const Process& liar) {
    for (const Member& victim : others(liar))
        message.rows.push_back(
            {.life = victim.identity.life, .heartbeat = victim.heartbeat + 1'000'000});
}

void forget_all(Message& message, const Process& liar) {
    for (const Member& victim : others(liar))
        message.forgets.push_back({.life = victim.identity.life,
                                   .heartbeat = heartbeat_left,
                                   .signer = victim.identity.life});
}

void move_all(Message& message, const Process& liar) {
    for (const Member& victim : others(liar)) {
        Introduction entry{.identity = victim.identity, .heartbeat = victim.heartbeat, .age = {}};
        entry.identity.tags_version += 1000;
        entry.identity.endpoint = "tcp://stranger:1";
        if (liar.prover() != nullptr) entry.voucher.certificate = liar.prover()->certificate();
        message.introductions.push_back(std::move(entry));
    }
}

void take_all_names(Message& message, const Process& liar) {
    for (const Member& victim : others(liar)) {
        Introduction entry{.identity = victim.identity, .heartbeat = 1, .age = {}};
        entry.identity.life = LifeId{number(entry.identity.life) + 1};
        entry.identity.incarnation += 1000;
        entry.identity.endpoint = liar.self().endpoint;
        if (liar.prover() != nullptr) entry.voucher.certificate = liar.prover()->certificate();
        message.introductions.push_back(std::move(entry));
    }
}

/// Now and then, or it would be silent and rightly be failed.
void speak_as_another(Message& message, const Process& liar) {
    if (message.heartbeat % 3 != 0) return;
    message.from = others(liar).front().identity.life;
    message.heartbeat = heartbeat_left;
}

const std::vector<Lie>& lies() {
    static const std::vector<Lie> all{
        {"accuses everybody", accuse_all},
        {"accuses everybody in the name of others", accuse_in_the_name_of_others},
        {"says that everybody left", tell_of_leaves},
        {"raises all heartbeats a little", keep_all_alive},
        {"raises all heartbeats beyond measure", raise_all},
        {"removes everybody", forget_all},
        {"says that everybody moved", move_all},
        {"claims all names", take_all_names},
        {"speaks as another", speak_as_another},
    };
    return all;
}

class LiedTo : public SettledCluster {
  public:
    explicit LiedTo(Keys keys, std::size_t count = 12, std::uint64_t seed = 1)
        : SettledCluster(count, {.seed = seed, .keys = keys}) {}

    void let_lie(const std::string& host, const Lie& lie) {
        Cluster::lie(host, [this, host, tell = lie.tell, times = lie.times](auto& frames) {
            auto message = decode(frames.front().frame, cluster_name);
            if (!message) return;
            tell(message.value(), process(host));
            frames.front().frame = encode(message.value());
            frames.resize(times, frames.front());
        });
    }

    /// True if all but the liars hold all others, and nobody was failed by mistake.
    [[nodiscard]] bool is_unharmed(const std::set<std::string>& liars) const {
        for (const std::string& host : running_hosts()) {
            if (liars.contains(host)) continue;
            for (const std::string& other : running_hosts()) {
                if (liars.contains(other)) continue;
                const auto state = state_at(host, other);
                if (state != MemberState::alive && state != MemberState::suspect) return false;
            }
        }
        return true;
    }
};

TEST_CASE("with keys one liar harms nobody, and hides no death", "[liars][long]") {
    for (const Lie& lie : lies()) {
        CAPTURE(lie.title);
        LiedTo cluster(Keys::used);
        cluster.let_lie("n2", lie);

        cluster.run_for(3 * cluster.config().fail_after);
        CHECK(cluster.is_unharmed({"n2"}));
        CHECK(cluster.checkers().false_verdict_count() == 0);

        cluster.crash("n5");
        const auto is_known = [&] {
            for (const std::string& host : cluster.running_hosts())
                if (host != "n2" && cluster.state_at(host, "n5") != MemberState::failed)
                    return false;
            return true;
        };
        CHECK(cluster.run_until(is_known, 2 * cluster.config().fail_after));
    }
}

/// Asks a member fifty times as often as others do, keeps what it hears to itself, and tells it
/// word by word after the member has died.
class Hoarder final : public Witness {
  public:
    Hoarder(LiedTo& cluster, std::string liar, std::string victim)
        : cluster_(cluster),
          liar_(std::move(liar)),
          victim_(std::move(victim)),
          life_(cluster.process(victim_).self().life) {
        cluster_.show_to(*this);
        cluster_.let_lie(
            liar_, {"hoards", [this](Message& message, const Process&) { tell(message); }, 50});
    }

    void see(const std::string& from, const std::string& to,
             std::span<const std::byte> frame) override {
        if (from != cluster_.process(victim_).address()) return;
        const auto message = decode(frame, cluster_name);
        if (!message || message.value().from != life_) return;
        if (to == cluster_.process(liar_).address()) {
            hoard_[message.value().heartbeat] = message.value().mark;
        } else {
            known_ = std::max(known_, message.value().heartbeat);
        }
    }

    void begin_to_tell() { is_telling_ = true; }

  private:
    void tell(Message& message) {
        const auto is_about_victim = [this](const auto& entry) { return entry.life == life_; };
        std::erase_if(message.rows, is_about_victim);
        std::erase_if(message.accusations, is_about_victim);
        message.wants_answer = true;
        const bool is_time = cluster_.now() - told_at_ > cluster_.config().suspect_after;
        if (!is_telling_) return;
        const auto next = hoard_.upper_bound(known_);
        if (is_time && next != hoard_.end()) {
            known_ = next->first;
            told_at_ = cluster_.now();
        }
        const auto last = hoard_.find(known_);
        if (last != hoard_.end())
            message.rows.push_back({.life = life_, .heartbeat = last->first, .mark = last->second});
    }

    LiedTo& cluster_;
    std::string liar_;
    std::string victim_;
    LifeId life_;
    std::map<Heartbeat, Mark> hoard_;
    /// What others may have heard.
    Heartbeat known_ = 0;
    Instant told_at_{};
    bool is_telling_ = false;
};

TEST_CASE("with keys a hoarder of heartbeats hides no death for long", "[liars]") {
    // The last two are its neighbours.
    for (const std::string victim : {"n3", "n7", "n8"}) {
        CAPTURE(victim);
        LiedTo cluster(Keys::used);
        Hoarder hoarder(cluster, "n2", victim);
        cluster.run_for(3 * cluster.config().fail_after);

        cluster.power_off(victim);
        hoarder.begin_to_tell();
        const auto is_known = [&] {
            for (const std::string& host : cluster.running_hosts())
                if (host != "n2" && cluster.state_at(host, victim) != MemberState::failed)
                    return false;
            return true;
        };
        CHECK(cluster.run_until(is_known, 2 * cluster.config().fail_after));
    }
}

/// Of a small cluster, a member that two others observe alone, and one of them; nothing if there is
/// none.
std::optional<std::pair<std::string, std::string>> observed_by_two(const LiedTo& cluster) {
    for (const std::string& victim : cluster.running_hosts()) {
        const Process& process = cluster.process(victim);
        const auto observers = process.detector().explain(victim, process.now())->observers;
        if (observers.size() == 2) return std::pair(victim, observers.front());
    }
    return std::nullopt;
}

TEST_CASE("with keys one of two observers that accuses nobody hides a death for a while",
          "[liars]") {
    int found = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        LiedTo cluster(Keys::used, 6, seed);
        const auto pair = observed_by_two(cluster);
        if (!pair) continue;
        ++found;
        CAPTURE(seed);
        const std::string& victim = pair->first;
        const std::string& liar = pair->second;
        cluster.let_lie(liar, {"silent", [](Message& message, const Process& /*liar*/) {
                                   message.accusations.clear();
                               }});
        cluster.power_off(victim);
        const auto is_known = [&] {
            for (const std::string& host : cluster.running_hosts())
                if (host != liar && cluster.state_at(host, victim) != MemberState::failed)
                    return false;
            return true;
        };
        // As long as one accuser alone has to wait (R11).
        CHECK(cluster.run_until(is_known, 3 * cluster.config().fail_after));
    }
    CHECK(found > 0);
}

TEST_CASE("without keys a liar is believed", "[liars]") {
    for (const std::size_t which : {2U, 3U, 4U, 8U}) {
        const Lie& lie = lies()[which];
        CAPTURE(lie.title);
        LiedTo cluster(Keys::none);
        cluster.let_lie("n2", lie);

        CHECK_THROWS_AS(cluster.run_for(10 * cluster.config().fail_after), BrokenInvariant);
    }
}

TEST_CASE("with keys two liars together fail nobody", "[liars][long]") {
    LiedTo cluster(Keys::used, 8);
    cluster.let_lie("n2", lies()[0]);
    cluster.let_lie("n7", lies()[0]);

    cluster.run_for(3 * cluster.config().fail_after);

    CHECK(cluster.is_unharmed({"n2", "n7"}));
    CHECK(cluster.checkers().false_verdict_count() == 0);
}

}  // namespace
}  // namespace hearsay::simulation
