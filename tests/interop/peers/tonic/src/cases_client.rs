//! Runs an interop case.

use crate::Failure;
use crate::flags::Flags;
use crate::messages::*;
use crate::report::{HEADERS_SENT, RESET_SENT, watch_frames};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::client::Grpc;
use tonic::codec::CompressionEncoding;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::metadata::{MetadataMap, MetadataValue};
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Response, Status, Streaming};
use tonic_prost::ProstCodec;

const REQUEST_SIZES: [i32; 4] = [27_182, 8, 1_828, 45_904];
const RESPONSE_SIZES: [i32; 4] = [31_415, 9, 2_653, 58_979];
const LARGE: (i32, i32) = (271_828, 314_159);

const TEST: &str = "grpc.testing.TestService";
const INITIAL: (&str, &str) = ("x-grpc-test-echo-initial", "test_initial_metadata_value");
const TRAILING: (&str, &[u8]) = ("x-grpc-test-echo-trailing-bin", b"\xab\xab\xab");

pub async fn run(flags: &Flags) -> Result<(), Failure> {
    watch_frames();
    let target = format!(
        "http://{}:{}",
        flags.text("server_host"),
        flags.text("server_port")
    );
    let test = Test {
        channel: Endpoint::from_shared(target)?.connect().await?,
    };
    match flags.text("test_case") {
        "empty_unary" => test.empty_unary().await?,
        "large_unary" => test.large_unary().await?,
        "client_streaming" => test.client_streaming().await?,
        "server_streaming" => test.server_streaming().await?,
        "ping_pong" => test.ping_pong().await?,
        "empty_stream" => {
            assert_sizes(test.duplex(Request::new(tokio_stream::empty())).await?, &[]).await?
        }
        "cancel_after_begin" => test.cancel_after_begin().await?,
        "cancel_after_first_response" => test.cancel_after_first_response().await?,
        "timeout_on_sleeping_server" => test.timeout_on_sleeping_server().await?,
        "status_code_and_message" => test.status("test status message").await?,
        "special_status_message" => {
            test.status("\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n")
                .await?
        }
        "unimplemented_method" => test.unimplemented(TEST).await,
        "unimplemented_service" => {
            test.unimplemented("grpc.testing.UnimplementedService")
                .await
        }
        "custom_metadata" => test.custom_metadata().await?,
        other => return Err(format!("unsupported test case: {other}").into()),
    }
    Ok(())
}

struct Test {
    channel: Channel,
}

impl Test {
    async fn empty_unary(&self) -> Result<(), Failure> {
        let mut grpc = self.ready().await?;
        let request = Request::new(Empty {});
        let codec = ProstCodec::<Empty, Empty>::default();
        grpc.unary(request, path(TEST, "EmptyCall"), codec).await?;
        Ok(())
    }

    async fn large_unary(&self) -> Result<(), Failure> {
        self.unary(Request::new(large())).await?;
        Ok(())
    }

    async fn client_streaming(&self) -> Result<(), Failure> {
        let requests = REQUEST_SIZES.map(|size| InputRequest {
            payload: zeros(size),
        });
        let mut grpc = self.ready().await?;
        let codec = ProstCodec::<InputRequest, InputResponse>::default();
        let request = Request::new(tokio_stream::iter(requests));
        let path = path(TEST, "StreamingInputCall");
        let response = grpc
            .client_streaming(request, path, codec)
            .await?
            .into_inner();
        assert_eq!(response.aggregated_payload_size, 74_922);
        Ok(())
    }

    async fn server_streaming(&self) -> Result<(), Failure> {
        let request = output(&RESPONSE_SIZES, None);
        let mut grpc = self.ready().await?;
        let codec = ProstCodec::<OutputRequest, OutputResponse>::default();
        let path = path(TEST, "StreamingOutputCall");
        let response = grpc
            .server_streaming(Request::new(request), path, codec)
            .await?;
        assert_sizes(response, &RESPONSE_SIZES).await
    }

