#include "run_file.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hearsay/text.hpp"

namespace hearsay {
namespace {

namespace fs = std::filesystem;

constexpr mode_t owner_only = S_IRUSR | S_IWUSR;

std::string reason() {
    return std::generic_category().message(errno);
}

[[noreturn]] void fail(const fs::path& path, const std::string& problem) {
    throw StartError("run file " + path.string() + ": " + problem);
}

void make_directory(const fs::path& directory) {
    std::error_code error;
    if (directory.has_parent_path()) fs::create_directories(directory.parent_path(), error);
    if (mkdir(directory.c_str(), S_IRWXU) == 0 || errno == EEXIST) return;
    throw StartError("run directory " + directory.string() + ": " + reason() +
                     "; use one that exists and can be written");
}

/// Whoever holds the lock writes its process id into the file.
std::string holder(int descriptor) {
    std::array<char, 32> buffer{};
    const ssize_t size = pread(descriptor, buffer.data(), buffer.size(), 0);
    const std::string_view digits(buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    return digits.empty() ? "another process" : "process " + std::string(digits);
}

/// True if the descriptor is of the file that is at the path now, and not of one just removed.
bool is_current(int descriptor, const fs::path& path) {
    struct stat opened {};
    struct stat present {};
    return fstat(descriptor, &opened) == 0 && stat(path.c_str(), &present) == 0 &&
           opened.st_ino == present.st_ino && opened.st_dev == present.st_dev;
}

bool write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t size = write(descriptor, text.data(), text.size());
        if (size < 0 && errno == EINTR) continue;
        if (size <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(size));
    }
    return true;
}

std::string content(const NodeOptions& options, LifeId life) {
    const nlohmann::ordered_json object = {
        {"name", options.name},    {"cluster", options.config.cluster}, {"pid", getpid()},
        {"life", text(life)},      {"endpoint", options.advertise},     {"status", options.status},
        {"events", options.events}};
    return object.dump(2) + '\n';
}

}  // namespace

RunFile::RunFile(const fs::path& run_directory, const std::string& name)
    : file_path_(run_directory / (name + ".json")), lock_path_(run_directory / (name + ".lock")) {
    if (name.find('/') != std::string::npos || name.starts_with('.')) {
        throw StartError("name " + name +
                         ": it names a file in the run directory, so it must not "
                         "hold a slash or begin with a dot");
    }
    make_directory(run_directory);
    do {
        const int number = open(lock_path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, owner_only);
        if (number < 0) fail(lock_path_, reason() + "; use a run directory that can be written");
        lock_ = std::make_unique<Descriptor>(number);
        if (flock(number, LOCK_EX | LOCK_NB) != 0) {
            throw StartError("name " + name + " is in use in " + run_directory.string() + " by " +
                             holder(number) + "; choose another name or run directory");
        }
    } while (!is_current(lock_->number(), lock_path_));
    const std::string pid = std::to_string(getpid());
    if (ftruncate(lock_->number(), 0) != 0 || !write_all(lock_->number(), pid)) {
        fail(lock_path_, reason());
    }
}

RunFile::~RunFile() {
    unlink(file_path_.c_str());
    // Last, and while the lock is held: who comes next makes a new one.
    unlink(lock_path_.c_str());
}

void RunFile::write(const NodeOptions& options, LifeId life) {
    const fs::path draft = file_path_.string() + ".new";
    const auto refuse = [&] {
        const std::string problem = reason() + "; use a run directory that can be written";
        unlink(draft.c_str());
        fail(file_path_, problem);
    };
    const int number = open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, owner_only);
    if (number < 0) refuse();
    const Descriptor file(number);
    if (!write_all(number, content(options, life)) || fsync(number) != 0) refuse();
    if (rename(draft.c_str(), file_path_.c_str()) != 0) refuse();
}

}  // namespace hearsay
