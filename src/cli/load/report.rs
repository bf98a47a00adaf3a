//! What `kehou load` prints (报告).
//!
//! Start at [`Report::new`].

use std::fmt;

use serde::Serialize;

use super::member::Sum;

/// The parts of a turn, as `/metrics` names them, and what they are.
const PARTS: [(&str, &str); 5] = [
    ("open", "crypto: verify, decrypt"),
    ("load", "store: load"),
    ("step", "understanding, flow and rules"),
    ("commit", "store: durable commit"),
    ("answer", "crypto: encrypt, sign"),
];

/// The figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Report {
    connections: u32,
    seconds: u32,
    rate_wanted: Option<u32>,
    requests: usize,
    pub(super) errors: u64,
    requests_per_second: f64,
    p50_ms: f64,
    p99_ms: f64,
    max_ms: f64,
    parts: Vec<Part>,
}

/// One part of a turn, on average.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Part {
    name: &'static str,
    what: &'static str,
    microseconds: f64,
    share: f64,
}

impl Report {
    /// - `figures`: what `/metrics` shows.
    pub(super) fn new(
        connections: u32,
        seconds: u32,
        rate_wanted: Option<u32>,
        sums: Vec<Sum>,
        figures: &str,
    ) -> Self {
        let errors = sums.iter().map(|sum| sum.errors).sum();
        let mut micros: Vec<u64> = sums.into_iter().flat_map(|sum| sum.micros).collect();
        micros.sort_unstable();
        let at = |percent: usize| {
            let place = (micros.len() * percent / 100).min(micros.len().saturating_sub(1));
            millis(micros.get(place).copied().unwrap_or(0))
        };
        let requests = micros.len();
        Self {
            connections,
            seconds,
            rate_wanted,
            requests,
            errors,
            requests_per_second: count(requests) / f64::from(seconds),
            p50_ms: at(50),
            p99_ms: at(99),
            max_ms: at(100),
            parts: parts(figures),
        }
    }
}

fn parts(figures: &str) -> Vec<Part> {
    let averages = PARTS.map(|(name, what)| {
        let figure = |kind: &str| {
            let start = format!("kehou_turn_seconds_{kind}{{part=\"{name}\"}} ");
            let found = figures.lines().find_map(|line| line.strip_prefix(&start)?.parse::<f64>().ok());
            found.unwrap_or(0.0)
        };
        (name, what, figure("sum") / figure("count").max(1.0) * 1e6)
    });
    let sum: f64 = averages.iter().map(|(_, _, micros)| micros).sum();
    let part =
        |(name, what, microseconds)| Part { name, what, microseconds, share: microseconds / sum.max(1.0) };
    averages.map(part).into()
}

fn millis(micros: u64) -> f64 {
    std::time::Duration::from_micros(micros).as_secs_f64() * 1e3
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wanted = self.rate_wanted.map(|rate| format!(" (wanted {rate})")).unwrap_or_default();
        writeln!(
            f,
            "{} connections, {} s: {:.0} callbacks/s{wanted}, {} errors",
            self.connections, self.seconds, self.requests_per_second, self.errors
        )?;
        writeln!(f, "p50 {:.1} ms, p99 {:.1} ms, slowest {:.1} ms", self.p50_ms, self.p99_ms, self.max_ms)?;
        writeln!(f, "one callback on average, by the clock on the wall (waiting included):")?;
        for part in &self.parts {
            let (percent, micros) = (part.share * 100.0, part.microseconds);
            writeln!(f, "  {:<7} {micros:>8.0} µs {percent:>5.1} %  {}", part.name, part.what)?;
        }
        writeln!(f, "The load generator and the simulated WeCom ran on the same cores as kehou.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_counts_and_shares() {
        let figures = "kehou_turn_seconds_sum{part=\"step\"} 0.03\nkehou_turn_seconds_count{part=\"step\"} 100\n\
                       kehou_turn_seconds_sum{part=\"commit\"} 0.01\nkehou_turn_seconds_count{part=\"commit\"} 100\n";
        let sums = vec![
            Sum { micros: (1..=50).map(|n| n * 1_000).collect(), errors: 1 },
            Sum { micros: (51..=100).map(|n| n * 1_000).collect(), errors: 0 },
        ];
        let report = Report::new(2, 10, Some(20), sums, figures);
        assert_eq!((report.requests, report.errors), (100, 1));
        let shown = report.to_string();
        for words in ["10 callbacks/s (wanted 20), 1 errors", "p50 51.0 ms, p99 100.0 ms", "300 µs  75.0 %"]
        {
            assert!(shown.contains(words), "{words:?} is not in\n{shown}");
        }
    }
}
