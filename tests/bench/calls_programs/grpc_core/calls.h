// Unary calls.
#pragma once

#include <future>
#include <memory>
#include <string>
#include <vector>

#include <grpcpp/generic/generic_stub.h>

#include "job.h"

// Makes a call, and another after each answer until a time is over.
class Caller {
 public:
  Caller(grpc::GenericStub& stub, size_t size, size_t metadata, Clock::time_point end)
      : stub_(stub), request_(zeros(size)), size_(size), metadata_(metadata), end_(end) {
    call();
  }

  Latencies wait() {
    check(done_.get_future().get());
    return std::move(latencies_);
  }

 private:
  void call() {
    start_ = Clock::now();
    context_ = std::make_unique<grpc::ClientContext>();
    for (size_t field = 0; field < metadata_; field++) {
      const std::string number = std::to_string(field);
      context_->AddMetadata("x-field-" + number, "value-" + number);
    }
    stub_.UnaryCall(context_.get(), "/echo.Echo/Unary", grpc::StubOptions(), &request_, &response_,
                    [this](grpc::Status status) { on_done(std::move(status)); });
  }

  void on_done(grpc::Status status) {
    if (status.ok() && response_.Length() != size_) {
      status = grpc::Status(grpc::StatusCode::INTERNAL, "wrong length");
    }
    latencies_.push_back(microseconds_since(start_));
    if (status.ok() && Clock::now() < end_) return call();
    done_.set_value(std::move(status));
  }

  grpc::GenericStub& stub_;
  grpc::ByteBuffer request_, response_;
  std::unique_ptr<grpc::ClientContext> context_;
  const size_t size_, metadata_;
  const Clock::time_point end_;
  Clock::time_point start_;
  Latencies latencies_;
  std::promise<grpc::Status> done_;
};

inline Latencies wait_for(const std::vector<std::unique_ptr<Caller>>& callers) {
  Latencies all;
  for (const auto& caller : callers) {
    const Latencies latencies = caller->wait();
    all.insert(all.end(), latencies.begin(), latencies.end());
  }
  return all;
}
