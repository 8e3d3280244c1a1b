#include "locked_file.hpp"

#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hearsay/node.hpp"

namespace hearsay {
namespace {

namespace fs = std::filesystem;

constexpr mode_t owner_only = S_IRUSR | S_IWUSR;

std::string reason() {
    return std::generic_category().message(errno);
}

/// A disk that is full may have room later.
StartError::Outlook outlook(int error) {
    const bool may_pass = error == ENOSPC || error == EDQUOT;
    return may_pass ? StartError::Outlook::may_pass : StartError::Outlook::stays;
}

/// Others who can write there could put sockets and files of their own in the place of ours.
bool is_safe(const struct stat& status) {
    return status.st_uid == geteuid() && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/// The process that holds the lock writes its id into the file.
std::string holder(int descriptor) {
    std::array<char, 32> buffer{};
    const ssize_t size = pread(descriptor, buffer.data(), buffer.size(), 0);
    const std::string_view digits(buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    return digits.empty() ? "another process" : "process " + std::string(digits);
}

// A lock of the open file, not of the process: it can be asked for without being taken, and closing
// another descriptor of the file does not give it up.
struct flock whole_file() {
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    return lock;
}

bool try_lock(int descriptor) {
    struct flock lock = whole_file();
    return fcntl(descriptor, F_OFD_SETLK, &lock) == 0;
}

/// False where it fails; `errno` says why. Reads one byte more than `bytes_max` at most.
bool read_all(int descriptor, std::size_t bytes_max, std::string& content) {
    std::array<char, 4096> buffer{};
    while (content.size() <= bytes_max) {
        const ssize_t size = ::read(descriptor, buffer.data(), buffer.size());
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return false;
        if (size == 0) return true;
        content.append(buffer.data(), static_cast<std::size_t>(size));
    }
    errno = EFBIG;
    return false;
}

/// Some file systems know no such thing for a directory.
bool sync_directory(int descriptor) {
    return fsync(descriptor) == 0 || errno == EINVAL;
}

}  // namespace

LockedFile::LockedFile(Place place)
    : place_(std::move(place)),
      file_(place_.name + place_.file_suffix),
      lock_file_(place_.name + place_.lock_suffix) {
    if (place_.name.find('/') != std::string::npos || place_.name.starts_with('.')) {
        throw StartError("name " + place_.name + ": it names a file in the " + place_.use +
                         " directory, so it must not hold a slash or begin with a dot");
    }
    open_directory();
    take_lock();
}

// Last of all its files, and while the lock is held: the next node makes a new one. A node that has
// taken the name after the files were removed has made its own, which stays.
LockedFile::~LockedFile() {
    if (is_there(lock_file_, lock_)) unlinkat(directory_.number(), lock_file_.c_str(), 0);
}

std::string LockedFile::advice() const {
    return "; use a " + place_.use + " directory that can be written";
}

void LockedFile::fail(const std::string& file, const std::string& problem) const {
    const int error = errno;
    throw StartError(place_.use + " file " + (place_.directory / file).string() + ": " + problem,
                     outlook(error));
}

void LockedFile::open_directory() {
    const fs::path& path = place_.directory;
    std::error_code ignored;
    if (path.has_parent_path()) fs::create_directories(path.parent_path(), ignored);
    const std::string title = place_.use + " directory " + path.string();
    if (mkdir(path.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
        const int error = errno;
        throw StartError(title + ": " + reason() + "; use one that exists and can be written",
                         outlook(error));
    }
    Descriptor opened(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    struct stat status {};
    if (!opened.is_open() || fstat(opened.number(), &status) != 0) {
        throw StartError(title + ": " + reason() + "; use one that exists and can be written");
    }
    if (!is_safe(status)) throw StartError(title + ": " + directory_fault(path));
    directory_ = std::move(opened);
}

/// True if the descriptor is of the file that is there now, and not of one that was removed.
bool LockedFile::is_there(const std::string& file, const Descriptor& opened) const {
    struct stat ours {};
    struct stat present {};
    return fstat(opened.number(), &ours) == 0 &&
           fstatat(directory_.number(), file.c_str(), &present, AT_SYMLINK_NOFOLLOW) == 0 &&
           ours.st_ino == present.st_ino && ours.st_dev == present.st_dev;
}

void LockedFile::take_lock() {
    // Not blocking, for it may be a pipe.
    constexpr int mode = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    do {
        Descriptor opened(openat(directory_.number(), lock_file_.c_str(), mode, owner_only));
        struct stat status {};
        if (!opened.is_open()) fail(lock_file_, reason() + advice());
        if (fstat(opened.number(), &status) != 0 || !S_ISREG(status.st_mode)) {
            fail(lock_file_, "it is not a regular file; remove it");
        }
        if (!try_lock(opened.number())) {
            throw StartError("name " + place_.name + " is in use in " + place_.directory.string() +
                                 " by " + holder(opened.number()) + "; choose another name or " +
                                 place_.use + " directory",
                             StartError::Outlook::may_pass);
        }
        lock_ = std::move(opened);
    } while (!is_there(lock_file_, lock_));
    const std::string pid = std::to_string(getpid());
    if (ftruncate(lock_.number(), 0) != 0 || !write_all(lock_, pid)) {
        fail(lock_file_, reason());
    }
}

Result<std::optional<std::string>, std::error_code> LockedFile::read(std::size_t bytes_max) const {
    // As of the lock.
    constexpr int mode = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    const Descriptor opened(openat(directory_.number(), file_.c_str(), mode));
    std::string content;
    if (opened.is_open() && read_all(opened.number(), bytes_max, content)) {
        return std::optional(std::move(content));
    }
    if (!opened.is_open() && errno == ENOENT) return std::optional<std::string>();
    return std::error_code(errno, std::generic_category());
}

void LockedFile::note_content(std::string content) {
    const std::scoped_lock lock(mutex_);
    content_ = std::move(content);
}

void LockedFile::write_content(const std::string& content) {
    const int directory = directory_.number();
    const std::string draft = file_ + ".new";
    const auto refuse = [&] {
        const int error = errno;
        unlinkat(directory, draft.c_str(), 0);
        errno = error;
        fail(file_, reason() + advice());
    };
    unlinkat(directory, draft.c_str(), 0);
    constexpr int mode = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    Descriptor opened(openat(directory, draft.c_str(), mode, owner_only));
    if (!opened.is_open()) refuse();
    if (!write_all(opened, content) || fsync(opened.number()) != 0) refuse();
    if (renameat(directory, draft.c_str(), directory, file_.c_str()) != 0) refuse();
    if (!sync_directory(directory)) refuse();
    opened_ = std::move(opened);
    written_ = content;
}

void LockedFile::restore() {
    struct stat status {};
    const bool is_directory_gone = fstat(directory_.number(), &status) != 0 || status.st_nlink == 0;
    if (is_directory_gone) open_directory();
    if (!is_there(lock_file_, lock_)) take_lock();
    std::string content;
    {
        const std::scoped_lock lock(mutex_);
        content = content_;
    }
    const bool is_current = content == written_ && is_there(file_, opened_);
    if (!content.empty() && !is_current) write_content(content);
}

void LockedFile::touch() const {
    for (const Descriptor* const opened : {&directory_, &lock_, &opened_}) {
        if (opened->is_open()) static_cast<void>(futimens(opened->number(), nullptr));
    }
}

void LockedFile::remove() const {
    if (is_there(file_, opened_)) unlinkat(directory_.number(), file_.c_str(), 0);
}

bool is_locked(const fs::path& lock_file) {
    const Descriptor opened(
        open(lock_file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!opened.is_open()) return false;
    struct flock lock = whole_file();
    return fcntl(opened.number(), F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

std::string directory_fault(const fs::path& path) {
    struct stat status {};
    if (stat(path.c_str(), &status) != 0) return {};
    if (!S_ISDIR(status.st_mode)) return "it is no directory; give one";
    if (is_safe(status)) return {};
    return "it belongs to, or can be written by, others; give another one, or make it your own "
           "(chmod 0700)";
}

}  // namespace hearsay
