//! Services without generated code: each method is a function of a stream to a stream.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use tonic::body::Body;
use tonic::codec::{Codec, CompressionEncoding};
use tonic::codegen::{BoxFuture, Service, http};
use tonic::{Request, Response, Status, Streaming};

/// What a method answers.
pub type Messages<M> = Pin<Box<dyn tokio_stream::Stream<Item = Result<M, Status>> + Send>>;

/// A method's result.
pub type Answer<M> = Result<Response<Messages<M>>, Status>;

/// What takes requests, as tonic's router wants it.
pub type Handling = BoxFuture<http::Response<Body>, Infallible>;

/// Answers a request with a function of the messages in it.
pub async fn answer<C, F, Fut>(
    codec: C,
    request: http::Request<Body>,
    method: F,
) -> Result<http::Response<Body>, Infallible>
where
    C: Codec,
    F: FnMut(Request<Streaming<C::Decode>>) -> Fut + Send,
    Fut: Future<Output = Answer<C::Encode>> + Send + 'static,
{
    let mut grpc = tonic::server::Grpc::new(codec).accept_compressed(CompressionEncoding::Gzip);
    Ok(grpc.streaming(Method(method), request).await)
}

/// Answers that there is no such method.
pub fn unimplemented() -> Result<http::Response<Body>, Infallible> {
    Ok(Status::unimplemented("no such method").into_http())
}

struct Method<F>(F);

impl<F, Fut, Q, P> Service<Request<Streaming<Q>>> for Method<F>
where
    F: FnMut(Request<Streaming<Q>>) -> Fut,
    Fut: Future<Output = Answer<P>> + Send + 'static,
{
    type Response = Response<Messages<P>>;
    type Error = Status;
    type Future = BoxFuture<Self::Response, Status>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Status>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Streaming<Q>>) -> Self::Future {
        Box::pin((self.0)(request))
    }
}

/// Makes a service of a function, with the name that its paths begin with.
#[macro_export]
macro_rules! service {
    ($type:ident, $name:literal, $handle:path) => {
        #[derive(Clone)]
        struct $type;

        impl tonic::server::NamedService for $type {
            const NAME: &'static str = $name;
        }

        impl tonic::codegen::Service<tonic::codegen::http::Request<tonic::body::Body>> for $type {
            type Response = tonic::codegen::http::Response<tonic::body::Body>;
            type Error = std::convert::Infallible;
            type Future = $crate::service::Handling;

            fn poll_ready(
                &mut self,
                _: &mut std::task::Context<'_>,
            ) -> std::task::Poll<Result<(), Self::Error>> {
                std::task::Poll::Ready(Ok(()))
            }

            fn call(
                &mut self,
                request: tonic::codegen::http::Request<tonic::body::Body>,
            ) -> Self::Future {
                Box::pin($handle(request))
            }
        }
    };
}
