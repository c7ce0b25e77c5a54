#pragma once

#include <memory>
#include <string>

#include <grpcpp/grpcpp.h>

// Serves the echo service and prints its port.
void serve(const std::shared_ptr<grpc::ServerCredentials>& credentials);

// Does the jobs that come as lines, each answered with a line.
void work(const std::string& target, const std::shared_ptr<grpc::ChannelCredentials>& credentials);
