#pragma once

#include "number.hpp"

/// Every number that shapes what a detector does, and every special case of its rules. The limits
/// of messages and tables are in codec.hpp, the times a user may choose in config.hpp.
///
/// Order is that of the rules in README.md, whose table a test compares with this file.
namespace hearsay::numbers {

// Five spans. Each is a multiple of a round; due and overdue go by the interval that a peer
// promised, where that is longer. What makes sense at one pace makes sense at all.

inline Share object{"object", 0.125, "rounds",
                    "R9, R11: a member that hears the accused objects within a round trip"};
inline Share settle{"settle", 0.25, "rounds",
                    "R6, R10, R11, R15, R20: most accusations are void by then"};
inline Share refute{"refute", 0.5, "rounds", "R11, R16: a question, its answer, and its broadcast"};
inline Share due{"due", 1.5, "rounds", "R6, R12: a word every round, and half of one for its way"};
inline Share overdue{"overdue", 2.5, "rounds", "R6, R8: one word was lost, and the next is late"};

// R5, R7: who talks with whom, and what rows it tells.

inline Count rows_in_doubt{"rows_in_doubt", 3, "rows",
                           "R7: objections reach nodes that missed them"};
inline Count answers_with_rows{"answers_with_rows", 2, "answers a round",
                               "R7: by chance one member is the partner of many"};

// R8: accusations of silence.

inline Share kept{"kept", 0.9375, "of the last",
                  "R8: means and lateness fade over some sixteen words"};
inline Share lateness_max{"lateness_max", 0.5, "of fail_after - suspect_after",
                          "R8: a member that keeps to the round fails in time"};
inline Share last_resort_gaps{"last_resort_gaps", 10, "mean gaps",
                              "R8: table gossip is late by chance, but not by that much"};

// R9: refused connections.

inline Span gathering{"gathering", 20, "R9, R10: a burst of broadcasts is one message"};
inline Count hurries{"hurries", 6, "times a round",
                     "R10: so often a refused life is broadcast at once"};

// R10: broadcasts.

inline Count extra_links{"extra_links", 3, "peers", "R10: shortcuts beside the rings"};
inline Share doubt_alone{"doubt_alone", 1, "rounds", "R10: a lone doubt is mostly a bad link"};

// R11: verdicts and returns.

inline Count quorum{"quorum", 3, "observers", "R11: two may share a bad path, three seldom do"};
inline Share grace{"grace", 0.5, "fail_after", "R11: several refutations' time on a slow net"};
inline Share grace_alone{"grace_alone", 2, "fail_after", "R11: the accuser's own links are bad"};
inline Share company_from{"company_from", 256, "members", "R11: refusals of many gather as well"};
inline Count company_each{"company_each", 4096, "members a round",
                          "R11: news spreads slower among many"};
inline Count forgiven_after{"forgiven_after", 20, "fail_after", "R11: old mistakes fade"};
inline Count doublings{"doublings", 8, "times", "R11: a flapping member is not given up for ever"};

// R12: this node's own health.

inline Count peers_few{"peers_few", 4, "peers", "R12: fewer may well die together"};
inline Count asked_by_chance{"asked_by_chance", 16, "members a round",
                             "R12: is it this node, or are the neighbours ill?"};
inline Share disbelief{"disbelief", 10, "fail_after",
                       "R12: silence that even the degraded believe (Lifeguard: nine)"};
inline Count late_rounds_mean{"late_rounds_mean", 16, "rounds", "R12: a fading mean of late links"};
inline Share late_links{"late_links", 0.375, "of links", "R12: from then on it is degraded"};
inline Count proof_rounds{"proof_rounds", 4, "rounds", "R12: shorter, so that answers come first"};
inline Count proven_rounds{"proven_rounds", 14, "rounds", "R12: one good link proves good health"};

// R14 to R17: joining, repair, leaving.

inline Share tombstone{"tombstone", 10, "forget_after", "R14: longer than anybody lists it"};
inline Count seeds_at_once{"seeds_at_once", 3, "seeds", "R15: some of them may be dead"};
inline Share join_slowest{"join_slowest", 8, "rounds", "R15: and yet soon when they are back"};
inline Count lost_every{"lost_every", 10, "rounds", "R15: splits heal without seeds"};
inline Span repair_least{"repair_least", 1000, "R16: a roster is long"};
inline Span repair_most{"repair_most", 16000, "R16: where it does not help"};

inline Share patience{"patience", 0.5, "fail_after",
                      "R6: TCP tries again after twice as long, so its connection is made anew"};

// R20: a node that cannot keep up.

inline Count in_a_row{"in_a_row", 4, "rounds", "R20: fewer are a busy moment, or a quiet one"};
inline Count slowest{"slowest", 4, "rounds for one", "R20: slower, and the dead stay too long"};

// R21: proofs, in a cluster with keys.

inline Count chain_marks{"chain_marks", 262144, "heartbeats",
                         "R21: hours at full speed, and milliseconds to make"};
inline Count told_anew{"told_anew", 32, "heartbeats",
                       "R21: by then all neighbours know the new marks"};
inline Count checks_each_round{"checks_each_round", 512, "signatures a round",
                               "R21: one speaker costs some 25 ms a round at most"};
inline Count signature_steps{"signature_steps", 2048, "marks",
                             "R21: so many are checked in the time of one signature"};

}  // namespace hearsay::numbers

