#include "wire/known_messages.hpp"

namespace hearsay::testing {
namespace {

constexpr LifeId life_a{0x1b5e'0c7a'93d2'4f01};
constexpr LifeId life_b{0x6f20'd1e8'475c'3a02};
constexpr LifeId life_c{0xd94a'7735'0be6'8c03};

Message idle_pulse() {
    Message message;
    message.cluster = "demo";
    message.from = life_a;
    message.heartbeat = 4711;
    message.promise = Milliseconds{1250};
    message.digest = 0x8f3a'6c15'e27b'9d40;
    message.wants_answer = true;
    return message;
}

Message answer() {
    Message message = idle_pulse();
    message.from = life_b;
    message.heartbeat = 90'210;
    message.wants_answer = false;
    message.rows = {{.life = life_c, .heartbeat = 300, .age = Milliseconds{640}}};
    return message;
}

Message accusation() {
    Message message = idle_pulse();
    message.accusations = {{.life = life_c,
                            .heartbeat = 300,
                            .age = Milliseconds{2600},
                            .cause = Cause::silence,
                            .accusers = {life_a, life_b}},
                           {.life = life_b,
                            .heartbeat = 90'210,
                            .age = Milliseconds{8},
                            .cause = Cause::refused,
                            .accusers = {life_a}}};
    return message;
}

Message introduction() {
    Message message = idle_pulse();
    message.introductions = {{.identity = {.life = life_a,
                                           .name = "n1",
                                           .incarnation = 1'795'430'400'000,
                                           .endpoint = "tcp://10.0.0.7:7700",
                                           .tags_version = 2,
                                           .tags = {{"rack", "r1"}, {"zürich", ""}}},
                              .heartbeat = 4711,
                              .age = Milliseconds{0}}};
    return message;
}

Message roster_repair() {
    Message message = idle_pulse();
    message.wants = {number(life_c)};
    message.roster = {number(life_a), roster_key(life_b, 1)};
    return message;
}

Message leaving() {
    Message message = idle_pulse();
    message.heartbeat = heartbeat_left;
    message.promise = Milliseconds{0};
    message.wants_answer = true;
    return message;
}

Message forgetting() {
    Message message = idle_pulse();
    message.forgets = {{.life = life_c, .heartbeat = 300}};
    return message;
}

Message extremes() {
    Message message;
    message.cluster = "0123456789abcdefghijklmnopqrstu~";
    message.from = LifeId{1};
    message.heartbeat = 0;
    message.promise = Milliseconds{0xffff'ffff};
    message.digest = 0;
    message.rows = {
        {.life = LifeId{127}, .heartbeat = 128, .age = Milliseconds{255}},
        {.life = LifeId{256}, .heartbeat = 65'535, .age = Milliseconds{65'536}},
        {.life = LifeId{0xffff'ffff'ffff'ffff},
         .heartbeat = 0xffff'ffff,
         .age = Milliseconds{0xffff'ffff}},
        {.life = LifeId{0x1'0000'0000}, .heartbeat = heartbeat_left, .age = Milliseconds{0}}};
    message.forgets = {{.life = LifeId{2}, .heartbeat = 0}};
    return message;
}

/// Counts upwards, so that a wrong order shows.
template <typename Bytes>
Bytes counted(unsigned first) {
    Bytes bytes{};
    for (std::byte& each : bytes)
        each = std::byte(first++ & 0xffU);
    return bytes;
}

Message proven() {
    Message message = answer();
    message.is_proven = true;
    message.mark = counted<Mark>(0x10);
    message.rows[0].mark = counted<Mark>(0x20);
    message.accusations = {{.life = life_c,
                            .heartbeat = 300,
                            .age = Milliseconds{640},
                            .cause = Cause::silence,
                            .accusers = {life_b},
                            .mark = counted<Mark>(0x30),
                            .signatures = {counted<Signature>(0x40)}}};
    message.introductions = introduction().introductions;
    message.introductions[0].mark = counted<Mark>(0x50);
    message.introductions[0].voucher = {.salt = counted<Mark>(0x60),
                                        .base = 4096,
                                        .anchor = counted<Mark>(0x70),
                                        .farewell = counted<Mark>(0x80),
                                        .certificate = {std::byte{0xce}, std::byte{0x27}},
                                        .signature = counted<Signature>(0x90)};
    message.forgets = {{.life = life_c,
                        .heartbeat = 300,
                        .signer = life_a,
                        .signature = counted<Signature>(0xa0)}};
    return message;
}

}  // namespace

std::vector<KnownMessage> known_messages() {
    return {{"idle_pulse.hex", idle_pulse()},
            {"answer.hex", answer()},
            {"accusation.hex", accusation()},
            {"introduction.hex", introduction()},
            {"roster_repair.hex", roster_repair()},
            {"leaving.hex", leaving()},
            {"forgetting.hex", forgetting()},
            {"extremes.hex", extremes()},
            {"proven.hex", proven()}};
}

}  // namespace hearsay::testing
