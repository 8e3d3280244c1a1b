#include "secure_file.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "signals_held_back.hpp"

namespace hearsay {

namespace {

namespace fs = std::filesystem;

/// No file of keys comes near: ten thousand revoked keys are less than two megabytes.
constexpr off_t file_bytes_max = 4 * 1024 * 1024;

std::string reason(int error) {
    return std::generic_category().message(error);
}

StartError::Outlook outlook(int error) {
    const bool may_pass = error == ENOSPC || error == EDQUOT || error == EFBIG || error == EIO;
    return may_pass ? StartError::Outlook::may_pass : StartError::Outlook::stays;
}

[[noreturn]] void fail(const fs::path& path, const std::string& problem, int error = 0) {
    throw StartError(path.string() + ": " + problem, outlook(error));
}

std::string mode_text(mode_t mode) {
    std::array<char, 8> digits{};
    std::snprintf(digits.data(), digits.size(), "%04o", static_cast<unsigned>(mode & 07777U));
    return digits.data();
}

void check_status(const fs::path& path, const struct stat& status, Secrecy secrecy) {
    if (S_ISDIR(status.st_mode)) fail(path, "it is a directory; give a file of keys");
    if (!S_ISREG(status.st_mode)) fail(path, "it is not a regular file");
    if (status.st_size > file_bytes_max) fail(path, "it is too long for a file of keys");
    if (secrecy == Secrecy::secret && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        fail(path, "it holds a secret, and its mode " + mode_text(status.st_mode) +
                       " lets others than its owner use it: chmod 600 " + path.string());
    }
}

/// A file that others lengthen meanwhile is cut.
SecretText read_all(const fs::path& path, const Descriptor& opened, std::size_t size) {
    SecretText content(size);
    const std::span<char> room = content.grow(size);
    std::size_t done = 0;
    while (done < size) {
        const ssize_t count = ::read(opened.number(), room.data() + done, size - done);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail(path, "it cannot be read: " + reason(errno), errno);
        if (count == 0) break;
        done += static_cast<std::size_t>(count);
    }
    content.shrink(size - done);
    return content;
}

bool write_draft(const fs::path& draft, std::string_view content, Secrecy secrecy) {
    const mode_t mode = secrecy == Secrecy::secret ? 0600 : 0644;
    constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    // One that a killed command left behind.
    ::unlink(draft.c_str());
    const Descriptor opened(::open(draft.c_str(), flags, 0600));
    return opened.is_open() && write_all(opened, content) && ::fchmod(opened.number(), mode) == 0 &&
           ::fsync(opened.number()) == 0;
}

/// A link is made only where nothing is; a rename replaces.
bool put_in_place(const fs::path& draft, const fs::path& path, IfThere if_there) {
    if (if_there == IfThere::replace) return ::rename(draft.c_str(), path.c_str()) == 0;
    if (::link(draft.c_str(), path.c_str()) != 0) return false;
    ::unlink(draft.c_str());
    return true;
}

/// So that the new name of the file outlives the power, too. Not every file system can.
void sync_folder(const fs::path& path) {
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (opened.is_open()) static_cast<void>(::fsync(opened.number()));
}

}  // namespace

std::optional<SecretText> read_file(const fs::path& path, Secrecy secrecy) {
    // Not blocking, for it may be a pipe.
    const Descriptor opened(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!opened.is_open() && errno == ENOENT) return std::nullopt;
    if (!opened.is_open()) fail(path, "it cannot be read: " + reason(errno), errno);
    struct stat status {};
    if (::fstat(opened.number(), &status) != 0) fail(path, reason(errno), errno);
    check_status(path, status, secrecy);
    return read_all(path, opened, static_cast<std::size_t>(status.st_size));
}

void write_file(const fs::path& path, std::string_view content, Secrecy secrecy, IfThere if_there) {
    const SignalsHeldBack signals_held_back;
    const fs::path draft = path.string() + ".new";
    if (!write_draft(draft, content, secrecy) || !put_in_place(draft, path, if_there)) {
        const int error = errno;
        ::unlink(draft.c_str());
        if (error == EEXIST) fail(path, "it is there already, and is never overwritten");
        fail(path, "it cannot be written: " + reason(error), error);
    }
    sync_folder(path);
}

FolderLock::FolderLock(const fs::path& folder)
    : folder_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (!folder_.is_open()) fail(folder, "no folder to keep keys in: " + reason(errno), errno);
    while (::flock(folder_.number(), LOCK_EX) != 0) {
        if (errno != EINTR) {
            fail(folder, "it cannot be locked: " + reason(errno) + "; use a folder on a local disk",
                 errno);
        }
    }
}

}  // namespace hearsay
