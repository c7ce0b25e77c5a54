//! Does the jobs that come as lines, each answered with a line.

use crate::Failure;
use crate::job::{Done, Job, Transfer, Unary};
use crate::latencies::done;
use crate::octets::Octets;
use bytes::{BufMut, Bytes, BytesMut};
use futures_util::stream;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, BufReader, stdin};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_stream::wrappers::ReceiverStream;
use tonic::client::Grpc;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::metadata::{Ascii, MetadataKey};
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint};
use tonic::{Request, Status};

pub async fn work(target: &str, authority: Option<&str>) -> Result<(), Failure> {
    let endpoint = endpoint(target, authority)?;
    let channel = endpoint.connect().await?;
    let mut lines = BufReader::new(stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        let done = perform(&endpoint, &channel, serde_json::from_str(&line)?).await?;
        println!("{}", serde_json::to_string(&done)?);
    }
    Ok(())
}

fn endpoint(target: &str, authority: Option<&str>) -> Result<Endpoint, Failure> {
    let Some(authority) = authority else {
        return Ok(Endpoint::from_shared(format!("http://{target}"))?);
    };
    let tls = ClientTlsConfig::new()
        .domain_name("localhost")
        .ca_certificate(Certificate::from_pem(std::fs::read(authority)?));
    Ok(Endpoint::from_shared(format!("https://{target}"))?.tls_config(tls)?)
}

async fn perform(endpoint: &Endpoint, channel: &Channel, job: Job) -> Result<Done, Failure> {
    let start = Instant::now();
    let latencies = match job {
        Job::Unary(job) => call_again(channel, job).await?,
        Job::Burst { calls } => call_at_once(channel, calls).await?,
        Job::Connect { milliseconds } => connect_again(endpoint, milliseconds).await?,
        Job::Bidi { milliseconds, size } => send_and_wait(channel, milliseconds, size).await?,
        Job::Download(job) => return transfer(job, start, || download(channel.clone(), job)).await,
        Job::Upload(job) => return transfer(job, start, || upload(channel.clone(), job)).await,
    };
    Ok(done(start, latencies))
}

async fn call_again(channel: &Channel, job: Unary) -> Result<Vec<Duration>, Failure> {
    let end = Instant::now() + Duration::from_millis(job.milliseconds);
    let mut callers = JoinSet::new();
    for _ in 0..job.concurrency {
        let channel = channel.clone();
        callers.spawn(async move {
            let mut latencies = Vec::new();
            let mut at = Instant::now();
            while at < end {
                call(&channel, job.size, job.metadata).await?;
                let now = Instant::now();
                latencies.push(now - at);
                at = now;
            }
            Ok(latencies)
        });
    }
    gather(callers).await
}

async fn call_at_once(channel: &Channel, calls: usize) -> Result<Vec<Duration>, Failure> {
    let start = Instant::now();
    let mut callers = JoinSet::new();
    for _ in 0..calls {
        let channel = channel.clone();
        callers.spawn(async move {
            call(&channel, 32, 0).await?;
            Ok(vec![start.elapsed()])
        });
    }
    gather(callers).await
}

async fn gather(
    mut callers: JoinSet<Result<Vec<Duration>, Status>>,
) -> Result<Vec<Duration>, Failure> {
    let mut all = Vec::new();
    while let Some(latencies) = callers.join_next().await {
        all.extend(latencies??);
    }
    Ok(all)
}

async fn connect_again(endpoint: &Endpoint, milliseconds: u64) -> Result<Vec<Duration>, Failure> {
    let end = Instant::now() + Duration::from_millis(milliseconds);
    let mut latencies = Vec::new();
    while latencies.is_empty() || Instant::now() < end {
        let start = Instant::now();
        call(&endpoint.connect().await?, 32, 0).await?;
        latencies.push(start.elapsed());
    }
    Ok(latencies)
}

async fn send_and_wait(
    channel: &Channel,
    milliseconds: u64,
    size: usize,
) -> Result<Vec<Duration>, Failure> {
    let (requests, queue) = mpsc::channel(1);
    let mut grpc = ready(channel).await?;
    let request = Request::new(ReceiverStream::new(queue));
    let answer = grpc
        .streaming(request, path("/echo.Echo/Bidi"), Octets)
        .await?;
    let mut responses = answer.into_inner();
    let message = Bytes::from(vec![0; size]);
    let end = Instant::now() + Duration::from_millis(milliseconds);
    let mut latencies = Vec::new();
    let mut at = Instant::now();
    while at < end {
        requests.send(message.clone()).await?;
        let octets = responses.message().await?.map_or(0, |answer| answer.len());
        check(octets, size)?;
        let now = Instant::now();
        latencies.push(now - at);
        at = now;
    }
    Ok(latencies)
}

async fn call(channel: &Channel, size: usize, metadata: usize) -> Result<(), Status> {
    let mut request = Request::new(Bytes::from(vec![0; size]));
    for field in 0..metadata {
        let name = format!("x-field-{field}");
        let name: MetadataKey<Ascii> = name.parse().expect("it is a name");
        let value = format!("value-{field}").parse().expect("it is ASCII");
        request.metadata_mut().insert(name, value);
    }
    let mut grpc = ready(channel).await?;
    let answer = grpc
        .unary(request, path("/echo.Echo/Unary"), Octets)
        .await?;
    check(answer.into_inner().len(), size)
}

async fn transfer<F>(job: Transfer, start: Instant, one: impl Fn() -> F) -> Result<Done, Failure>
where
    F: Future<Output = Result<(), Status>> + Send + 'static,
{
    let mut streams = JoinSet::new();
    for _ in 0..job.streams {
        streams.spawn(one());
    }
    while let Some(ended) = streams.join_next().await {
        ended??;
    }
    Ok(Done {
        count: job.messages as usize * job.streams as usize,
        milliseconds: start.elapsed().as_secs_f64() * 1e3,
        p50: 0.0,
        p99: 0.0,
        p999: 0.0,
    })
}

async fn download(channel: Channel, job: Transfer) -> Result<(), Status> {
    let mut request = BytesMut::with_capacity(8);
    request.put_u32(job.messages);
    request.put_u32(job.size);
    let mut grpc = ready(&channel).await?;
    let request = Request::new(request.freeze());
    let answer = grpc
        .server_streaming(request, path("/echo.Echo/Download"), Octets)
        .await?;
    let mut responses = answer.into_inner();
    let mut octets = 0;
    while let Some(response) = responses.message().await? {
        octets += response.len();
    }
    check(octets, job.messages as usize * job.size as usize)
}

async fn upload(channel: Channel, job: Transfer) -> Result<(), Status> {
    let message = Bytes::from(vec![0; job.size as usize]);
    let requests = stream::iter((0..job.messages).map(move |_| message.clone()));
    let mut grpc = ready(&channel).await?;
    let request = Request::new(requests);
    grpc.client_streaming(request, path("/echo.Echo/Upload"), Octets)
        .await?;
    Ok(())
}

async fn ready(channel: &Channel) -> Result<Grpc<Channel>, Status> {
    let mut grpc = Grpc::new(channel.clone());
    let ready = grpc.ready().await;
    ready.map_err(|error| Status::unavailable(error.to_string()))?;
    Ok(grpc)
}

fn path(path: &'static str) -> PathAndQuery {
    PathAndQuery::from_static(path)
}

fn check(octets: usize, expected: usize) -> Result<(), Status> {
    if octets == expected {
        return Ok(());
    }
    Err(Status::internal(format!(
        "received {octets} octets of {expected}"
    )))
}
