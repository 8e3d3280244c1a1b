# cmake -DFILES=FILE;... -DOUT=FILE.cpp -P embed.cmake: makes OUT, which holds these files.
set(type_html "text/html; charset=utf-8")
set(type_css "text/css; charset=utf-8")
set(type_js "text/javascript; charset=utf-8")
set(type_svg "image/svg+xml")

set(arrays "")
set(rows "")
set(number 0)
foreach(file IN LISTS FILES)
  cmake_path(GET file FILENAME name)
  cmake_path(GET file EXTENSION LAST_ONLY extension)
  string(SUBSTRING "${extension}" 1 -1 extension)
  file(READ "${file}" digits HEX)
  string(REPEAT "[0-9a-f]" 20 row)
  string(REGEX REPLACE "(${row})" "\\1\n" bytes "${digits}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
  file(SHA256 "${file}" hash)
  string(SUBSTRING "${hash}" 0 16 hash)
  string(APPEND arrays "constexpr char file_${number}[] = {\n${bytes}'\\0'};\n")
  string(APPEND rows "    {\"${name}\", \"${type_${extension}}\", \"\\\"${hash}\\\"\",\n"
    "     {file_${number}, sizeof(file_${number}) - 1}},\n")
  math(EXPR number "${number} + 1")
endforeach()

file(WRITE "${OUT}" "// Made by embed.cmake of the files in node/web/page.
#include \"page_files.hpp\"

#include <array>

namespace hearsay {
namespace {

${arrays}
constexpr std::array<PageFile, ${number}> files{{
${rows}}};

}  // namespace

std::span<const PageFile> page_files() {
    return files;
}

}  // namespace hearsay
")
