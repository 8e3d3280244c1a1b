#include "line_writer.hpp"

#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>

#include <poll.h>
#include <unistd.h>

#include "bounded_queue.hpp"
#include "signals_held_back.hpp"

namespace hearsay {

namespace {

enum class Written : std::uint8_t { whole, nothing, in_part, reader_is_gone };

/// The process that gave us the file shares it, and may have switched it to non-blocking.
bool wait_for_room(int file) {
    pollfd poll_file{.fd = file, .events = POLLOUT, .revents = 0};
    return ::poll(&poll_file, 1, -1) > 0 || errno == EINTR;
}

/// May wait for as long as it takes.
Written write_whole(int file, std::string_view text) {
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t taken = ::write(file, text.data() + done, text.size() - done);
        if (taken > 0) {
            done += static_cast<std::size_t>(taken);
            continue;
        }
        if (taken < 0 && errno == EINTR) continue;
        if (taken < 0 && errno == EAGAIN && wait_for_room(file)) continue;
        if (taken < 0 && (errno == EPIPE || errno == EBADF)) return Written::reader_is_gone;
        return done == 0 ? Written::nothing : Written::in_part;
    }
    return Written::whole;
}

}  // namespace

/// Outlives the writer where its thread hangs in a write.
struct LineWriter::Shared {
    Shared(Descriptor to, Notice how) : file(std::move(to)), notice(std::move(how)) {}

    std::mutex mutex;
    std::condition_variable has_changed;
    BoundedQueue<std::string> queue{waiting_max};
    Descriptor file;
    /// Opens the file that takes its place before the next line.
    std::function<Opened()> open_next;
    Notice notice;
    /// Lines that the file did not take.
    std::uint64_t refused = 0;
    /// Lost lines that no notice has told of yet.
    std::uint64_t untold = 0;
    bool is_open = true;
    bool is_over = false;
    bool is_writing = false;
    bool has_ended = false;
    /// The line before was cut off, by a full disk.
    bool is_cut = false;

    void run();
    void change_file(std::unique_lock<std::mutex>& lock);
    void write_next(std::unique_lock<std::mutex>& lock);
    void note(Written outcome);
    [[nodiscard]] bool is_idle() const { return queue.is_empty() && !is_writing; }
    [[nodiscard]] std::uint64_t waiting() const { return queue.size() + (is_writing ? 1 : 0); }
};

void LineWriter::Shared::run() {
    std::unique_lock lock(mutex);
    for (;;) {
        has_changed.wait(lock, [this] { return is_over || !queue.is_empty() || open_next; });
        if (open_next) change_file(lock);
        if (!queue.is_empty()) {
            write_next(lock);
        } else if (is_over) {
            break;
        }
    }
    has_ended = true;
    has_changed.notify_all();
}

/// Nothing is locked while a file is opened, for that may take as long as writing it.
void LineWriter::Shared::change_file(std::unique_lock<std::mutex>& lock) {
    const auto open = std::exchange(open_next, nullptr);
    lock.unlock();
    Opened opened = open();
    lock.lock();
    if (opened.file.is_open()) {
        std::swap(file, opened.file);
        is_open = true;
        is_cut = false;
    } else {
        queue.push(std::move(opened.complaint));
    }
}

/// Nothing is locked while the file is written.
void LineWriter::Shared::write_next(std::unique_lock<std::mutex>& lock) {
    untold += queue.take_lost();
    std::string text = is_cut ? "\n" : "";
    if (untold > 0) text += notice(untold) + '\n';
    text += queue.take() + '\n';
    const int number = file.number();
    is_writing = true;
    lock.unlock();
    const Written outcome = write_whole(number, text);
    lock.lock();
    is_writing = false;
    note(outcome);
    has_changed.notify_all();
}

void LineWriter::Shared::note(Written outcome) {
    is_cut = outcome == Written::in_part || (is_cut && outcome == Written::nothing);
    if (outcome == Written::whole) {
        untold = 0;
        return;
    }
    ++refused;
    ++untold;
    // A closed reader never comes back.
    is_open = outcome != Written::reader_is_gone;
}

LineWriter::LineWriter(Descriptor file, Notice notice)
    : shared_(std::make_shared<Shared>(std::move(file), std::move(notice))) {
    const SignalsHeldBack signals_held_back;
    std::thread([shared = shared_] { shared->run(); }).detach();
}

LineWriter::~LineWriter() {
    finish();
}

std::uint64_t LineWriter::finish() {
    std::unique_lock lock(shared_->mutex);
    if (std::exchange(shared_->is_over, true)) return 0;
    shared_->has_changed.notify_all();
    shared_->has_changed.wait_for(lock, last_patience, [this] { return shared_->has_ended; });
    const std::uint64_t untaken = shared_->untold + shared_->queue.take_lost() + shared_->waiting();
    // What is said to be dropped must not come after all, but for the line that is being written.
    shared_->queue = BoundedQueue<std::string>{waiting_max};
    return untaken;
}

void LineWriter::write(std::string line) {
    const std::scoped_lock lock(shared_->mutex);
    if (!shared_->is_open) {
        ++shared_->refused;
        return;
    }
    shared_->queue.push(std::move(line));
    shared_->has_changed.notify_all();
}

void LineWriter::write_kept(std::string line, const std::string& about) {
    const std::scoped_lock lock(shared_->mutex);
    if (!shared_->is_open) {
        ++shared_->refused;
        return;
    }
    shared_->queue.push_kept(std::move(line), about);
    shared_->has_changed.notify_all();
}

void LineWriter::replace(std::function<Opened()> open) {
    const std::scoped_lock lock(shared_->mutex);
    shared_->open_next = std::move(open);
    shared_->has_changed.notify_all();
}

bool LineWriter::flush(Duration patience) {
    std::unique_lock lock(shared_->mutex);
    return shared_->has_changed.wait_for(lock, patience, [this] { return shared_->is_idle(); });
}

std::uint64_t LineWriter::lost_count() const {
    const std::scoped_lock lock(shared_->mutex);
    return shared_->queue.lost_count() + shared_->refused;
}

bool LineWriter::is_open() const {
    const std::scoped_lock lock(shared_->mutex);
    return shared_->is_open;
}

}  // namespace hearsay
