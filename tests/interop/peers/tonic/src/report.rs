//! Reports, one JSON object a line, and the frames that h2 tells its log of.

use std::fmt::{Debug, Write};
use std::sync::LazyLock;
use std::time::Instant;
use tokio::sync::Notify;
use tracing_core::field::{Field, Visit};
use tracing_core::span::{Attributes, Id, Record};
use tracing_core::{Dispatch, Event, Level, Metadata, Subscriber};

static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);

/// A HEADERS frame was sent.
pub static HEADERS_SENT: Notify = Notify::const_new();

/// A RST_STREAM frame was sent.
pub static RESET_SENT: Notify = Notify::const_new();

/// A GOAWAY frame was received.
pub static GOAWAY_RECEIVED: Notify = Notify::const_new();

/// Prints an event; `fields` are names with values that are JSON.
pub fn event(kind: &str, fields: &[(&str, String)]) {
    let at = STARTED.elapsed().as_secs_f64() * 1e3;
    let mut line = format!("{{\"type\":{},\"at\":{at:.3}", quote(kind));
    for (name, value) in fields {
        write!(line, ",{}:{value}", quote(name)).expect("strings take all");
    }
    println!("{line}}}");
}

/// Text as JSON.
pub fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c < ' ' => write!(quoted, "\\u{:04x}", c as u32).expect("strings take all"),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Reports the PING and GOAWAY frames of all connections.
pub fn watch_frames() {
    LazyLock::force(&STARTED);
    tracing_core::dispatcher::set_global_default(Dispatch::new(Frames))
        .expect("there is no other subscriber");
}

struct Frames;

impl Subscriber for Frames {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event()
            && *metadata.level() == Level::DEBUG
            && metadata.target().starts_with("h2::codec")
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line::default();
        event.record(&mut line);
        let from = match line.message.as_str() {
            "received" => "peer",
            "send" => "self",
            _ => return,
        };
        report_frame(from, &line.frame);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[derive(Default)]
struct Line {
    message: String,
    frame: String,
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            "message" => self.message = format!("{value:?}"),
            "frame" => self.frame = format!("{value:?}"),
            _ => {}
        }
    }
}

/// Reads what h2 prints of a frame, as `GoAway { error_code: NO_ERROR, … }`.
fn report_frame(from: &str, frame: &str) {
    let sender = ("from", quote(from));
    let kind = frame.split([' ', '(']).next().unwrap_or_default();
    match (kind, from) {
        ("Headers", "self") => HEADERS_SENT.notify_one(),
        ("Reset", "self") => RESET_SENT.notify_one(),
        ("Ping", _) if frame.contains("ack: true") => event("pong", &[sender]),
        ("Ping", _) => event("ping", &[sender]),
        ("GoAway", _) => {
            let debug = between(frame, "debug_data: b\"", "\"");
            event(
                "goaway",
                &[
                    sender,
                    (
                        "code",
                        code_of(between(frame, "error_code: ", ",")).to_string(),
                    ),
                    ("lastStreamId", between(frame, "StreamId(", ")").to_owned()),
                    ("debug", quote(debug)),
                ],
            );
            if from == "peer" {
                GOAWAY_RECEIVED.notify_one();
            }
        }
        _ => {}
    }
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split_once(before).map_or("", |(_, rest)| rest);
    rest.split_once(after).map_or(rest, |(found, _)| found)
}

/// RFC 9113 section 7; those that peers here send.
fn code_of(name: &str) -> i64 {
    match name {
        "NO_ERROR" => 0,
        "PROTOCOL_ERROR" => 1,
        "INTERNAL_ERROR" => 2,
        "ENHANCE_YOUR_CALM" => 11,
        _ => -1,
    }
}
