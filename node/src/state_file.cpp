#include "state_file.hpp"

#include <cstddef>
#include <utility>

namespace hearsay {
namespace {

/// As many addresses as are kept have about a quarter of this.
constexpr std::size_t bytes_max = 64 * 1024;

}  // namespace

StateFile::StateFile(std::filesystem::path data_directory, std::string name, std::string cluster)
    : LockedFile({.directory = std::move(data_directory),
                  .use = "data",
                  .name = name,
                  .file_suffix = ".state",
                  .lock_suffix = ".state.lock"}),
      name_(std::move(name)),
      cluster_(std::move(cluster)) {}

StateFile::Found StateFile::find() const {
    const auto content = read(bytes_max);
    if (!content) return {.state = {}, .problem = "cannot be read: " + content.error().message()};
    if (!content.value()) return {};
    auto state = read_state(*content.value(), name_, cluster_);
    if (!state) return {.state = {}, .problem = state.error()};
    return {.state = std::move(state.value()), .problem = {}};
}

void StateFile::note(NodeState state) {
    state.name = name_;
    state.cluster = cluster_;
    note_content(state_text(state));
}

}  // namespace hearsay
