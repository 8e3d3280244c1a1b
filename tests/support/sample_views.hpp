#pragma once

#include <chrono>
#include <string>

#include "hearsay/survey.hpp"

namespace hearsay::testing {

/// A view in which every field says something.
inline MemberView sample_view() {
    MemberView view;
    view.digest = 0x89ab'cdef;
    view.roster_size = 4;
    view.version = "1.2.3";
    view.wall = Milliseconds{1'795'430'400'250};
    view.is_withdrawn = true;
    view.round = Milliseconds{1000};
    view.suspect_after = Milliseconds{2500};
    view.fail_after = Milliseconds{4000};
    view.ring_count = 2;
    view.pace = 2;
    view.truncated = 3;
    view.links = {{.name = "n1",
                   .is_observed = true,
                   .is_lost = false,
                   .heard_ago = Milliseconds{640},
                   .round_trip = std::chrono::microseconds{290}},
                  {.name = "n7",
                   .is_observed = true,
                   .is_lost = true,
                   .heard_ago = std::nullopt,
                   .round_trip = std::nullopt}};
    view.troubled = {{.name = "n3", .state = MemberState::failed},
                     {.name = "n4", .state = MemberState::suspect}};
    view.roster = {"n1", "n2", "n4", "n7"};
    return view;
}

}  // namespace hearsay::testing
