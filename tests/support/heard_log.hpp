#pragma once

#include <mutex>
#include <string>

#include "log.hpp"

namespace hearsay::testing {

/// A log whose lines can be looked at.
class HeardLog {
  public:
    Log& log() { return log_; }
    [[nodiscard]] std::string text() const {
        const std::scoped_lock lock(mutex_);
        return text_;
    }

  private:
    mutable std::mutex mutex_;
    std::string text_;
    Log log_{[this](LogLevel /*level*/, const std::string& message) {
                 const std::scoped_lock lock(mutex_);
                 text_ += message + '\n';
             },
             LogLevel::debug};
};

}  // namespace hearsay::testing
