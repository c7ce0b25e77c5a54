//! tonic as a program of calls.ts, with one thread or with one for each core.

mod client;
mod job;
mod latencies;
mod octets;
mod server;

use tokio::runtime::Builder;

pub type Failure = Box<dyn std::error::Error + Send + Sync>;

const USAGE: &str =
    "usage: tonic_calls one|many server [<certificate> <key>] | client <target> [<authority>]";

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let Some((threads, rest)) = arguments.split_first() else {
        return Err(USAGE.into());
    };
    let mut runtime = match *threads {
        "one" => Builder::new_current_thread(),
        "many" => Builder::new_multi_thread(),
        _ => return Err(USAGE.into()),
    };
    let runtime = runtime.enable_all().build()?;
    match *rest {
        ["server"] => runtime.block_on(server::serve(None)),
        ["server", certificate, key] => runtime.block_on(server::serve(Some((certificate, key)))),
        ["client", target] => runtime.block_on(client::work(target, None)),
        ["client", target, authority] => runtime.block_on(client::work(target, Some(authority))),
        _ => Err(USAGE.into()),
    }
}
