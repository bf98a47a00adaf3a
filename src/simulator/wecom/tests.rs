//! The simulator against a small callback server and over real connections.

mod api;
mod callbacks;
mod card;
mod oauth;
mod school;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::clock::ManualClock;

const KEY: &str = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";
const CORP: &str = "wwSCHOOL";
const AGENT: i64 = 1_000_002;

fn settings() -> ConsoleSettings {
    ConsoleSettings {
        retry_pauses: vec![Duration::ZERO; 3],
        wrong_secrets_per_hour_max: 3,
        account_quota: 1,
        calls_per_minute_max: 100,
        ..ConsoleSettings::new(CORP, AGENT, "secret", "QDG6eK", KEY)
    }
}

fn simulator_with(settings: ConsoleSettings) -> (WecomSimulator, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new(chrono::DateTime::from_timestamp(1_756_774_800, 0).unwrap()));
    let simulator = WecomSimulator::new(settings, clock.clone(), Ids::seeded(1)).unwrap();
    for id in ["Mama.Li", "baba.li", "wang"] {
        simulator.add_member(id);
    }
    (simulator, clock)
}
