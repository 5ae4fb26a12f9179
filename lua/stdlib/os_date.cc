// os.date and os.time: times of the system, C's struct tm, and tables of
// fields.
//
// os.date passes the conversions of C99 on to strftime, one by one, after
// checking each: strftime need not survive others.
//
// Guarded by tests/conformance/os.lua.
#include "lua/stdlib/os_date.h"

#include <climits>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <string>
#include <string_view>

#include "lua/runtime/buffer.h"
#include "lua/runtime/conversion.h"
#include "lua/runtime/operations.h"
#include "lua/runtime/platform.h"
#include "lua/runtime/strings.h"
#include "lua/runtime/table.h"

namespace m3lua::stdlib {
namespace {

// ---- tables of fields

Value FieldOf(NativeCall& call, const char* name) {
  return Index(call.co, call.arg(1), Value::Of(NewString(call.state(), name)));
}

// Field `name` of argument 1 minus `offset`, within an int.  `otherwise` stands
// for a missing one, a negative number says that there must be one.
int IntegerField(NativeCall& call, const char* name, int otherwise,
                 int offset) {
  Value v = FieldOf(call, name);
  int64_t field;
  if (!ToInteger(v, field)) {
    if (!v.is_nil()) call.ErrorF("field '%s' is not an integer", name);
    if (otherwise < 0) call.ErrorF("field '%s' missing in date table", name);
    return otherwise;
  }
  bool fits = field >= 0 ? field - offset <= INT_MAX
                         : field >= INT64_C(0) + INT_MIN + offset;
  if (!fits) call.ErrorF("field '%s' is out-of-bound", name);
  return static_cast<int>(field - offset);
}

// -1 (unknown) if it is missing.
int BooleanField(NativeCall& call, const char* name) {
  Value v = FieldOf(call, name);
  return v.is_nil() ? -1 : v.is_truthy();
}

// Sets the fields of `t` from `parts`.
void SetFields(NativeCall& call, Value t, const std::tm& parts) {
  auto set = [&](const char* name, Value v) {
    SetIndex(call.co, t, Value::Of(NewString(call.state(), name)), v);
  };
  auto set_integer = [&](const char* name, int value, int offset) {
    set(name, Value::Integer(int64_t{value} + offset));
  };
  set_integer("year", parts.tm_year, 1900);
  set_integer("month", parts.tm_mon, 1);
  set_integer("day", parts.tm_mday, 0);
  set_integer("hour", parts.tm_hour, 0);
  set_integer("min", parts.tm_min, 0);
  set_integer("sec", parts.tm_sec, 0);
  set_integer("yday", parts.tm_yday, 1);
  set_integer("wday", parts.tm_wday, 1);
  if (parts.tm_isdst >= 0) set("isdst", Value::Boolean(parts.tm_isdst != 0));
}

// ---- formats

// The length of the valid conversion that `text` (behind the '%') starts
// with, 0 if there is none.
size_t ConversionLength(std::string_view text) {
  constexpr std::string_view kPlain = "aAbBcCdDeFgGhHIjmMnprRStTuUVwWxXyYzZ%";
  constexpr std::string_view kAlternativeEra = "cCxXyY";
  constexpr std::string_view kAlternativeDigits = "deHImMSuUVwWy";
  auto contains = [](std::string_view set, char c) {
    return set.find(c) != std::string_view::npos;
  };
  if (text.empty()) return 0;
  if (contains(kPlain, text[0])) return 1;
  if (text.size() < 2) return 0;
  if (text[0] == 'E' && contains(kAlternativeEra, text[1])) return 2;
  if (text[0] == 'O' && contains(kAlternativeDigits, text[1])) return 2;
  return 0;
}

NativeResult FormatDate(NativeCall& call, std::string_view format,
                        const std::tm& parts) {
  Buffer result(call.state());
  while (!format.empty()) {
    size_t plain = format.find('%');
    if (plain == std::string_view::npos) plain = format.size();
    result.Append(format.substr(0, plain));
    format.remove_prefix(plain);
    if (format.empty()) break;
    format.remove_prefix(1);
    size_t length = ConversionLength(format);
    if (length == 0) {
      // The rest of the format, up to a zero.
      std::string message = "invalid conversion specifier '%";
      message += format.substr(0, format.find('\0'));
      message += '\'';
      call.ArgumentError(1, message);
    }
    char conversion[4] = {'%', format[0], length > 1 ? format[1] : '\0', '\0'};
    format.remove_prefix(length);
    char text[250];
    result.Append({text, std::strftime(text, sizeof text, conversion, &parts)});
  }
  return call.Return(Value::Of(result.ToString()));
}

}  // namespace

NativeResult OsDate(NativeCall& call) {
  std::string_view format = call.OptView(1, "%c");
  std::time_t time = call.is_none_or_nil(2) ? call.state().platform().Time()
                                            : call.CheckInteger(2);
  bool utc = !format.empty() && format[0] == '!';
  if (utc) format.remove_prefix(1);
  std::tm parts;
  if ((utc ? gmtime_r(&time, &parts) : localtime_r(&time, &parts)) == nullptr) {
    call.Error("date result cannot be represented in this installation");
  }
  if (format.substr(0, format.find('\0')) == "*t") {
    Value* t = call.Push(Value::Of(NewTable(call.state(), 0, 9)));
    SetFields(call, *t, parts);
    return call.ReturnRange(t, 1);
  }
  return FormatDate(call, format, parts);
}

NativeResult OsTime(NativeCall& call) {
  std::time_t time;
  if (call.is_none_or_nil(1)) {
    time = call.state().platform().Time();
  } else {
    Table* t = call.CheckTable(1);
    std::tm parts = {};
    parts.tm_year = IntegerField(call, "year", -1, 1900);
    parts.tm_mon = IntegerField(call, "month", -1, 1);
    parts.tm_mday = IntegerField(call, "day", -1, 0);
    parts.tm_hour = IntegerField(call, "hour", 12, 0);
    parts.tm_min = IntegerField(call, "min", 0, 0);
    parts.tm_sec = IntegerField(call, "sec", 0, 0);
    parts.tm_isdst = BooleanField(call, "isdst");
    time = std::mktime(&parts);
    SetFields(call, Value::Of(t), parts);  // normalised
  }
  // -1 is mktime's failure; as a time it can't be told from that.
  if (time == static_cast<std::time_t>(-1)) {
    call.Error("time result cannot be represented in this installation");
  }
  return call.Return(Value::Integer(time));
}

}  // namespace m3lua::stdlib