/// Clauses that are no number. `if` without one: the general rule holds there as well.
namespace hearsay::cases {

inline SpecialCase absence{"absence", "R1: what comes at once after an absence confirms nothing"};
inline SpecialCase behind_suspects{"behind_suspects", "R5: those behind suspects are observed"};
inline SpecialCase next_at_once{"next_at_once", "R5: and asked at once"};
inline SpecialCase promise_ends{"promise_ends", "R6: the dropped are told"};
inline SpecialCase calm{"calm", "R7: fewer rows and questions while nobody is in doubt"};
inline SpecialCase heard_itself{"heard_itself", "R7: no rows about whom the receiver hears"};
inline SpecialCase still_talking{"still_talking", "R9: who talks with it does not join in"};
inline SpecialCase at_once{"at_once", "R9: refusals one by one are silence"};
inline SpecialCase not_back{"not_back", "R10: no broadcast goes back"};
inline SpecialCase enough_accusers{"enough_accusers", "R10: more than a quorum is not broadcast"};
inline SpecialCase doubts_stay{"doubts_stay", "R10: few accusers tell the observers alone"};
inline SpecialCase appeal{"appeal", "R11: asked once more before few convict"};
inline SpecialCase appeal_paused{"appeal_paused", "R11: and before a quorum, after a pause"};
inline SpecialCase all_observers{"all_observers", "R11: no wait where all observers agree"};
inline SpecialCase suspect_observers{"suspect_observers", "R11: suspects are not counted on"};
inline SpecialCase no_doubt_left{"no_doubt_left", "R11: no wait where nobody else is in doubt"};
inline SpecialCase degraded_tellers{"degraded_tellers", "R11: the degraded tell of no return"};
inline SpecialCase isolation{"isolation", "R12: a node that hears nobody blames itself"};
inline SpecialCase dial_excuse{"dial_excuse", "R12: a refused dial excuses this node"};
inline SpecialCase believes_at_last{"believes_at_last", "R12: long silence counts anyway"};
inline SpecialCase late_links_degrade{"late_links_degrade",
                                      "R12: many late links are its own fault"};
inline SpecialCase one_good_link{"one_good_link", "R12: one good link proves good health"};
inline SpecialCase proof_by_chance{"proof_by_chance", "R12: others are asked whether it hears"};
inline SpecialCase withdrawal{"withdrawal", "R12: the degraded keep their heartbeat"};
inline SpecialCase half_degraded{"half_degraded", "R12: with some late links only quorums convict"};
inline SpecialCase isolated_untold{"isolated_untold", "R12: the isolated tell no heartbeat"};
inline SpecialCase missed_unvouched{"missed_unvouched", "R13: nobody vouches for what it missed"};
inline SpecialCase lasting{"lasting", "R16: a difference must last"};
inline SpecialCase witness{"witness", "R16: a node that gave it up adds its word"};

}  // namespace hearsay::cases
