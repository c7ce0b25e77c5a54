//! Serves the echo service and reports.

use crate::flags::Flags;
use crate::octets::Octets;
use crate::report::{event, watch_frames};
use crate::service::{Answer, answer, unimplemented};
use crate::{Failure, service};
use std::convert::Infallible;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_stream::StreamExt;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::body::Body;
use tonic::codegen::http;
use tonic::transport::Server;
use tonic::{Request, Response, Status, Streaming};

/// Bounds the graceful stop, so that a client that never leaves cannot hold the process.
const STOP_GRACE: Duration = Duration::from_secs(2);

const DEFAULT_REPEAT: usize = 10;

service!(Echo, "echo.Echo", handle);

pub async fn serve(flags: &Flags) -> Result<(), Failure> {
    watch_frames();
    let listener = TcpListener::bind(("127.0.0.1", flags.number("port") as u16)).await?;
    let mut server = Server::builder()
        .tcp_nodelay(true)
        .http2_keepalive_interval(flags.duration("keepalive-time"))
        .http2_keepalive_timeout(flags.duration("keepalive-timeout"));
    if let Some(age) = flags.duration("max-connection-age") {
        server = server.max_connection_age(age);
    }
    if let Some(grace) = flags.duration("max-connection-age-grace") {
        server = server.max_connection_age_grace(grace);
    }
    event(
        "listening",
        &[("port", listener.local_addr()?.port().to_string())],
    );
    let mut stop = signal(SignalKind::terminate())?;
    let (told, stopping) = tokio::sync::oneshot::channel::<()>();
    let serving = server.add_service(Echo).serve_with_incoming_shutdown(
        TcpListenerStream::new(listener),
        async move {
            stop.recv().await;
            told.send(()).ok();
        },
    );
    tokio::select! {
        result = serving => result?,
        () = async { stopping.await.ok(); tokio::time::sleep(STOP_GRACE).await } => {}
    }
    event("stopped", &[]);
    Ok(())
}

async fn handle(request: http::Request<Body>) -> Result<http::Response<Body>, Infallible> {
    match request.uri().path() {
        "/echo.Echo/Unary" | "/echo.Echo/Bidi" => answer(Octets, request, mirror).await,
        "/echo.Echo/ServerStream" => answer(Octets, request, repeat).await,
        "/echo.Echo/ClientStream" => answer(Octets, request, gather).await,
        _ => unimplemented(),
    }
}

/// Answers each message with itself.
async fn mirror(request: Request<Streaming<Vec<u8>>>) -> Answer<Vec<u8>> {
    Ok(Response::new(Box::pin(request.into_inner())))
}

/// Answers one message many times.
async fn repeat(request: Request<Streaming<Vec<u8>>>) -> Answer<Vec<u8>> {
    let asked = request.metadata().get("x-repeat");
    let count = asked
        .and_then(|value| value.to_str().ok()?.parse().ok())
        .unwrap_or(DEFAULT_REPEAT);
    let message = one(request).await?;
    let messages = std::iter::repeat_n(Ok(message), count);
    Ok(Response::new(Box::pin(tokio_stream::iter(messages))))
}

/// Answers once, with all that came.
async fn gather(request: Request<Streaming<Vec<u8>>>) -> Answer<Vec<u8>> {
    let mut messages = request.into_inner();
    let mut all = Vec::new();
    while let Some(message) = messages.message().await? {
        all.extend(message);
    }
    Ok(Response::new(Box::pin(tokio_stream::once(Ok(all)))))
}

async fn one(request: Request<Streaming<Vec<u8>>>) -> Result<Vec<u8>, Status> {
    let first = request.into_inner().next().await;
    first.unwrap_or_else(|| Err(Status::invalid_argument("no message")))
}
