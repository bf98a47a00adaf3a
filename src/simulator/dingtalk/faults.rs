//! Faults (故障): what can go wrong between DingTalk and us, set while the simulator runs.
//!
//! Knows nothing of what a call means. Start at [`Faults`].

/// What goes wrong at present.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Faults {
    /// What happens to a call of the server; asking for a token is never hit.
    pub outage: Outage,
    /// How many calls it hits; `None` until it is lifted.
    pub outage_calls: Option<u32>,
    /// How many of the next recipients of the robot are held back as too many.
    pub flow_controlled: u32,
    /// How many of the next cards are made and do not arrive.
    pub cards_not_delivered: u32,
    /// How many of the next cards that are sent again are refused because they exist, instead of answered as before.
    pub cards_exist: u32,
    /// How many of the next cards arrive while the answer does not say to whom.
    pub card_results_missing: u32,
    /// How many of the next answers of the old interface come without their code, although the call took effect.
    pub codes_missing: u32,
    /// How many of the next answers by a session arrive while what comes back is of no use.
    pub session_answers_lost: u32,
    /// How many of the next notices are taken while the answer to the server gets lost.
    pub notice_answers_lost: u32,
    /// How often the outcome of a notice is asked for before it is there.
    pub results_late_by: u32,
    /// Whether no session takes an answer, although its time is not over.
    pub sessions_refused: bool,
    /// Whether no stream may be opened, although the app and its secret are right.
    pub streams_refused: bool,
    /// How often each callback is delivered beyond the first time.
    pub extra_deliveries: u8,
    /// How often what was taken back before cannot be taken back again.
    pub repeated_recalls_refused: u32,
    /// Whether DingTalk cannot reach the server's addresses.
    pub callbacks_cut: bool,
}

/// What happens to a call of the server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Outage {
    /// It is answered.
    #[default]
    None,
    /// HTTP 500 `system.error`, or -1 of the old interface; without effect.
    Busy,
    /// HTTP 504 without effect.
    TimedOut,
    /// HTTP 504, and the call took effect.
    AnswerLost,
    /// The page of a firewall: too many calls from one address.
    Banned,
    /// The organisation's month is used up.
    MonthOver,
    /// The app has no permission.
    Forbidden,
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
