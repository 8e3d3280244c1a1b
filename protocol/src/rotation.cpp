#include "rotation.hpp"

#include <algorithm>
#include <utility>

#include "hearsay/check.hpp"

namespace hearsay {

void Rotation::insert(Record& record) {
    Heap& heap = by_sends_.front();
    record.turn = {.sends = 0, .place = static_cast<std::uint32_t>(heap.size())};
    heap.push_back(&record);
}

void Rotation::erase(Record& record) {
    Heap& heap = by_sends_.at(record.turn.sends);
    HEARSAY_CHECK(record.turn.place < heap.size() && heap[record.turn.place] == &record);
    heap.back()->turn.place = record.turn.place;
    heap[record.turn.place] = heap.back();
    heap.pop_back();
}

void Rotation::renew(Record& record) {
    if (record.turn.sends > 0) move(record, 0);
}

void Rotation::move(Record& record, std::size_t sends) {
    erase(record);
    Heap& heap = by_sends_.at(sends);
    record.turn = {.sends = static_cast<std::uint32_t>(sends),
                   .place = static_cast<std::uint32_t>(heap.size())};
    heap.push_back(&record);
}

std::vector<Record*> Rotation::draw(std::size_t count, const Predicate& unwanted, Random& random) {
    std::vector<Record*> drawn;
    for (Heap& heap : by_sends_) {
        // Members that were looked at are put behind those that were not.
        for (std::size_t left = heap.size(); left > 0 && drawn.size() < count; --left) {
            Record*& chosen = heap[random.below(left)];
            Record*& last = heap[left - 1];
            std::swap(chosen->turn.place, last->turn.place);
            std::swap(chosen, last);
            if (!unwanted(*last)) drawn.push_back(last);
        }
    }
    for (Record* record : drawn)
        move(*record, std::min<std::size_t>(record->turn.sends + 1, sends_max));
    return drawn;
}

}  // namespace hearsay
