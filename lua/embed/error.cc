// An error's payload is a Cord whose only chunk is ErrorInfo::payload_, kept
// alive by the cord.  A table of all of them tells whose the bytes of some
// payload are, so payloads that went through a wire are no danger.
//
// Error values that are objects hang in a list, which the collectors of their
// states visit.  Statuses may be copied and destroyed on any thread: one lock
// protects table and list.
//
// Guarded by tests/unit/embed/error_test.cc.
#include "lua/embed/error.h"

#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/cord.h"
#include "lua/embed/host.h"
#include "lua/runtime/conversion.h"
#include "lua/runtime/native.h"
#include "lua/runtime/traceback.h"
#include "lua/syntax/concat.h"

namespace m3lua {
namespace {

constexpr char kPayload[] = "m3lua/error";
// In the place of a traceback.  (Payloads are not empty.)
constexpr char kNoTraceback[] = "no traceback";

std::mutex& Lock() {
  static auto& mutex = *new std::mutex;
  return mutex;
}
absl::flat_hash_map<const char*, ErrorInfo*>& Payloads() {
  static auto& payloads = *new absl::flat_hash_map<const char*, ErrorInfo*>;
  return payloads;
}
ErrorInfo* first_with_value = nullptr;

// (abseil's string_view may be a type of its own.)
absl::string_view ToAbsl(std::string_view s) { return {s.data(), s.size()}; }

// What a message says of an error value without __tostring.
std::string TextOf(Value error) {
  if (error.is_string()) return std::string(error.string()->view());
  if (error.is_number()) {
    char text[64];
    return std::string(text, FormatNumberTo(error, text));
  }
  return syntax::Concat("(error object is a ", TypeName(error.type()),
                        " value)");
}

// Takes "source:line:" off the front of a message.
void TakePosition(std::string_view message, std::string& source, int& line) {
  // (A chunk name may contain colons, but a message begins with the name.)
  for (size_t colon = message.find(':'); colon != message.npos;
       colon = message.find(':', colon + 1)) {
    size_t end = colon + 1;
    int number = 0;
    while (end < message.size() && message[end] >= '0' && message[end] <= '9' &&
           number < 100000000) {
      number = number * 10 + (message[end++] - '0');
    }
    if (end > colon + 1 && end < message.size() && message[end] == ':') {
      source = message.substr(0, colon);
      line = number;
      return;
    }
  }
}

}  // namespace

const ErrorInfo* ErrorInfo::Of(const absl::Status& status) {
  absl::optional<absl::Cord> payload = status.GetPayload(kPayload);
  if (!payload.has_value()) return nullptr;
  absl::optional<absl::string_view> bytes = payload->TryFlat();
  if (!bytes.has_value()) return nullptr;
  std::lock_guard lock(Lock());
  auto found = Payloads().find(bytes->data());
  return found == Payloads().end() ? nullptr : found->second;
}

ErrorInfo::~ErrorInfo() {
  std::lock_guard lock(Lock());
  Payloads().erase(payload_.data());
  if (host_ != nullptr) embed::Host::Forget(*this);
}

Ref ErrorInfo::value() const { return embed::Host::ValueOf(*this); }

std::string Describe(const absl::Status& status) {
  std::string text(status.message());
  const ErrorInfo* info = ErrorInfo::Of(status);
  if (info != nullptr && !info->traceback().empty()) {
    text.append("\n").append(info->traceback());
  }
  return text;
}

namespace embed {

// Called with the lock held.
void Host::Forget(ErrorInfo& info) {
  if (info.value_.is_collectable()) {
    (info.previous_ != nullptr ? info.previous_->next_ : first_with_value) =
        info.next_;
    if (info.next_ != nullptr) info.next_->previous_ = info.previous_;
    --info.host_->error_values_;
  }
  info.host_ = nullptr;
}

void Host::VisitErrors(gc::Marker& marker) {
  std::lock_guard lock(Lock());
  for (ErrorInfo* e = first_with_value; e != nullptr; e = e->next_) {
    if (e->host_ == this) marker.Mark(e->value_);
  }
}

void Host::ForgetErrors() {
  std::lock_guard lock(Lock());
  for (const auto& [bytes, info] : Payloads()) {
    if (info->host_ == this) Forget(*info);
  }
}

Ref Host::ValueOf(const ErrorInfo& info) {
  Host* host;
  Value value;
  {
    std::lock_guard lock(Lock());
    host = info.host_;
    value = info.value_;
  }
  if (host == nullptr) return Ref();
  if (!info.is_message_) return Ref(host->state_, value);
  Ref result;
  host->Protect([&] {
        result = Ref(host->state_, Put(host->state_, info.message_));
        return absl::OkStatus();
      })
      .IgnoreError();
  return result;
}

bool Host::ErrorValue(const absl::Status& status, Value& value) {
  const ErrorInfo* info = ErrorInfo::Of(status);
  if (info == nullptr || info->host_ != this) return false;
  value = info->is_message_ ? Put(state_, info->message_) : info->value_;
  return true;
}

void Host::Describe(Coroutine& co, int level, Value error, ErrorInfo& info) {
  info.traceback_ = Traceback(*state_.current, co, std::nullopt, level);
  for (;; ++level) {
    FrameInfo frame = state_.engine().Frame(co, level, /*names=*/false);
    if (frame.base == nullptr) break;
    if (frame.current_line < 0) continue;
    info.source_ = ShortSource(frame.function);
    info.line_ = frame.current_line;
    break;
  }
  info.message_ = TextOf(error);
}

std::unique_ptr<ErrorInfo> Host::InfoOfDead(Coroutine& co, Value error) {
  try {
    auto info = std::unique_ptr<ErrorInfo>(new ErrorInfo);
    Describe(co, /*level=*/0, error, *info);
    if (!MetamethodOf(state_, error, Event::kToString).is_nil()) {
      absl::StatusOr<std::string> text = Ref(state_, error).ToString();
      if (text.ok()) info->message_ = *text;
    }
    return info;
  } catch (const LuaError&) {
    return nullptr;
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

// The message handler of calls from the host: looks at the frames while they
// are there.  The error value stays as it is.
NativeResult Host::HandleError(NativeCall& call) {
  State& state = call.state();
  Host* host = state.host;
  if (host == nullptr || host->capture_ == nullptr) {
    return call.Return(call.arg(1));
  }
  auto info = std::unique_ptr<ErrorInfo>(new ErrorInfo);
  Value error = call.arg(1);
  host->Describe(call.co, /*level=*/1, error, *info);
  if (!error.is_string() && !error.is_number()) {
    Value to_string = MetamethodOf(state, error, Event::kToString);
    if (!to_string.is_nil()) {
      Value text = call.Call(to_string, {error}, 1)[0];
      if (text.is_string()) info->message_ = text.string()->view();
    }
  }
  host->capture_->info = std::move(info);
  host->capture_->error = error;
  return call.Return(call.arg(1));
}

absl::StatusCode Host::CodeOf(std::string_view message) const {
  const Stop stop = state_.limits.last_stop();
  if (stop == Stop::kNone || !message.ends_with(StopMessage(stop))) {
    return absl::StatusCode::kUnknown;
  }
  switch (stop) {
    case Stop::kInterrupt:
      return absl::StatusCode::kCancelled;
    case Stop::kDeadline:
      return absl::StatusCode::kDeadlineExceeded;
    default:
      return absl::StatusCode::kResourceExhausted;
  }
}

absl::Status Host::ErrorStatus(Value error, std::unique_ptr<ErrorInfo> info) {
  if (error.is_string() && error.string() == state_.memory_error) {
    return MemoryError();
  }
  try {
    if (info == nullptr) {
      // Raised where the handler could not be called.
      info.reset(new ErrorInfo);
      info->message_ = TextOf(error);
      if (error.is_string()) {
        TakePosition(info->message_, info->source_, info->line_);
      }
    }
    info->is_message_ =
        error.is_string() && error.string()->view() == info->message_;
    if (!info->is_message_) info->value_ = error;
    info->host_ = this;
    if (info->value_.is_collectable()) {
      std::lock_guard lock(Lock());
      info->next_ = first_with_value;
      if (first_with_value != nullptr) first_with_value->previous_ = info.get();
      first_with_value = info.get();
      ++error_values_;
    }
    absl::Status status = MakeStatus(CodeOf(info->message_), info->message_);
    return WithPayload(std::move(status), std::move(info));
  } catch (const std::bad_alloc&) {
    return MemoryError();
  }
}

absl::Status Host::WithPayload(absl::Status status,
                               std::unique_ptr<ErrorInfo> info) {
  info->payload_ = info->traceback_.empty() ? kNoTraceback : info->traceback_;
  {
    std::lock_guard lock(Lock());
    Payloads()[info->payload_.data()] = info.get();
  }
  absl::string_view bytes = ToAbsl(info->payload_);
  // (std::function-like owners must be copyable: this one is moved only.)
  struct Owner {
    std::unique_ptr<ErrorInfo> info;
    void operator()(absl::string_view) {}
  };
  status.SetPayload(kPayload,
                    absl::MakeCordFromExternal(bytes, Owner{std::move(info)}));
  return status;
}

absl::Status Host::SyntaxError(absl::StatusCode code,
                               std::string_view message) {
  try {
    auto info = std::unique_ptr<ErrorInfo>(new ErrorInfo);
    info->message_ = message;
    info->is_message_ = true;
    info->host_ = this;
    if (code == absl::StatusCode::kInvalidArgument) {
      TakePosition(message, info->source_, info->line_);
    }
    return WithPayload(MakeStatus(code, message), std::move(info));
  } catch (const std::bad_alloc&) {
    return MemoryError();
  }
}

absl::Status Host::PendingError() {
  Value error = state_.pending_error;
  state_.pending_error = Value::Nil();
  return ErrorStatus(error, nullptr);
}

}  // namespace embed
}  // namespace m3lua
