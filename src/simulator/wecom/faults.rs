//! Faults (故障): what can go wrong between WeCom and us, set while the simulator runs.
//!
//! Knows nothing of what a call means. Start at [`Faults`].

use serde::{Deserialize, Serialize};

/// What goes wrong at present.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// What happens to a call of the server.
    pub outage: Outage,
    /// How many calls it hits; `None` until it is lifted.
    pub outage_calls: Option<u32>,
    /// How often WeCom delivers each callback beyond the first time, as it does when it did not see our `200`.
    pub extra_deliveries: u8,
    /// Whether those come at the same moment or one after the other.
    pub deliveries_at_once: bool,
    /// Whether WeCom cannot reach the server's callback address.
    pub callbacks_cut: bool,
    /// Whether a notice to a parent who does not follow is skipped without a word.
    pub skips_non_followers: bool,
}

/// What happens to a call of the server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outage {
    /// It is answered.
    #[default]
    None,
    /// The connection is refused, and open ones break.
    Refused,
    /// The call is never answered, and has no effect.
    Hang,
    /// The call takes effect, and its answer is lost.
    AnswerLost,
    /// HTTP 502 with a page of a proxy.
    BadGateway,
    /// HTTP 200 with errcode -1, system busy.
    Busy,
    /// HTTP 200 with errcode 45009, too many calls.
    Throttled,
    /// HTTP 200 with this errcode, such as 60020.
    Code(i32),
    /// The call takes effect, and half of its answer arrives.
    Broken,
    /// The answer takes this many real milliseconds longer.
    Slow(u32),
}

impl Faults {
    /// Takes one call's share of the outage.
    pub(super) fn take_outage(&mut self) -> Outage {
        let outage = self.outage;
        if let Some(left) = &mut self.outage_calls {
            *left = left.saturating_sub(1);
            if *left == 0 {
                self.outage = Outage::None;
                self.outage_calls = None;
            }
        }
        outage
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_of_two_calls_hits_two_calls() {
        let mut faults = Faults { outage: Outage::Busy, outage_calls: Some(2), ..Faults::default() };
        let hit: Vec<Outage> = (0..3).map(|_| faults.take_outage()).collect();
        assert_eq!(hit, vec![Outage::Busy, Outage::Busy, Outage::None]);
        assert_eq!(faults, Faults::default());
    }
}
