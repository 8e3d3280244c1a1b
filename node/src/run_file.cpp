#include "run_file.hpp"

#include <utility>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "hearsay/text.hpp"

namespace hearsay {
namespace {

std::string content_of(const NodeOptions& options, LifeId life) {
    const nlohmann::ordered_json object = {
        {"name", options.name},    {"cluster", options.config.cluster}, {"pid", getpid()},
        {"life", text(life)},      {"endpoint", options.advertise},     {"status", options.status},
        {"events", options.events}};
    return object.dump(2) + '\n';
}

}  // namespace

RunFile::RunFile(std::filesystem::path run_directory, std::string name)
    : LockedFile({.directory = std::move(run_directory),
                  .use = "run",
                  .name = std::move(name),
                  .file_suffix = ".json",
                  .lock_suffix = ".lock"}) {}

RunFile::~RunFile() {
    remove();
}

void RunFile::write(const NodeOptions& options, LifeId life) {
    note(options, life);
    restore();
}

void RunFile::note(const NodeOptions& options, LifeId life) {
    note_content(content_of(options, life));
}

}  // namespace hearsay
