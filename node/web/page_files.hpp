#pragma once

#include <span>
#include <string_view>

namespace hearsay {

/// A file of the page, as it was when the program was built.
struct PageFile {
    std::string_view name;
    std::string_view content_type;
    /// Of its content, in quotes.
    std::string_view etag;
    std::string_view content;
};

/// All of them.
[[nodiscard]] std::span<const PageFile> page_files();

}  // namespace hearsay
