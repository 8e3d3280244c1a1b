#include "link_guard.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

#include "revocation_notices.hpp"
#include "terminal.hpp"

namespace hearsay {
namespace {

/// For so long a key that was refused cannot connect. It may be good then: keys and clocks change.
constexpr Duration block_span = std::chrono::seconds(10);
/// A caller that said so many frames before it has greeted is no peer.
constexpr std::size_t frames_unproven_max = 4;
/// A link that stands anew brings one.
constexpr std::size_t greetings_per_round_max = 4;
/// Certificates that are looked at again in a round, at some 0.1 ms each.
constexpr std::size_t reviews_per_round = 16;

std::span<const std::byte> bytes_of(const zmq::message_t& frame) {
    return {frame.data<std::byte>(), frame.size()};
}

/// What ZeroMQ was told of the key that has sent this frame.
std::string_view user_id(const zmq::message_t& frame) {
    const char* const id = zmq_msg_gets(frame.handle(), "User-Id");
    return id == nullptr ? std::string_view() : std::string_view(id);
}

void set_pair(zmq::socket_t& socket, const CurvePair& pair) {
    socket.set(zmq::sockopt::curve_publickey,
               zmq::const_buffer(pair.public_key.data(), pair.public_key.size()));
    socket.set(zmq::sockopt::curve_secretkey,
               zmq::const_buffer(pair.secret_key.data(), pair.secret_key.size()));
}

/// `reason` is that of the keyring.
std::string disbelief(const std::string& reason) {
    return "its certificate is not good: " + printable(reason);
}

std::string problem_of(const Rejection& rejection) {
    if (rejection.error == DecodeError::foreign_cluster) {
        return "it greets cluster \"" + printable(rejection.found) + '"';
    }
    if (rejection.error == DecodeError::foreign_version) {
        return "its greeting is of version " + printable(rejection.found);
    }
    return "its greeting cannot be read";
}

}  // namespace

LinkGuard::LinkGuard(zmq::context_t& context, const Keyring& keyring, KeyUse use,
                     TransportCounters& counters, Log& log)
    : keyring_(keyring),
      use_(use),
      counters_(counters),
      log_(log),
      blocked_(block_span),
      zap_(context) {}

void LinkGuard::configure_inbox(zmq::socket_t& inbox) const {
    set_pair(inbox, keyring_.listener());
    inbox.set(zmq::sockopt::curve_server, listens_with_keys());
}

Way LinkGuard::way_after(Way way) const {
    if (static_cast<std::size_t>(way) < keyring_.dialled_keys().size()) {
        return Way{static_cast<std::size_t>(way) + 1};
    }
    return use_ == KeyUse::required ? Way::keys : Way::plain;
}

void LinkGuard::configure_link(zmq::socket_t& link, Way way) const {
    set_pair(link, keyring_.dialler());
    // The keyring may have fewer now than when that way was chosen.
    const auto& keys = keyring_.dialled_keys();
    const std::size_t index = static_cast<std::size_t>(way) - 1;
    const auto& server = keys[std::min(index, keys.size() - 1)];
    link.set(zmq::sockopt::curve_serverkey, zmq::const_buffer(server.data(), server.size()));
}

// A blocked source is blocked for strangers: who has greeted before may come back.
void LinkGuard::answer_handshakes(Instant now) {
    zap_.answer([&](const CurveKey& curve_key, std::string_view source) {
        const std::string key = user_id_of(curve_key);
        const bool is_blocked = blocked_.has_key(key, now) || (blocked_.has_source(source, now) &&
                                                               speakers_.find(key) == nullptr);
        if (is_blocked) ++counters_.keys_refused;
        return !is_blocked;
    });
}

// The key is that of the very frame: a routing id alone, which its bearer chooses, says nothing.
Admission LinkGuard::admit(Caller& caller, const zmq::message_t& frame, const std::string& source,
                           Instant now) {
    const std::string_view key = user_id(frame);
    if (caller.key != key) caller = Caller{.key = std::string(key)};
    if (caller.is_refused) {
        note_unproven();
        return {};
    }
    if (is_link_frame(bytes_of(frame))) return greet(caller, bytes_of(frame), source, now);
    if (!caller.speaker) caller.speaker = speakers_.find(key);
    if (!caller.speaker || key.empty()) return refuse_unproven(caller, source, now);
    if (caller.speaker->is_good) return {.speaker = caller.speaker};
    // It may have a new certificate to greet with.
    note_unproven();
    caller.is_refused = true;
    return {.must_end = true};
}

Admission LinkGuard::greet(Caller& caller, std::span<const std::byte> frame,
                           const std::string& source, Instant now) {
    // A peer whose queue is full again and again takes each time for a new connection.
    if (++caller.greetings > greetings_per_round_max) {
        note_unproven();
        return {};
    }
    const auto decoded = decode_link_frame(frame, keyring_.cluster());
    if (!decoded) return refuse_greeting(caller, source, problem_of(decoded.error()), now);
    const auto* const greeting = std::get_if<Greeting>(&decoded.value());
    if (greeting == nullptr) {
        return refuse_greeting(caller, source, "it proves itself and was not asked", now);
    }
    std::string reason;
    caller.speaker = believe(caller.key, greeting->certificate, reason);
    if (!caller.speaker) return refuse_greeting(caller, source, reason, now);
    const auto statement =
        proof_statement(Keyring::curve_key(caller.speaker->credential.key), greeting->nonce);
    const LinkProof proof{.certificate = keyring_.certificate(),
                          .signature = keyring_.sign(statement),
                          .revocations_version = keyring_.revocations_version()};
    return {.answer = encode(proof, keyring_.cluster()),
            .lacks_revocations = has_news_for(greeting->revocations_version)};
}

SharedSpeaker LinkGuard::believe(const std::string& key, const std::vector<std::byte>& certificate,
                                 std::string& reason) {
    SharedSpeaker known = speakers_.find(key);
    if (known && known->certificate == certificate) return known;
    auto credential = keyring_.read(certificate, &reason);
    if (!credential) {
        reason = disbelief(reason);
        return nullptr;
    }
    if (user_id_of(Keyring::curve_key(credential->key)) != key) {
        reason = "it shows the certificate of " + printable(credential->name) +
                 ", and does not have its key";
        return nullptr;
    }
    return speakers_.add(key, certificate, *std::move(credential));
}

Admission LinkGuard::refuse_greeting(Caller& caller, const std::string& source,
                                     const std::string& reason, Instant now) {
    ++counters_.greetings_refused;
    caller.is_refused = true;
    caller.speaker.reset();
    blocked_.add(caller.key, source, now);
    tell("link from " + source, reason, now);
    return {.must_end = true};
}

Admission LinkGuard::refuse_unproven(Caller& caller, const std::string& source, Instant now) {
    note_unproven();
    if (++caller.frames_unproven < frames_unproven_max) return {};
    caller.is_refused = true;
    tell("link from " + source, "it has shown no certificate", now);
    return {.must_end = true};
}

std::vector<std::byte> LinkGuard::greeting(const Nonce& nonce) const {
    return encode(Greeting{.certificate = keyring_.certificate(),
                           .nonce = nonce,
                           .revocations_version = keyring_.revocations_version()},
                  keyring_.cluster());
}

std::vector<std::byte> LinkGuard::notice() const {
    const std::string_view list = keyring_.revocations_text();
    if (list.empty() || list.size() > revocations_bytes_max) return {};
    return revocation_notice(list);
}

ProvenSpeaker LinkGuard::read_proof(std::span<const std::byte> frame, const Nonce& nonce,
                                    const std::string& endpoint, Instant now) {
    const auto refuse = [&](const std::string& reason) {
        ++counters_.proofs_refused;
        tell("node at " + endpoint, reason, now);
        return ProvenSpeaker();
    };
    const auto decoded = decode_link_frame(frame, keyring_.cluster());
    if (!decoded) return refuse(problem_of(decoded.error()));
    const auto* const proof = std::get_if<LinkProof>(&decoded.value());
    if (proof == nullptr) return refuse("it greets, and was dialled");
    std::string reason;
    auto credential = keyring_.read(proof->certificate, &reason);
    if (!credential) return refuse(disbelief(reason));
    const auto statement = proof_statement(keyring_.dialler().public_key, nonce);
    if (!Keyring::verify(credential->key, statement, proof->signature)) {
        return refuse("it shows the certificate of " + printable(credential->name) +
                      ", and does not prove that it has its key");
    }
    const std::string key = user_id_of(Keyring::curve_key(credential->key));
    return {.speaker = speakers_.add(key, proof->certificate, *std::move(credential)),
            .lacks_revocations = has_news_for(proof->revocations_version)};
}

void LinkGuard::begin_round() {
    speakers_.review_next(reviews_per_round,
                          [&](const Speaker& speaker) { return is_good(speaker); });
}

void LinkGuard::review() {
    blocked_.clear();
    speakers_.review([&](const Speaker& speaker) { return is_good(speaker); });
}

bool LinkGuard::is_good(const Speaker& speaker) {
    std::string reason;
    if (keyring_.read(speaker.certificate, &reason)) return true;
    log_.warn("ends the links of {}: {}", printable(speaker.credential.name), disbelief(reason));
    return false;
}

void LinkGuard::tell(const std::string& source, const std::string& problem, Instant now) {
    const auto unlogged = limiter_.admit(source, now);
    if (!unlogged) return;
    const std::string before =
        *unlogged == 0 ? "" : " (" + std::to_string(*unlogged) + " more since last told)";
    log_.warn("refused the {}: {}{}", source, problem, before);
}

}  // namespace hearsay
