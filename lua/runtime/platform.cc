// Guarded by tests/unit/runtime/platform_test.cc.
#include "lua/runtime/platform.h"

#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <clocale>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <utility>

namespace m3lua {

// ---- the system

std::FILE* Platform::Open(const char* name, const char* mode) {
  return std::fopen(name, mode);
}
std::FILE* Platform::OpenTemporary() { return std::tmpfile(); }
bool Platform::Remove(const char* name) { return std::remove(name) == 0; }
bool Platform::Rename(const char* from, const char* to) {
  return std::rename(from, to) == 0;
}

bool Platform::TemporaryName(std::string& name) {
  name = "/tmp/lua_XXXXXX";
  const int descriptor = mkstemp(name.data());
  if (descriptor == -1) return false;
  close(descriptor);
  return true;
}

std::FILE* Platform::StandardStream(Standard which) {
  switch (which) {
    case Standard::kInput:
      return stdin;
    case Standard::kOutput:
      return stdout;
    case Standard::kError:
      break;
  }
  return stderr;
}

std::FILE* Platform::OpenProcess(const char* command, const char* mode) {
  // What is buffered must not be written by both processes.
  std::fflush(nullptr);
  return popen(command, mode);
}
int Platform::CloseProcess(std::FILE* stream) { return pclose(stream); }
int Platform::Execute(const char* command) { return std::system(command); }

const char* Platform::Environment(const char* name) {
  return std::getenv(name);
}
std::time_t Platform::Time() { return std::time(nullptr); }
double Platform::ProcessorTime() {
  return static_cast<double>(std::clock()) /
         static_cast<double>(CLOCKS_PER_SEC);
}
const char* Platform::SetLocale(int category, const char* locale) {
  return std::setlocale(category, locale);
}

Platform& Platform::System() {
  static Platform system;
  return system;
}

// ---- nothing

namespace {

ssize_t ReadNothing(void*, char*, size_t) { return 0; }
ssize_t WriteNowhere(void*, const char*, size_t size) {
  return static_cast<ssize_t>(size);
}

template <typename Result>
Result Refuse(Result result) {
  errno = EPERM;
  return result;
}

}  // namespace

DenyAll::DenyAll()
    : nowhere_(fopencookie(
          nullptr, "r+",
          {ReadNothing, WriteNowhere, /*seek=*/nullptr, /*close=*/nullptr})) {
  if (nowhere_ == nullptr) throw std::bad_alloc();
}
DenyAll::~DenyAll() { std::fclose(nowhere_); }

std::FILE* DenyAll::Open(const char*, const char*) {
  return Refuse<std::FILE*>(nullptr);
}
std::FILE* DenyAll::OpenTemporary() { return Refuse<std::FILE*>(nullptr); }
bool DenyAll::Remove(const char*) { return Refuse(false); }
bool DenyAll::Rename(const char*, const char*) { return Refuse(false); }
bool DenyAll::TemporaryName(std::string&) { return Refuse(false); }
std::FILE* DenyAll::StandardStream(Standard) { return nowhere_; }
std::FILE* DenyAll::OpenProcess(const char*, const char*) {
  return Refuse<std::FILE*>(nullptr);
}
int DenyAll::CloseProcess(std::FILE*) { return Refuse(-1); }
int DenyAll::Execute(const char* command) {
  return command == nullptr ? 0 : Refuse(-1);  // there is no shell
}
const char* DenyAll::Environment(const char*) { return nullptr; }
const char* DenyAll::SetLocale(int category, const char* locale) {
  // The current one may be asked for.
  return locale == nullptr ? std::setlocale(category, nullptr) : nullptr;
}

// ---- files in memory

struct MemoryFiles::Space {
  int64_t left;  // less than 0 if the host put in more than the limit
};

struct MemoryFiles::File {
  explicit File(std::shared_ptr<Space> space) : space(std::move(space)) {}
  ~File() { space->left += static_cast<int64_t>(bytes.size()); }

  // False: no space, or no memory.
  bool Resize(size_t size) {
    const auto before = static_cast<int64_t>(bytes.size());
    if (size > bytes.max_size() ||
        (size > bytes.size() &&
         static_cast<int64_t>(size) - before > space->left)) {
      return false;
    }
    try {
      bytes.resize(size);
    } catch (const std::exception&) {
      return false;
    }
    space->left += before - static_cast<int64_t>(size);
    return true;
  }

