//! Serves grpc.testing.TestService; the methods that are left out are UNIMPLEMENTED.

use crate::flags::Flags;
use crate::messages::*;
use crate::service::{Answer, Messages, answer, unimplemented};
use crate::{Failure, service};
use std::convert::Infallible;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::{ReceiverStream, TcpListenerStream};
use tonic::body::Body;
use tonic::codegen::http;
use tonic::metadata::MetadataMap;
use tonic::transport::Server;
use tonic::{Code, Request, Response, Status, Streaming};
use tonic_prost::ProstCodec;

const INITIAL_KEY: &str = "x-grpc-test-echo-initial";
const TRAILING_KEY: &str = "x-grpc-test-echo-trailing-bin";

service!(TestService, "grpc.testing.TestService", handle);

pub async fn serve(flags: &Flags) -> Result<(), Failure> {
    let listener = TcpListener::bind(("127.0.0.1", flags.number("port") as u16)).await?;
    eprintln!("listening on {}", listener.local_addr()?);
    let incoming = TcpListenerStream::new(listener);
    let server = Server::builder().add_service(TestService);
    Ok(server.serve_with_incoming(incoming).await?)
}

async fn handle(request: http::Request<Body>) -> Result<http::Response<Body>, Infallible> {
    match request.uri().path().rsplit('/').next() {
        Some("EmptyCall") => answer(ProstCodec::default(), request, empty_call).await,
        Some("UnaryCall") => answer(ProstCodec::default(), request, unary_call).await,
        Some("StreamingInputCall") => answer(ProstCodec::default(), request, input_call).await,
        Some("StreamingOutputCall" | "FullDuplexCall") => {
            answer(ProstCodec::default(), request, output_call).await
        }
        _ => unimplemented(),
    }
}

async fn empty_call(request: Request<Streaming<Empty>>) -> Answer<Empty> {
    let mut messages = request.into_inner();
    messages.message().await?;
    one(Empty {}, &MetadataMap::new())
}

async fn unary_call(request: Request<Streaming<SimpleRequest>>) -> Answer<SimpleResponse> {
    let (metadata, _, mut messages) = request.into_parts();
    let first = messages.message().await?.unwrap_or_default();
    echo_status(first.response_status)?;
    let payload = zeros(first.response_size);
    one(SimpleResponse { payload }, &metadata)
}

async fn input_call(request: Request<Streaming<InputRequest>>) -> Answer<InputResponse> {
    let mut messages = request.into_inner();
    let mut size = 0;
    while let Some(message) = messages.message().await? {
        size += message.payload.map_or(0, |payload| payload.body.len());
    }
    let aggregated_payload_size = i32::try_from(size).unwrap_or(i32::MAX);
    one(
        InputResponse {
            aggregated_payload_size,
        },
        &MetadataMap::new(),
    )
}

async fn output_call(request: Request<Streaming<OutputRequest>>) -> Answer<OutputResponse> {
    let (metadata, _, messages) = request.into_parts();
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        if let Err(status) = respond(messages, &sender).await {
            sender.send(Err(status)).await.ok();
        }
    });
    echo(Box::pin(ReceiverStream::new(receiver)), &metadata)
}

/// Sends the responses to all requests, as long as somebody takes them.
async fn respond(
    mut messages: Streaming<OutputRequest>,
    sender: &mpsc::Sender<Result<OutputResponse, Status>>,
) -> Result<(), Status> {
    while let Some(request) = messages.message().await? {
        echo_status(request.response_status)?;
        for ResponseParameters { size, interval_us } in request.response_parameters {
            let interval = u64::try_from(interval_us).unwrap_or_default();
            tokio::time::sleep(Duration::from_micros(interval)).await;
            let payload = zeros(size);
            let sent = sender.send(Ok(OutputResponse { payload })).await;
            sent.map_err(|_| Status::cancelled("nobody takes responses"))?;
        }
    }
    Ok(())
}

fn one<M: Send + 'static>(message: M, metadata: &MetadataMap) -> Answer<M> {
    echo(Box::pin(tokio_stream::once(Ok(message))), metadata)
}

/// Echoes the one key as initial, the other as trailing metadata: only a status takes that.
fn echo<M: Send + 'static>(messages: Messages<M>, metadata: &MetadataMap) -> Answer<M> {
    let mut trailers = MetadataMap::new();
    if let Some(value) = metadata.get_bin(TRAILING_KEY) {
        trailers.insert_bin(TRAILING_KEY, value.clone());
    }
    let messages: Messages<M> = if trailers.is_empty() {
        messages
    } else {
        let end = Err(Status::with_metadata(Code::Ok, "", trailers));
        Box::pin(messages.chain(tokio_stream::once(end)))
    };
    let mut response = Response::new(messages);
    if let Some(value) = metadata.get(INITIAL_KEY) {
        response.metadata_mut().insert(INITIAL_KEY, value.clone());
    }
    Ok(response)
}

fn echo_status(status: Option<EchoStatus>) -> Result<(), Status> {
    match status {
        Some(EchoStatus { code, message }) if code != 0 => {
            Err(Status::new(Code::from(code), message))
        }
        _ => Ok(()),
    }
}
