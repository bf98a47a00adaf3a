//! Guardians who write (写消息的家长): each one changes the child's registration, message by message, in order.
//!
//! One connection speaks for its share of the guardians. Start at [`press`].

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::line::Line;
use crate::clock::{Clock as _, Stopwatch, SystemClock};
use crate::simulator::wecom::WecomSimulator;

/// The longest flow, to yes and back to no: eight messages with two effects, of which the other guardian is told.
const SCRIPT: [&str; 9] = ["修改", "1", "周一周三", "五点半", "听老师安排", "1", "修改", "4", "1"];

/// What all connections share.
pub(super) struct Pressure {
    pub(super) simulator: WecomSimulator,
    pub(super) address: SocketAddr,
    pub(super) path: String,
    pub(super) connections: u32,
    pub(super) watch: Stopwatch,
    pub(super) warm_up: Duration,
    pub(super) end: Duration,
    /// From one message of a connection to the next; `None` for as fast as answers come.
    pub(super) interval: Option<Duration>,
}

/// What one connection has measured.
#[derive(Default)]
pub(super) struct Sum {
    /// Microseconds of each request that was answered `200` with words.
    pub(super) micros: Vec<u64>,
    /// All others.
    pub(super) errors: u64,
}

/// Writes until the time is over.
pub(super) async fn press(pressure: Arc<Pressure>, number: usize, guardians: Vec<String>) -> Sum {
    let mut sum = Sum::default();
    let mut line = None;
    // Ids that no other connection uses.
    let mut next_id = (u64::try_from(number).unwrap_or(0) + 1) << 40;
    // Connections take turns, as guardians do, instead of all writing at the same moment.
    let phase = f64::from(u32::try_from(number).unwrap_or(0)) / f64::from(pressure.connections);
    for place in 0_u32.. {
        let Some((account, words)) = message(&guardians, place) else { break };
        let due = pressure.interval.map(|interval| interval * place + interval.mul_f64(phase));
        let Some(since) = wait(&pressure, due).await else { break };
        next_id += 1;
        let sealed = pressure.simulator.seal(&pressure.simulator.text(account, next_id, words));
        let target = format!("{}?{}", pressure.path, sealed.query);
        let begun = if due.is_some() { since } else { pressure.watch.elapsed() };
        let is_answered = exchange(&mut line, &pressure, &target, &sealed.body).await;
        let now = pressure.watch.elapsed();
        if now < pressure.warm_up {
            continue;
        }
        if is_answered {
            sum.micros.push(u64::try_from(now.saturating_sub(begun).as_micros()).unwrap_or(u64::MAX));
        } else {
            sum.errors += 1;
        }
    }
    sum
}

/// Who says what next: each guardian the first message, then each the second one, and so on.
fn message(guardians: &[String], place: u32) -> Option<(&String, &'static str)> {
    let place = usize::try_from(place).ok()?;
    let (round, number) = (place.checked_div(guardians.len())?, place % guardians.len());
    Some((guardians.get(number)?, SCRIPT.get(round % SCRIPT.len())?))
}

/// Waits until the message is due; returns since when it waits for its answer, or nothing when the time is over. A
/// message that was held up by the one before it counts from the moment at which it was due.
async fn wait(pressure: &Pressure, due: Option<Duration>) -> Option<Duration> {
    let now = pressure.watch.elapsed();
    let since = match due {
        Some(due) if due > now => {
            let pause = chrono::Duration::from_std(due.saturating_sub(now)).unwrap_or_default();
            SystemClock.sleep_until(SystemClock.now() + pause).await;
            pressure.watch.elapsed()
        }
        Some(due) => due,
        None => now,
    };
    (pressure.watch.elapsed() < pressure.end).then_some(since)
}

/// Whether a request was answered `200` with words.
async fn exchange(line: &mut Option<Line>, pressure: &Pressure, target: &str, body: &str) -> bool {
    let open = match line.take() {
        Some(open) => Ok(open),
        None => Line::open(pressure.address).await,
    };
    let Ok(mut open) = open else { return false };
    let answer = open.post(target, body).await;
    let is_answered = matches!(&answer, Ok((200, words)) if !words.is_empty());
    if answer.is_ok() {
        *line = Some(open);
    }
    is_answered
}
