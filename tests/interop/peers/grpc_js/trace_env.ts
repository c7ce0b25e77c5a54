import process from "node:process";

// grpc-js reads this once, when it is loaded.
process.env.GRPC_TRACE = "keepalive,transport,server";
