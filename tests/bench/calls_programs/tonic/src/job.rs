//! What jobs.ts says that a client is asked, and what it answers.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Job {
    Unary(Unary),
    Burst { calls: usize },
    Connect { milliseconds: u64 },
    Bidi { milliseconds: u64, size: usize },
    Download(Transfer),
    Upload(Transfer),
}

#[derive(Clone, Copy, Deserialize)]
pub struct Unary {
    pub concurrency: usize,
    pub milliseconds: u64,
    #[serde(default = "unary_length")]
    pub size: usize,
    #[serde(default)]
    pub metadata: usize,
}

#[derive(Clone, Copy, Deserialize)]
pub struct Transfer {
    pub messages: u32,
    pub size: u32,
    #[serde(default = "one")]
    pub streams: u32,
}

#[derive(Serialize)]
pub struct Done {
    pub count: usize,
    pub milliseconds: f64,
    pub p50: f64,
    pub p99: f64,
    pub p999: f64,
}

fn unary_length() -> usize {
    32
}

fn one() -> u32 {
    1
}
