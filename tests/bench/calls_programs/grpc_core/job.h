// What jobs.ts says that a client is asked, and what it answers.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include <grpcpp/grpcpp.h>

using Clock = std::chrono::steady_clock;
using Latencies = std::vector<double>;

inline double microseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

struct Job {
  explicit Job(const std::string& line)
      : kind(text(line, "kind")),
        calls(number(line, "calls", 1)),
        concurrency(number(line, "concurrency", 1)),
        milliseconds(number(line, "milliseconds", 0)),
        metadata(number(line, "metadata", 0)),
        messages(number(line, "messages", 0)),
        size(number(line, "size", 32)),
        streams(number(line, "streams", 1)) {}

  Clock::time_point end() const {
    return Clock::now() + std::chrono::milliseconds(milliseconds);
  }

  std::string kind;
  size_t calls, concurrency, milliseconds, metadata, messages, size, streams;

 private:
  // The driver writes flat objects without blanks.
  static std::string text(const std::string& line, const std::string& name) {
    const std::string start = "\"" + name + "\":\"";
    const size_t at = line.find(start);
    if (at == std::string::npos) throw std::runtime_error("no " + name);
    const size_t from = at + start.size();
    return line.substr(from, line.find('"', from) - from);
  }

  static size_t number(const std::string& line, const std::string& name, size_t otherwise) {
    const std::string start = "\"" + name + "\":";
    const size_t at = line.find(start);
    return at == std::string::npos ? otherwise : std::stoul(line.substr(at + start.size()));
  }
};

inline void print(size_t count, double microseconds, Latencies latencies) {
  std::sort(latencies.begin(), latencies.end());
  const auto at = [&](double quantile) {
    return latencies.empty() ? 0 : latencies[size_t(double(latencies.size()) * quantile)];
  };
  std::printf("{\"count\":%zu,\"milliseconds\":%f,\"p50\":%f,\"p99\":%f,\"p999\":%f}\n", count,
              microseconds / 1e3, at(0.5), at(0.99), at(0.999));
  std::fflush(stdout);
}

inline grpc::ByteBuffer zeros(size_t size) {
  const std::string octets(size, '\0');
  const grpc::Slice slice(octets);
  return grpc::ByteBuffer(&slice, 1);
}

inline void check(size_t octets, size_t expected) {
  if (octets == expected) return;
  throw std::runtime_error("received " + std::to_string(octets) + " octets of " +
                           std::to_string(expected));
}

inline void check(const grpc::Status& status) {
  if (!status.ok()) throw std::runtime_error(status.error_message());
}
