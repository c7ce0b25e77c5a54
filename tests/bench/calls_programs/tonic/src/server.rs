//! The echo service.

use crate::Failure;
use crate::octets::Octets;
use bytes::{Buf, Bytes};
use futures_util::stream;
use std::convert::Infallible;
use std::task::{Context, Poll};
use tokio::net::TcpListener;
use tonic::body::Body;
use tonic::codegen::{BoxFuture, Service, http};
use tonic::server::{Grpc, NamedService};
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Identity, Server, ServerTlsConfig};
use tonic::{Request, Response, Status, Streaming};
use tower::service_fn;

pub async fn serve(tls: Option<(&str, &str)>) -> Result<(), Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut server = Server::builder();
    if let Some((certificate, key)) = tls {
        let identity = Identity::from_pem(std::fs::read(certificate)?, std::fs::read(key)?);
        server = server.tls_config(ServerTlsConfig::new().identity(identity))?;
    }
    println!("{{\"port\":{}}}", listener.local_addr()?.port());
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    Ok(server
        .add_service(Echo)
        .serve_with_incoming(incoming)
        .await?)
}

#[derive(Clone)]
struct Echo;

impl NamedService for Echo {
    const NAME: &'static str = "echo.Echo";
}

impl Service<http::Request<Body>> for Echo {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        Box::pin(handle(request))
    }
}

async fn handle(request: http::Request<Body>) -> Result<http::Response<Body>, Infallible> {
    let mut grpc = Grpc::new(Octets);
    Ok(match request.uri().path() {
        "/echo.Echo/Unary" => grpc.unary(service_fn(echo), request).await,
        "/echo.Echo/Download" => grpc.server_streaming(service_fn(download), request).await,
        "/echo.Echo/Upload" => grpc.client_streaming(service_fn(upload), request).await,
        "/echo.Echo/Bidi" => grpc.streaming(service_fn(mirror), request).await,
        _ => Status::unimplemented("no such method").into_http(),
    })
}

async fn echo(request: Request<Bytes>) -> Result<Response<Bytes>, Status> {
    Ok(Response::new(request.into_inner()))
}

async fn download(
    request: Request<Bytes>,
) -> Result<Response<impl futures_util::Stream<Item = Result<Bytes, Status>>>, Status> {
    let mut request = request.into_inner();
    let messages = request.get_u32();
    let message = Bytes::from(vec![0; request.get_u32() as usize]);
    Ok(Response::new(stream::iter(
        (0..messages).map(move |_| Ok(message.clone())),
    )))
}

async fn upload(request: Request<Streaming<Bytes>>) -> Result<Response<Bytes>, Status> {
    let mut messages = request.into_inner();
    let mut octets = 0;
    while let Some(message) = messages.message().await? {
        octets += message.len();
    }
    Ok(Response::new(Bytes::from(vec![0; octets.min(1)])))
}

async fn mirror(request: Request<Streaming<Bytes>>) -> Result<Response<Streaming<Bytes>>, Status> {
    Ok(Response::new(request.into_inner()))
}