    async fn ping_pong(&self) -> Result<(), Failure> {
        let (sender, requests) = mpsc::channel(1);
        let mut pairs = REQUEST_SIZES.into_iter().zip(RESPONSE_SIZES);
        let (request_size, size) = pairs.next().expect("there are four");
        sender.send(output(&[size], Some(request_size))).await?;
        let request = Request::new(ReceiverStream::new(requests));
        let mut responses = self.duplex(request).await?.into_inner();
        assert_zeros(responses.message().await?, size);
        for (request_size, size) in pairs {
            sender.send(output(&[size], Some(request_size))).await?;
            assert_zeros(responses.message().await?, size);
        }
        drop(sender);
        assert!(responses.message().await?.is_none());
        Ok(())
    }

    async fn cancel_after_begin(&self) -> Result<(), Failure> {
        let mut grpc = self.ready().await?;
        let call = tokio::spawn(async move {
            let codec = ProstCodec::<InputRequest, InputResponse>::default();
            let request = Request::new(tokio_stream::pending());
            grpc.client_streaming(request, path(TEST, "StreamingInputCall"), codec)
                .await
        });
        HEADERS_SENT.notified().await;
        call.abort();
        assert!(call.await.is_err_and(|error| error.is_cancelled()));
        RESET_SENT.notified().await;
        Ok(())
    }

    /// A stream is reset once both of its directions are dropped, so the server has to be busy then.
    async fn cancel_after_first_response(&self) -> Result<(), Failure> {
        let (sender, requests) = mpsc::channel(2);
        sender.send(output(&[31_415], Some(27_182))).await?;
        let request = Request::new(ReceiverStream::new(requests));
        let mut responses = self.duplex(request).await?.into_inner();
        assert_zeros(responses.message().await?, 31_415);
        let mut never = output(&[1], None);
        never.response_parameters[0].interval_us = 60_000_000;
        sender.send(never).await?;
        drop((sender, responses));
        RESET_SENT.notified().await;
        Ok(())
    }

    async fn timeout_on_sleeping_server(&self) -> Result<(), Failure> {
        let (sender, requests) = mpsc::channel(1);
        sender.send(output(&[], Some(27_182))).await?;
        let mut request = Request::new(ReceiverStream::new(requests));
        request.set_timeout(Duration::from_millis(1));
        let failed = async {
            let mut responses = self.duplex(request).await?.into_inner();
            responses.message().await
        };
        let code = failed.await.expect_err("it is late").code();
        assert!(
            matches!(code, Code::DeadlineExceeded | Code::Cancelled),
            "{code}"
        );
        Ok(())
    }

    async fn status(&self, message: &str) -> Result<(), Failure> {
        let response_status = Some(EchoStatus {
            code: 2,
            message: message.into(),
        });
        let mut request = large();
        request.response_status = response_status.clone();
        let status = self
            .unary(Request::new(request))
            .await
            .expect_err("it fails");
        assert_eq!((status.code(), status.message()), (Code::Unknown, message));
        let mut request = output(&[], None);
        request.response_status = response_status;
        let failed = async {
            let requests = Request::new(tokio_stream::once(request));
            self.duplex(requests).await?.into_inner().message().await
        };
        let status = failed.await.expect_err("it fails");
        assert_eq!((status.code(), status.message()), (Code::Unknown, message));
        Ok(())
    }

    async fn unimplemented(&self, service: &str) {
        let failed = async {
            let mut grpc = self.ready().await?;
            let codec = ProstCodec::<Empty, Empty>::default();
            let path = path(service, "UnimplementedCall");
            grpc.unary(Request::new(Empty {}), path, codec).await
        };
        let status = failed.await.expect_err("it is not there");
        assert_eq!(status.code(), Code::Unimplemented);
    }

