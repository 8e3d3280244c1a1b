#include "journal.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <iterator>

#include "hearsay/text.hpp"

namespace hearsay::simulation {
namespace {

template <typename Predicate>
std::vector<Record> select(const std::vector<Record>& records, Predicate predicate) {
    std::vector<Record> selected;
    std::copy_if(records.begin(), records.end(), std::back_inserter(selected), predicate);
    return selected;
}

}  // namespace

std::vector<Record> Journal::of(EventKind kind, std::string_view subject, Instant since) const {
    return select(records_, [&](const Record& record) {
        return record.event.kind == kind && record.event.subject.name == subject &&
               record.at >= since;
    });
}

std::vector<Record> Journal::of(EventKind kind, Instant since) const {
    return select(records_, [&](const Record& record) {
        return record.event.kind == kind && record.at >= since;
    });
}

std::string clock_text(Instant at, Instant start) {
    const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(at - start).count();
    std::array<char, 32> digits{};
    std::snprintf(digits.data(), digits.size(), "%lld.%03llds",
                  static_cast<long long>(elapsed / 1000), static_cast<long long>(elapsed % 1000));
    return digits.data();
}

std::string text(const Record& record, Instant start) {
    std::string line = clock_text(record.at, start) + " " + record.observer + ": ";
    line += hearsay::text(record.event.kind);
    line += " " + record.event.subject.name + " (silence " + hearsay::text(record.event.silence);
    for (const std::string& accuser : record.event.accusers)
        line += " " + accuser;
    return line + (record.is_mistake ? "), by mistake" : ")");
}

}  // namespace hearsay::simulation
