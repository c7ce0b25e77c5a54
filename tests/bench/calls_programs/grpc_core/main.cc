// gRPC Core, by its C++ API with callbacks, as a program of peers.ts.
#include <exception>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "programs.h"

std::string read_file(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

int main(int count, char** values) try {
  const std::vector<std::string> arguments(values + 1, values + count);
  const std::string role = arguments.empty() ? "" : arguments[0];
  if (role == "server" && arguments.size() == 1) {
    serve(grpc::InsecureServerCredentials());
  } else if (role == "server" && arguments.size() == 3) {
    grpc::SslServerCredentialsOptions options;
    options.pem_key_cert_pairs.push_back({read_file(arguments[2]), read_file(arguments[1])});
    serve(grpc::SslServerCredentials(options));
  } else if (role == "client" && arguments.size() == 2) {
    work(arguments[1], grpc::InsecureChannelCredentials());
  } else if (role == "client" && arguments.size() == 3) {
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = read_file(arguments[2]);
    work(arguments[1], grpc::SslCredentials(options));
  } else {
    std::cerr << "usage: grpc_core server [<certificate> <key>] | client <target> [<authority>]\n";
    return 1;
  }
  return 0;
} catch (const std::exception& error) {
  std::cerr << error.what() << "\n";
  return 1;
}