    async fn custom_metadata(&self) -> Result<(), Failure> {
        let response = self.unary(with_metadata(large())).await?;
        assert_echo(response.metadata());
        let requests = tokio_stream::once(output(&[LARGE.1], Some(LARGE.0)));
        let response = self.duplex(with_metadata(requests)).await?;
        assert_eq!(
            response.metadata().get(INITIAL.0).expect("it is echoed"),
            INITIAL.1
        );
        let mut messages = response.into_inner();
        assert_zeros(messages.message().await?, LARGE.1);
        assert!(messages.message().await?.is_none());
        let trailers = messages.trailers().await?.expect("there are trailers");
        let trailing = trailers.get_bin(TRAILING.0).expect("it is echoed");
        assert_eq!(trailing.to_bytes()?, TRAILING.1);
        Ok(())
    }

    async fn unary(
        &self,
        request: Request<SimpleRequest>,
    ) -> Result<Response<SimpleResponse>, Status> {
        let mut grpc = self.ready().await?;
        let codec = ProstCodec::<SimpleRequest, SimpleResponse>::default();
        let response = grpc.unary(request, path(TEST, "UnaryCall"), codec).await?;
        let payload = response.get_ref().payload.clone();
        assert_zeros(Some(OutputResponse { payload }), LARGE.1);
        Ok(response)
    }

    async fn duplex(
        &self,
        request: Request<impl tokio_stream::Stream<Item = OutputRequest> + Send + 'static>,
    ) -> Result<Response<Streaming<OutputResponse>>, Status> {
        let mut grpc = self.ready().await?;
        let codec = ProstCodec::<OutputRequest, OutputResponse>::default();
        grpc.streaming(request, path(TEST, "FullDuplexCall"), codec)
            .await
    }

    async fn ready(&self) -> Result<Grpc<Channel>, Status> {
        let mut grpc = Grpc::new(self.channel.clone()).accept_compressed(CompressionEncoding::Gzip);
        let ready = grpc.ready().await;
        ready.map_err(|error| Status::unavailable(error.to_string()))?;
        Ok(grpc)
    }
}

fn path(service: &str, method: &str) -> PathAndQuery {
    PathAndQuery::try_from(format!("/{service}/{method}")).expect("it is a path")
}

fn large() -> SimpleRequest {
    SimpleRequest {
        response_size: LARGE.1,
        payload: zeros(LARGE.0),
        response_status: None,
    }
}

fn output(sizes: &[i32], request_size: Option<i32>) -> OutputRequest {
    let parameters = sizes.iter().map(|&size| ResponseParameters {
        size,
        interval_us: 0,
    });
    OutputRequest {
        response_parameters: parameters.collect(),
        payload: request_size.and_then(zeros),
        response_status: None,
    }
}

fn with_metadata<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    let metadata = request.metadata_mut();
    metadata.insert(INITIAL.0, INITIAL.1.parse().expect("it is ASCII"));
    metadata.insert_bin(TRAILING.0, MetadataValue::from_bytes(TRAILING.1));
    request
}

/// A unary call has its trailing metadata among the rest.
fn assert_echo(metadata: &MetadataMap) {
    assert_eq!(metadata.get(INITIAL.0).expect("it is echoed"), INITIAL.1);
    let trailing = metadata.get_bin(TRAILING.0).expect("it is echoed");
    assert_eq!(trailing.to_bytes().expect("it is base64"), TRAILING.1);
}

fn assert_zeros(response: Option<OutputResponse>, size: i32) {
    let body = response
        .and_then(|response| response.payload)
        .unwrap_or_default()
        .body;
    assert_eq!(body.len(), size as usize);
    assert!(body.iter().all(|&octet| octet == 0));
}

async fn assert_sizes(
    response: Response<Streaming<OutputResponse>>,
    sizes: &[i32],
) -> Result<(), Failure> {
    let mut messages = response.into_inner();
    for &size in sizes {
        assert_zeros(messages.message().await?, size);
    }
    assert!(messages.message().await?.is_none());
    Ok(())
}
