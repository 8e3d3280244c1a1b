#pragma once

#include <string_view>

/// What strings may look like, on the wire and in a configuration: they reach terminals, logs,
/// JSON and shells, so none may hold a control character or a broken encoding.
namespace hearsay {

/// 1 to `limits::cluster_bytes_max` bytes of printable ASCII without spaces.
[[nodiscard]] bool is_cluster_name(std::string_view name);

/// 1 to `limits::name_bytes_max` ASCII letters, digits, ".", "_" and "-", of which the first is
/// neither "." nor "-": a name becomes the name of files and an argument of commands.
[[nodiscard]] bool is_member_name(std::string_view name);

/// 1 to `limits::version_bytes_max` bytes of printable ASCII without spaces.
[[nodiscard]] bool is_program_version(std::string_view version);

/// "scheme://rest" in printable ASCII without spaces, at most `limits::endpoint_bytes_max` bytes;
/// for tcp, the rest is a host, a colon and a port from 1 to 65535.
[[nodiscard]] bool is_endpoint(std::string_view endpoint);

/// 1 to `limits::tag_key_bytes_max` bytes of UTF-8 without control characters.
[[nodiscard]] bool is_tag_key(std::string_view key);

/// 0 to `limits::tag_value_bytes_max` bytes of UTF-8 without control characters.
[[nodiscard]] bool is_tag_value(std::string_view value);

}  // namespace hearsay
