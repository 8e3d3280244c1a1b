#include "revocation_notices.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace hearsay {
namespace {

constexpr std::array<std::byte, 5> head{std::byte{'h'}, std::byte{'s'}, std::byte{'k'},
                                        std::byte{'r'}, std::byte{1}};

}  // namespace

bool is_revocation_notice(std::span<const std::byte> frame) {
    return frame.size() > head.size() && std::equal(head.begin(), head.end(), frame.begin());
}

std::vector<std::byte> revocation_notice(std::string_view list) {
    const auto text = std::as_bytes(std::span(list));
    std::vector<std::byte> frame(head.size() + text.size());
    std::copy(text.begin(), text.end(), std::copy(head.begin(), head.end(), frame.begin()));
    return frame;
}

bool RevocationNotices::take(std::span<const std::byte> frame, Speaker& sender, Instant now) {
    if (now - sender.notices_since >= round_) {
        sender.notices_since = now;
        sender.notices = 0;
    }
    const auto text = frame.subspan(head.size());
    const bool is_too_much = ++sender.notices > per_round_max || waiting_.size() == waiting_max ||
                             text.size() > revocations_bytes_max;
    if (is_too_much) return false;
    std::string list(text.size(), '\0');
    std::transform(text.begin(), text.end(), list.begin(),
                   [](std::byte byte) { return std::to_integer<char>(byte); });
    waiting_.push_back({.list = std::move(list), .sender = sender.credential.name});
    return true;
}

std::optional<RevocationNotice> RevocationNotices::poll() {
    if (waiting_.empty()) return std::nullopt;
    RevocationNotice notice = std::move(waiting_.front());
    waiting_.pop_front();
    return notice;
}

}  // namespace hearsay
