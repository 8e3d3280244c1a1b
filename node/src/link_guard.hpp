#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <zmq.hpp>

#include "hearsay/key_use.hpp"
#include "hearsay/time.hpp"

#include "blocklist.hpp"
#include "keyring.hpp"
#include "limiter.hpp"
#include "link_frames.hpp"
#include "log.hpp"
#include "node_control.hpp"
#include "poll_set.hpp"
#include "speakers.hpp"
#include "zap_server.hpp"

namespace hearsay {

/// How a peer is dialled: without keys; or as one that listens with the first of the pairs that it
/// may have, with the second, and so on.
enum class Way : std::size_t { plain, keys };

/// The other side of a link that it has dialled.
struct Caller {
    /// Its key, by the name that ZeroMQ has for it; empty as long as it has sent nothing.
    std::string key;
    /// Who it is, once it has shown a certificate for that key.
    SharedSpeaker speaker{};
    /// Frames before that.
    std::size_t frames_unproven = 0;
    /// Greetings in the present round.
    std::size_t greetings = 0;
    bool is_refused = false;
};

/// What is to be done about a frame of a caller.
struct Admission {
    /// Who has sent it; nothing if it is not to be handed in.
    SharedSpeaker speaker{};
    /// To be sent back, if it is not empty.
    std::vector<std::byte> answer{};
    /// The connection is to be ended.
    bool must_end = false;
    /// The other side has an older list of revoked keys.
    bool lacks_revocations = false;
};

/// Who has answered a greeting.
struct ProvenSpeaker {
    /// Nothing if it was nobody to be believed.
    SharedSpeaker speaker{};
    /// As of an admission.
    bool lacks_revocations = false;
};

/// Knows for each frame over a secured link which member's key has sent it. CURVE proves the key of
/// a dialler; a certificate in its first frame says whose key that is. The other side proves itself
/// with a signature (WIRE.md).
///
/// What is refused is counted, logged once a minute for each source, and its key is blocked for a
/// while. Driven by the node's loop; not thread-safe.
class LinkGuard {
  public:
    /// All of them must outlive it. To be made before the inbox is bound.
    LinkGuard(zmq::context_t& context, const Keyring& keyring, KeyUse use,
              TransportCounters& counters, Log& log);

    [[nodiscard]] KeyUse use() const { return use_; }
    void set_use(KeyUse use) { use_ = use; }
    /// Whether the socket that peers dial has keys.
    [[nodiscard]] bool listens_with_keys() const { return use_ != KeyUse::offered; }
    /// Gives that socket its keys, or takes them away, before it is bound.
    void configure_inbox(zmq::socket_t& inbox) const;

    /// The way that is tried first to dial a peer, and the one after another. Of several each peer
    /// takes one.
    [[nodiscard]] Way first_way() const { return use_ == KeyUse::offered ? Way::plain : Way::keys; }
    [[nodiscard]] Way way_after(Way way) const;
    [[nodiscard]] bool has_ways() const { return way_after(first_way()) != first_way(); }
    /// Sets the keys of a socket that dials a peer with keys, before it is connected.
    void configure_link(zmq::socket_t& link, Way way) const;

    void watch(PollSet& set) { zap_.watch(set); }
    /// Lets ZeroMQ go on with the handshakes of those that are not blocked.
    void answer_handshakes(Instant now);

    /// Takes a frame that a caller at `source` has sent.
    [[nodiscard]] Admission admit(Caller& caller, const zmq::message_t& frame,
                                  const std::string& source, Instant now);

    /// The first frame over a link that this node has dialled.
    [[nodiscard]] std::vector<std::byte> greeting(const Nonce& nonce) const;
    /// Who has answered that greeting.
    [[nodiscard]] ProvenSpeaker read_proof(std::span<const std::byte> frame, const Nonce& nonce,
                                           const std::string& endpoint, Instant now);
    void note_unproven() { ++counters_.frames_unproven; }
    /// The frame that brings this node's list of revoked keys; empty if it has none, or a long one.
    [[nodiscard]] std::vector<std::byte> notice() const;
    /// True if that one is newer than a peer's.
    [[nodiscard]] bool has_news_for(std::uint64_t other) const {
        return other < keyring_.revocations_version();
    }

    /// Looks at the next few speakers once more. To be called once a round.
    void begin_round();
    /// Judges all speakers anew, by a keyring that was read again.
    void review();

  private:
    [[nodiscard]] Admission greet(Caller& caller, std::span<const std::byte> frame,
                                  const std::string& source, Instant now);
    [[nodiscard]] SharedSpeaker believe(const std::string& key,
                                        const std::vector<std::byte>& certificate,
                                        std::string& reason);
    [[nodiscard]] Admission refuse_greeting(Caller& caller, const std::string& source,
                                            const std::string& reason, Instant now);
    [[nodiscard]] Admission refuse_unproven(Caller& caller, const std::string& source, Instant now);
    [[nodiscard]] bool is_good(const Speaker& speaker);
    void tell(const std::string& source, const std::string& problem, Instant now);

    const Keyring& keyring_;
    KeyUse use_;
    TransportCounters& counters_;
    Log& log_;
    Limiter limiter_;
    Blocklist blocked_;
    Speakers speakers_;
    ZapServer zap_;
};

}  // namespace hearsay
