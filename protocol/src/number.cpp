#include "number.hpp"

namespace hearsay {

Number::Number(std::string_view name, double value, std::string_view unit, std::string_view reason)
    : name_(name), unit_(unit), reason_(reason), value_(value) {
    all().push_back(this);
}

std::vector<Number*>& Number::all() {
    static std::vector<Number*> numbers;
    return numbers;
}

}  // namespace hearsay
