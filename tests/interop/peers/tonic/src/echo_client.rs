//! Calls the echo service and reports.

use crate::Failure;
use crate::flags::Flags;
use crate::octets::Octets;
use crate::report::{GOAWAY_RECEIVED, event, quote, watch_frames};
use std::time::{Duration, Instant};
use tokio_stream::{Stream, StreamExt};
use tonic::client::Grpc;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status, Streaming};

const REOPEN_DELAY: Duration = Duration::from_millis(100);
const CALL_TIMEOUT: Duration = Duration::from_secs(20);
const STREAMED: usize = 3;

pub async fn call(flags: &Flags) -> Result<(), Failure> {
    watch_frames();
    let mut endpoint = Endpoint::from_shared(format!("http://{}", flags.text("target")))?
        .keep_alive_while_idle(flags.has("permit-without-stream"));
    if let Some(time) = flags.duration("keepalive-time") {
        endpoint = endpoint.http2_keep_alive_interval(time);
    }
    if let Some(timeout) = flags.duration("keepalive-timeout") {
        endpoint = endpoint.keep_alive_timeout(timeout);
    }
    let channel = endpoint.connect().await?;
    let work = async {
        if flags.has("hold") {
            hold_stream(&channel).await;
        }
        match flags.text("call") {
            "" | "none" => come_back(&channel).await,
            kind => report_calls(&channel, kind, flags.duration("call-every")).await,
        }
    };
    let mut stop = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        () = work => {}
        _ = stop.recv() => {}
    }
    event("stopped", &[]);
    Ok(())
}

/// A channel of tonic leaves a lost connection lost until there is a call.
async fn come_back(channel: &Channel) {
    loop {
        GOAWAY_RECEIVED.notified().await;
        tokio::time::sleep(REOPEN_DELAY).await;
        report_call(channel, "unary").await;
    }
}

/// Keeps one bidi stream open and quiet, and opens another when it is lost.
async fn hold_stream(channel: &Channel) {
    loop {
        let status = hold_once(channel).await.err().unwrap_or(Status::ok(""));
        let code = status.code() as i32;
        event(
            "held",
            &[
                ("open", "false".into()),
                ("code", code.to_string()),
                ("message", quote(status.message())),
            ],
        );
        tokio::time::sleep(REOPEN_DELAY).await;
    }
}

async fn hold_once(channel: &Channel) -> Result<(), Status> {
    let requests = tokio_stream::once(b"hold".to_vec()).chain(tokio_stream::pending());
    let mut messages = streaming(channel, "Bidi", requests).await?;
    if messages.message().await?.is_some() {
        event("held", &[("open", "true".into())]);
    }
    while messages.message().await?.is_some() {}
    Ok(())
}

async fn report_calls(channel: &Channel, kind: &str, every: Option<Duration>) {
    loop {
        report_call(channel, kind).await;
        match every {
            Some(pause) => tokio::time::sleep(pause).await,
            None => return,
        }
    }
}

async fn report_call(channel: &Channel, kind: &str) {
    let (method, count) = match kind {
        "unary" => ("Unary", 1),
        "server-stream" => ("ServerStream", 1),
        "client-stream" => ("ClientStream", STREAMED),
        _ => ("Bidi", STREAMED),
    };
    let begun = Instant::now();
    let calling = receive_all(channel, method, count);
    let (status, received) = match tokio::time::timeout(CALL_TIMEOUT, calling).await {
        Ok(Ok(received)) => (Status::ok(""), received),
        Ok(Err(status)) => (status, Vec::new()),
        Err(_) => (Status::new(Code::DeadlineExceeded, "too late"), Vec::new()),
    };
    let bytes: usize = received.iter().map(Vec::len).sum();
    event(
        "call",
        &[
            ("method", quote(method)),
            ("code", (status.code() as i32).to_string()),
            ("message", quote(status.message())),
            ("messages", received.len().to_string()),
            ("bytes", bytes.to_string()),
            ("ms", format!("{:.3}", begun.elapsed().as_secs_f64() * 1e3)),
        ],
    );
}

async fn receive_all(
    channel: &Channel,
    method: &str,
    count: usize,
) -> Result<Vec<Vec<u8>>, Status> {
    let requests = tokio_stream::iter(std::iter::repeat_n(b"hello".to_vec(), count));
    let mut messages = streaming(channel, method, requests).await?;
    let mut received = Vec::new();
    while let Some(message) = messages.message().await? {
        received.push(message);
    }
    Ok(received)
}

async fn streaming(
    channel: &Channel,
    method: &str,
    requests: impl Stream<Item = Vec<u8>> + Send + 'static,
) -> Result<Streaming<Vec<u8>>, Status> {
    let mut grpc = Grpc::new(channel.clone());
    let ready = grpc.ready().await;
    ready.map_err(|error| Status::unavailable(error.to_string()))?;
    let path = PathAndQuery::try_from(format!("/echo.Echo/{method}")).expect("it is a path");
    let mut request = Request::new(requests);
    let repeat = STREAMED.to_string().parse().expect("it is ASCII");
    request.metadata_mut().insert("x-repeat", repeat);
    Ok(grpc.streaming(request, path, Octets).await?.into_inner())
}
