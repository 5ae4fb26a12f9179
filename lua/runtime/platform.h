// What the libraries io, os and package, and loadfile, dofile and require, may
// reach of the system: files, processes, environment, time.
//
// A state uses the system's own unless its host supplies something else
// (StateOptions::platform): a Platform whose functions all fail (DenyAll),
// files in memory (MemoryFiles), or one that passes on what it approves of.
// Streams are C streams throughout; fopencookie makes one of anything.
//
// Functions that fail set errno and return null or false, as those of C that
// they stand for.  One Platform may serve many states, in different threads, if
// its functions may be called so.
//
// Guarded by tests/unit/runtime/platform_test.cc.
#ifndef LUA_RUNTIME_PLATFORM_H_
#define LUA_RUNTIME_PLATFORM_H_

#include <cstdio>
#include <ctime>
#include <map>
#include <memory>
#include <string>

namespace m3lua {

// This class itself is the system.
class Platform {
 public:
  virtual ~Platform() = default;

  // ---- files.  `mode` is that of fopen; the stream is closed with fclose.
  virtual std::FILE* Open(const char* name, const char* mode);
  virtual std::FILE* OpenTemporary();
  virtual bool Remove(const char* name);
  virtual bool Rename(const char* from, const char* to);
  // The name of a new, empty file.
  virtual bool TemporaryName(std::string& name);

  enum class Standard { kInput, kOutput, kError };
  // Stays open.
  virtual std::FILE* StandardStream(Standard which);

  // ---- processes.  As popen, pclose and system.
  virtual std::FILE* OpenProcess(const char* command, const char* mode);
  virtual int CloseProcess(std::FILE* stream);
  virtual int Execute(const char* command);

  // ---- the rest.  As getenv (valid until the next call), time, clock (in
  // seconds) and setlocale.
  virtual const char* Environment(const char* name);
  virtual std::time_t Time();
  virtual double ProcessorTime();
  virtual const char* SetLocale(int category, const char* locale);

  static Platform& System();
};

// Nothing but the time: there are no files ("Operation not permitted"), no
// processes, no environment; the standard streams are at their end and take
// everything.
class DenyAll : public Platform {
 public:
  DenyAll();
  ~DenyAll() override;
  std::FILE* Open(const char* name, const char* mode) override;
  std::FILE* OpenTemporary() override;
  bool Remove(const char* name) override;
  bool Rename(const char* from, const char* to) override;
  bool TemporaryName(std::string& name) override;
  std::FILE* StandardStream(Standard which) override;
  std::FILE* OpenProcess(const char* command, const char* mode) override;
  int CloseProcess(std::FILE* stream) override;
  int Execute(const char* command) override;
  const char* Environment(const char* name) override;
  const char* SetLocale(int category, const char* locale) override;

 private:
  std::FILE* nowhere_;
};

// As DenyAll, but with files in memory.
class MemoryFiles : public DenyAll {
 public:
  // Bytes that all files may have together; more is ENOSPC.
  explicit MemoryFiles(size_t limit = size_t{64} << 20);
  ~MemoryFiles() override;
  // For the host: what a file contains; null if there is none.
  const std::string* Contents(const std::string& name) const;
  void Put(const std::string& name, std::string contents);

  std::FILE* Open(const char* name, const char* mode) override;
  std::FILE* OpenTemporary() override;
  bool Remove(const char* name) override;
  bool Rename(const char* from, const char* to) override;
  bool TemporaryName(std::string& name) override;

 private:
  struct Space;
  struct File;
  struct Stream;
  std::FILE* OpenFile(std::shared_ptr<File> file, const char* mode);

  // (Streams may outlive this object.)
  std::shared_ptr<Space> space_;
  std::map<std::string, std::shared_ptr<File>> files_;
  int temporary_names_ = 0;
};

}  // namespace m3lua

#endif  // LUA_RUNTIME_PLATFORM_H_
