#include <future>
#include <iostream>
#include <utility>

#include "calls.h"
#include "job.h"
#include "programs.h"
#include "streams.h"

namespace {

// All channels of a process would share a connection otherwise.
std::shared_ptr<grpc::Channel> connect(const std::string& target,
                                       const std::shared_ptr<grpc::ChannelCredentials>& credentials) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(target, credentials, arguments);
}

Latencies call_again(grpc::GenericStub& stub, const Job& job) {
  const auto end = job.end();
  std::vector<std::unique_ptr<Caller>> callers;
  for (size_t i = 0; i < job.concurrency; i++) {
    callers.push_back(std::make_unique<Caller>(stub, job.size, job.metadata, end));
  }
  return wait_for(callers);
}

Latencies call_at_once(grpc::GenericStub& stub, const Job& job) {
  const auto end = Clock::now();
  std::vector<std::unique_ptr<Caller>> callers;
  for (size_t i = 0; i < job.calls; i++) {
    callers.push_back(std::make_unique<Caller>(stub, 32, 0, end));
  }
  return wait_for(callers);
}

}  // namespace

void work(const std::string& target, const std::shared_ptr<grpc::ChannelCredentials>& credentials) {
  grpc::GenericStub stub(connect(target, credentials));
  const auto connect_again = [&](const Job& job) {
    Latencies latencies;
    const auto end = job.end();
    do {
      const auto start = Clock::now();
      grpc::GenericStub other(connect(target, credentials));
      Caller(other, 32, 0, start).wait();
      latencies.push_back(microseconds_since(start));
    } while (Clock::now() < end);
    return latencies;
  };
  for (std::string line; std::getline(std::cin, line);) {
    const Job job(line);
    const auto start = Clock::now();
    if (job.kind == "download" || job.kind == "upload") {
      transfer(stub, job);
      print(job.messages * job.streams, microseconds_since(start), {});
      continue;
    }
    Latencies latencies = job.kind == "unary"     ? call_again(stub, job)
                          : job.kind == "burst"   ? call_at_once(stub, job)
                          : job.kind == "connect" ? connect_again(job)
                                                  : send_and_wait(stub, job);
    const size_t count = latencies.size();
    print(count, microseconds_since(start), std::move(latencies));
  }
}