  std::shared_ptr<Space> space;
  std::string bytes;
};

struct MemoryFiles::Stream {
  std::shared_ptr<File> file;
  bool appends;
  size_t position = 0;

  static ssize_t Read(void* cookie, char* to, size_t size) {
    Stream& s = *static_cast<Stream*>(cookie);
    const std::string& bytes = s.file->bytes;
    const size_t start = std::min(s.position, bytes.size());
    const size_t count = std::min(size, bytes.size() - start);
    std::memcpy(to, bytes.data() + start, count);
    s.position = start + count;
    return static_cast<ssize_t>(count);
  }
  // (0 stands for an error.)
  static ssize_t Write(void* cookie, const char* from, size_t size) {
    Stream& s = *static_cast<Stream*>(cookie);
    std::string& bytes = s.file->bytes;
    if (s.appends) s.position = bytes.size();
    if (s.position + size > bytes.size() &&
        !s.file->Resize(s.position + size)) {
      errno = ENOSPC;
      return 0;
    }
    std::memcpy(bytes.data() + s.position, from, size);
    s.position += size;
    return static_cast<ssize_t>(size);
  }
  static int Seek(void* cookie, off64_t* offset, int whence) {
    Stream& s = *static_cast<Stream*>(cookie);
    int64_t start = 0;
    if (whence == SEEK_CUR) start = static_cast<int64_t>(s.position);
    if (whence == SEEK_END) start = static_cast<int64_t>(s.file->bytes.size());
    if (*offset > INT64_MAX - start || start + *offset < 0) {
      errno = EINVAL;
      return -1;
    }
    *offset += start;
    s.position = static_cast<size_t>(*offset);
    return 0;
  }
  static int Close(void* cookie) {
    delete static_cast<Stream*>(cookie);
    return 0;
  }
};

MemoryFiles::MemoryFiles(size_t limit) : space_(std::make_shared<Space>()) {
  space_->left = static_cast<int64_t>(std::min<size_t>(limit, INT64_MAX));
}
MemoryFiles::~MemoryFiles() = default;

const std::string* MemoryFiles::Contents(const std::string& name) const {
  auto found = files_.find(name);
  return found == files_.end() ? nullptr : &found->second->bytes;
}

void MemoryFiles::Put(const std::string& name, std::string contents) {
  auto file = std::make_shared<File>(space_);
  space_->left -= static_cast<int64_t>(contents.size());
  file->bytes = std::move(contents);
  files_[name] = std::move(file);
}

std::FILE* MemoryFiles::OpenFile(std::shared_ptr<File> file, const char* mode) {
  auto stream =
      std::make_unique<Stream>(Stream{std::move(file), mode[0] == 'a'});
  std::FILE* opened =
      fopencookie(stream.get(), mode,
                  {Stream::Read, Stream::Write, Stream::Seek, Stream::Close});
  if (opened != nullptr) stream.release();  // Close deletes it
  return opened;
}

std::FILE* MemoryFiles::Open(const char* name, const char* mode) {
  auto found = files_.find(name);
  if (found == files_.end()) {
    if (mode[0] == 'r') {
      errno = ENOENT;
      return nullptr;
    }
    found = files_.emplace(name, std::make_shared<File>(space_)).first;
  } else if (mode[0] == 'w') {
    found->second->Resize(0);
  }
  return OpenFile(found->second, mode);
}

std::FILE* MemoryFiles::OpenTemporary() {
  return OpenFile(std::make_shared<File>(space_), "w+");
}

bool MemoryFiles::Remove(const char* name) {
  if (files_.erase(name) != 0) return true;
  errno = ENOENT;
  return false;
}

bool MemoryFiles::Rename(const char* from, const char* to) {
  auto found = files_.find(from);
  if (found == files_.end()) {
    errno = ENOENT;
    return false;
  }
  std::shared_ptr<File> file = found->second;
  files_.erase(found);
  files_[to] = std::move(file);
  return true;
}

bool MemoryFiles::TemporaryName(std::string& name) {
  do {
    name = "/tmp/lua_" + std::to_string(++temporary_names_);
  } while (files_.contains(name));
  files_[name] = std::make_shared<File>(space_);
  return true;
}

}  // namespace m3lua
