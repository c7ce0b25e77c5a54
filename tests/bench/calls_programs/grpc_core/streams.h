// Streams of messages.
#pragma once

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include <grpcpp/generic/generic_stub.h>

#include "job.h"

class Stream : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  void wait() { check(done_.get_future().get()); }

 protected:
  // To be called before the first operation, which is before StartCall.
  void prepare(grpc::GenericStub& stub, const std::string& method) {
    stub.PrepareBidiStreamingCall(&context_, method, grpc::StubOptions(), this);
  }

  void OnDone(const grpc::Status& status) override { done_.set_value(status); }

  grpc::ClientContext context_;
  grpc::ByteBuffer out_, in_;

 private:
  std::promise<grpc::Status> done_;
};

class Receiver : public Stream {
 public:
  Receiver(grpc::GenericStub& stub, const Job& job) : expected_(job.messages * job.size) {
    std::string request(8, '\0');
    for (int i = 0; i < 4; i++) {
      request[i] = char(job.messages >> (24 - 8 * i));
      request[4 + i] = char(job.size >> (24 - 8 * i));
    }
    const grpc::Slice slice(request);
    out_ = grpc::ByteBuffer(&slice, 1);
    prepare(stub, "/echo.Echo/Download");
    StartWriteLast(&out_, grpc::WriteOptions());
    StartRead(&in_);
    StartCall();
  }

  void finish() {
    wait();
    check(octets_, expected_);
  }

 private:
  void OnReadDone(bool ok) override {
    if (!ok) return;
    octets_ += in_.Length();
    StartRead(&in_);
  }

  const size_t expected_;
  size_t octets_ = 0;
};

class Sender : public Stream {
 public:
  Sender(grpc::GenericStub& stub, const Job& job) : left_(job.messages) {
    out_ = zeros(job.size);
    prepare(stub, "/echo.Echo/Upload");
    StartRead(&in_);
    write();
    StartCall();
  }

  void finish() { wait(); }

 private:
  void OnWriteDone(bool ok) override {
    if (ok) write();
  }

  void write() {
    if (left_-- == 0) return StartWritesDone();
    StartWrite(&out_);
  }

  size_t left_;
};

// Sends a message after each answer until a time is over.
class Exchange : public Stream {
 public:
  Exchange(grpc::GenericStub& stub, const Job& job) : end_(job.end()) {
    out_ = zeros(job.size);
    prepare(stub, "/echo.Echo/Bidi");
    send();
    StartCall();
  }

  Latencies finish() {
    wait();
    return std::move(latencies_);
  }

 private:
  void send() {
    sent_ = Clock::now();
    open_ = 2;
    StartRead(&in_);
    StartWrite(&out_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return;
    latencies_.push_back(microseconds_since(sent_));
    go_on();
  }

  void OnWriteDone(bool ok) override {
    if (ok) go_on();
  }

  // The answer may be told before the end of the write that it answers.
  void go_on() {
    if (--open_ > 0) return;
    if (Clock::now() < end_) return send();
    StartRead(&in_);
    StartWritesDone();
  }

  const Clock::time_point end_;
  Clock::time_point sent_;
  std::atomic<int> open_{0};
  Latencies latencies_;
};

template <class Kind>
void transfer_all(grpc::GenericStub& stub, const Job& job) {
  std::vector<std::unique_ptr<Kind>> streams;
  for (size_t i = 0; i < job.streams; i++) streams.push_back(std::make_unique<Kind>(stub, job));
  for (const auto& stream : streams) stream->finish();
}

inline void transfer(grpc::GenericStub& stub, const Job& job) {
  if (job.kind == "upload") return transfer_all<Sender>(stub, job);
  transfer_all<Receiver>(stub, job);
}

inline Latencies send_and_wait(grpc::GenericStub& stub, const Job& job) {
  return Exchange(stub, job).finish();
}
