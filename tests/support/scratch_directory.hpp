#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>

#include <stdlib.h>

#include "hearsay/check.hpp"

namespace hearsay::testing {

/// An empty directory that is gone, with all that is in it, when the test is over.
class ScratchDirectory {
  public:
    ScratchDirectory() {
        std::string name = (std::filesystem::temp_directory_path() / "hearsay-XXXXXX").string();
        HEARSAY_CHECK(mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    ScratchDirectory(const ScratchDirectory&) = delete;
    ScratchDirectory& operator=(const ScratchDirectory&) = delete;
    ~ScratchDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

    /// What the file holds; empty if there is none.
    [[nodiscard]] std::string read(const std::string& name) const {
        std::ostringstream content;
        content << std::ifstream(path_ / name).rdbuf();
        return content.str();
    }
    void write(const std::string& name, const std::string& content) const {
        std::ofstream(path_ / name) << content;
    }

  private:
    std::filesystem::path path_;
};

}  // namespace hearsay::testing
