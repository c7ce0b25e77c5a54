//! Latencies and their percentiles.

use crate::job::Done;
use std::time::{Duration, Instant};

/// What was counted since `start`.
pub fn done(start: Instant, mut latencies: Vec<Duration>) -> Done {
    let milliseconds = start.elapsed().as_secs_f64() * 1e3;
    latencies.sort_unstable();
    let microseconds = |quantile: f64| {
        let index = (latencies.len() as f64 * quantile) as usize;
        latencies[index.min(latencies.len() - 1)].as_secs_f64() * 1e6
    };
    Done {
        count: latencies.len(),
        milliseconds,
        p50: microseconds(0.5),
        p99: microseconds(0.99),
        p999: microseconds(0.999),
    }
}
