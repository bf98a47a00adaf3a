//! Troubles (故障): single things that go wrong on DingTalk's side, begun and ended while the simulator runs.
//!
//! The demo's switches. Of those that befall calls only one goes on at a time. Knows nothing of when. Start at [`Trouble`],
//! then [`DingtalkSimulator::begin`].

use serde::{Deserialize, Serialize};

use super::{DingtalkSimulator, Faults, Outage};

/// How many recipients of the robot, cards or notices a trouble befalls that happens once.
const BEFALLEN: u32 = 3;
/// How often callbacks come again.
const TIMES: u8 = 2;

/// One thing that goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
pub enum Trouble {
    /// Nothing comes in, and every call is answered with `system.error`.
    Standstill,
    /// Every call is answered with `system.error`.
    Busy,
    /// The page of a firewall answers every call.
    Banned,
    /// The organisation's month is used up.
    MonthOver,
    /// The app has no permission.
    Forbidden,
    /// No session takes an answer.
    SessionsRefused,
    /// Callbacks come more than once.
    RepeatCallbacks,
    /// The next recipients of the robot are held back. Happens once.
    HoldBack,
    /// The answers to the next notices get lost, which took effect. Happens once.
    LoseNoticeAnswers,
    /// The next cards are made and do not arrive. Happens once.
    LoseCards,
    /// The access token is taken back. Happens once.
    RevokeToken,
}

impl Trouble {
    /// All of them, as the panel shows them.
    pub const ALL: [Self; 11] = [
        Self::Standstill,
        Self::Busy,
        Self::Banned,
        Self::MonthOver,
        Self::Forbidden,
        Self::SessionsRefused,
        Self::RepeatCallbacks,
        Self::HoldBack,
        Self::LoseNoticeAnswers,
        Self::LoseCards,
        Self::RevokeToken,
    ];

    /// Whether it happens and is over.
    pub fn is_moment(self) -> bool {
        matches!(self, Self::HoldBack | Self::LoseNoticeAnswers | Self::LoseCards | Self::RevokeToken)
    }

    /// What it is called on the panel.
    pub fn label(self) -> &'static str {
        match self {
            Self::Standstill => "钉钉停摆",
            Self::Busy => "所有接口系统繁忙",
            Self::Banned => "被防火墙拦下",
            Self::MonthOver => "本月调用额度用完",
            Self::Forbidden => "应用权限被收回",
            Self::SessionsRefused => "会话回复被拒",
            Self::RepeatCallbacks => "回调重复推送",
            Self::HoldBack => "接下来 3 条机器人消息被限流",
            Self::LoseNoticeAnswers => "接下来 3 次工作通知丢应答",
            Self::LoseCards => "接下来 3 张卡片送不到",
            Self::RevokeToken => "吊销令牌",
        }
    }

    /// What befalls every call while it goes on.
    fn outage(self) -> Option<Outage> {
        match self {
            Self::Standstill | Self::Busy => Some(Outage::Busy),
            Self::Banned => Some(Outage::Banned),
            Self::MonthOver => Some(Outage::MonthOver),
            Self::Forbidden => Some(Outage::Forbidden),
            Self::SessionsRefused
            | Self::RepeatCallbacks
            | Self::HoldBack
            | Self::LoseNoticeAnswers
            | Self::LoseCards
            | Self::RevokeToken => None,
        }
    }

    fn is_on(self, faults: &Faults) -> bool {
        match self {
            Self::SessionsRefused => faults.sessions_refused,
            Self::RepeatCallbacks => faults.extra_deliveries > 0,
            Self::Standstill => faults.callbacks_cut,
            Self::Busy | Self::Banned | Self::MonthOver | Self::Forbidden => {
                !faults.callbacks_cut && self.outage() == Some(faults.outage)
            }
            Self::HoldBack | Self::LoseNoticeAnswers | Self::LoseCards | Self::RevokeToken => false,
        }
    }
}

impl DingtalkSimulator {
    /// What goes wrong at present.
    pub fn troubles(&self) -> Vec<Trouble> {
        let faults = self.faults();
        Trouble::ALL.into_iter().filter(|trouble| trouble.is_on(&faults)).collect()
    }

    /// Lets it go wrong from now on, or once.
    pub fn begin(&self, trouble: Trouble) {
        let state = &mut self.state();
        if trouble == Trouble::RevokeToken {
            state.token = None;
        }
        let faults = &mut state.faults;
        if let Some(outage) = trouble.outage() {
            (faults.outage, faults.outage_calls) = (outage, None);
            faults.callbacks_cut = trouble == Trouble::Standstill;
        }
        match trouble {
            Trouble::SessionsRefused => faults.sessions_refused = true,
            Trouble::RepeatCallbacks => faults.extra_deliveries = TIMES,
            Trouble::HoldBack => faults.flow_controlled = BEFALLEN,
            Trouble::LoseNoticeAnswers => faults.notice_answers_lost = BEFALLEN,
            Trouble::LoseCards => faults.cards_not_delivered = BEFALLEN,
            Trouble::Standstill
            | Trouble::Busy
            | Trouble::Banned
            | Trouble::MonthOver
            | Trouble::Forbidden
            | Trouble::RevokeToken => {}
        }
    }

    /// All is well again with this; another trouble goes on.
    pub fn end(&self, trouble: Trouble) {
        let faults = &mut self.state().faults;
        if !trouble.is_on(faults) {
            return;
        }
        if trouble.outage().is_some() {
            (faults.outage, faults.callbacks_cut) = (Outage::None, false);
        }
        match trouble {
            Trouble::SessionsRefused => faults.sessions_refused = false,
            Trouble::RepeatCallbacks => faults.extra_deliveries = 0,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::clock::ManualClock;
    use crate::ids::Ids;
    use crate::simulator::dingtalk::ConsoleSettings;

    #[test]
    fn what_lasts_is_on_until_it_ends_and_calls_suffer_from_one_thing_at_a_time() {
        let clock = Arc::new(ManualClock::new("2026-09-01T01:00:00Z".parse().unwrap()));
        let settings = ConsoleSettings::new("dingcorp", "dingapp", "secret");
        let simulator = DingtalkSimulator::new(settings, clock, Ids::seeded(1)).unwrap();
        for trouble in Trouble::ALL {
            simulator.begin(trouble);
            let wanted: &[Trouble] = if trouble.is_moment() { &[] } else { &[trouble] };
            assert_eq!(simulator.troubles(), wanted, "{trouble:?}");
            simulator.end(trouble);
            assert_eq!(simulator.troubles(), [], "{trouble:?}");
        }
        simulator.begin(Trouble::RepeatCallbacks);
        for outage in [Trouble::Standstill, Trouble::Busy, Trouble::MonthOver] {
            simulator.begin(outage);
            let mut wanted = vec![outage, Trouble::RepeatCallbacks];
            wanted.sort_by_key(|one| Trouble::ALL.iter().position(|other| other == one));
            assert_eq!(simulator.troubles(), wanted);
        }
        simulator.end(Trouble::Busy);
        assert!(simulator.troubles().contains(&Trouble::MonthOver), "what is not on does not end");
    }
}
