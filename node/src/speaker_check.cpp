#include "speaker_check.hpp"

#include <optional>
#include <string>

#include "hearsay/codec.hpp"

#include "terminal.hpp"

namespace hearsay {
namespace {

/// The name that the detector knows a life by.
std::optional<std::string> name_of(LifeId life, const Detector& detector, Instant now) {
    if (life == detector.self().life) return detector.self().name;
    const auto member = detector.member(life, now);
    if (!member) return std::nullopt;
    return member->identity.name;
}

/// A name by which the message says or shows its sender goes, if it is not this one.
std::optional<std::string> other_name(const Message& message, const std::string& name,
                                      const Detector& detector, Instant now) {
    if (auto known = name_of(message.from, detector, now); known && *known != name) {
        return known;
    }
    for (const Introduction& introduction : message.introductions) {
        const Identity& identity = introduction.identity;
        if (identity.life == message.from && identity.name != name) return identity.name;
    }
    return std::nullopt;
}

}  // namespace

bool SpeakerCheck::is_its_own(std::span<const std::byte> frame, const Credential& speaker,
                              const Detector& detector, Instant now) {
    const auto message = decode(frame, detector.config().cluster);
    // What cannot be read is refused by others, for its own reason.
    if (!message) return true;
    const auto other = other_name(message.value(), speaker.name, detector, now);
    if (!other) return true;
    if (limiter_.admit(speaker.name, now)) {
        log_.warn("refused a frame of {}, who speaks in the name of {}", printable(speaker.name),
                  printable(*other));
    }
    return false;
}

}  // namespace hearsay
