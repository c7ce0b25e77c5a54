//! tonic as a peer: an echo server and client that report, and the programs of the interop cases.

mod cases_client;
mod cases_server;
mod echo_client;
mod echo_server;
mod flags;
mod messages;
mod octets;
mod report;
mod service;

use flags::Flags;

pub type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let mut args = std::env::args().skip(1);
    let role = args.next().unwrap_or_default();
    let flags = Flags::parse(args);
    match role.as_str() {
        "server" => echo_server::serve(&flags).await,
        "client" => echo_client::call(&flags).await,
        "cases-server" => cases_server::serve(&flags).await,
        "cases-client" => cases_client::run(&flags).await,
        _ => Err("usage: tonic_peer server|client|cases-server|cases-client [flags]".into()),
    }
}
