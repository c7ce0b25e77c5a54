#include <cstdio>
#include <vector>

#include <grpcpp/generic/async_generic_service.h>

#include "job.h"
#include "programs.h"

namespace {

using grpc::Status;
using Reactor = grpc::ServerGenericBidiReactor;

class Unary : public Reactor {
 public:
  Unary() { StartRead(&message_); }

  void OnReadDone(bool ok) override {
    if (ok) {
      StartWriteAndFinish(&message_, grpc::WriteOptions(), Status::OK);
    } else {
      Finish(Status(grpc::StatusCode::INTERNAL, "no request"));
    }
  }

  void OnDone() override { delete this; }

 private:
  grpc::ByteBuffer message_;
};

class Bidi : public Reactor {
 public:
  Bidi() { StartRead(&message_); }

  void OnReadDone(bool ok) override {
    if (ok) {
      StartWrite(&message_);
    } else {
      Finish(Status::OK);
    }
  }

  void OnWriteDone(bool ok) override {
    if (ok) {
      StartRead(&message_);
    } else {
      Finish(Status::CANCELLED);
    }
  }

  void OnDone() override { delete this; }

 private:
  grpc::ByteBuffer message_;
};

class Download : public Reactor {
 public:
  Download() { StartRead(&message_); }

  void OnReadDone(bool ok) override {
    if (!ok || !message_.TrySingleSlice(&single_).ok() || single_.size() != 8) {
      return Finish(Status(grpc::StatusCode::INVALID_ARGUMENT, "no request"));
    }
    left_ = number(single_.begin());
    message_ = zeros(number(single_.begin() + 4));
    write();
  }

  void OnWriteDone(bool ok) override {
    if (ok) {
      write();
    } else {
      Finish(Status::CANCELLED);
    }
  }

  void OnDone() override { delete this; }

 private:
  void write() {
    if (left_-- == 0) return Finish(Status::OK);
    StartWrite(&message_);
  }

  static size_t number(const uint8_t* octets) {
    return size_t(octets[0]) << 24 | size_t(octets[1]) << 16 | size_t(octets[2]) << 8 | octets[3];
  }

  grpc::Slice single_;
  grpc::ByteBuffer message_;
  size_t left_ = 0;
};

class Upload : public Reactor {
 public:
  Upload() { StartRead(&message_); }

  void OnReadDone(bool ok) override {
    if (ok) {
      octets_ += message_.Length();
      return StartRead(&message_);
    }
    message_ = zeros(octets_ > 0 ? 1 : 0);
    StartWriteAndFinish(&message_, grpc::WriteOptions(), Status::OK);
  }

  void OnDone() override { delete this; }

 private:
  grpc::ByteBuffer message_;
  size_t octets_ = 0;
};

class Echo : public grpc::CallbackGenericService {
  Reactor* CreateReactor(grpc::GenericCallbackServerContext* context) override {
    const std::string& method = context->method();
    if (method == "/echo.Echo/Unary") return new Unary;
    if (method == "/echo.Echo/Bidi") return new Bidi;
    if (method == "/echo.Echo/Download") return new Download;
    if (method == "/echo.Echo/Upload") return new Upload;
    return grpc::CallbackGenericService::CreateReactor(context);
  }
};

}  // namespace

void serve(const std::shared_ptr<grpc::ServerCredentials>& credentials) {
  Echo echo;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", credentials, &port);
  builder.RegisterCallbackGenericService(&echo);
  const auto server = builder.BuildAndStart();
  if (server == nullptr) throw std::runtime_error("cannot listen");
  std::printf("{\"port\":%d}\n", port);
  std::fflush(stdout);
  server->Wait();
}
