//! Troubles (故障): single things that go wrong on WeCom's side, begun and ended while the simulator runs.
//!
//! The demo's switches and the scenario files begin and end the same troubles. Knows nothing of when. Start at [`Trouble`],
//! then [`WecomSimulator::begin`].

use serde::{Deserialize, Serialize};

use super::{Outage, Shown, State, WecomSimulator};
use crate::simulator::dice::Dice;

/// The most events of one burst.
pub const BURST_MAX: u32 = 2_000;

/// One thing that goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
pub enum Trouble {
    /// Calls are answered with HTTP 200 and this errcode.
    Refuse {
        /// Which.
        calls: Calls,
        /// The errcode, such as 45009 or 60020.
        errcode: i32,
    },
    /// Calls are answered so many real milliseconds later.
    Slow {
        /// Which.
        calls: Calls,
        /// How much later.
        milliseconds: u32,
    },
    /// Calls take effect, and half of the answer arrives.
    Halve {
        /// Which.
        calls: Calls,
    },
    /// Nothing can be reached: connections are refused, and open ones break.
    Unreachable,
    /// Messages and notices are accepted and shown nowhere.
    DropSilently {
        /// Of a hundred.
        percent: u8,
    },
    /// Callbacks get lost for good.
    LoseCallbacks {
        /// Of a hundred.
        percent: u8,
    },
    /// Callbacks come so many times more, all at the same moment.
    RepeatCallbacks {
        /// How many times more.
        times: u8,
    },
    /// Answers in customer service are accepted, and reported as not delivered.
    KfUndelivered {
        /// The platform's `fail_type`.
        fail_type: u8,
    },
    /// The access token is taken back. Happens once.
    RevokeToken,
    /// The access token's time is over. Happens once.
    ExpireToken,
    /// So many changes of the directory are called back in the same second. Happens once.
    SysBurst {
        /// How many.
        events: u32,
    },
}

/// Which calls of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Calls {
    /// All of them.
    All,
    /// `gettoken`.
    Token,
    /// `message/send`.
    Message,
    /// `message/update_template_card`.
    Cards,
    /// `externalcontact/message/send`.
    Notice,
    /// `media/upload`.
    Upload,
    /// Reading the directory.
    Directory,
    /// Exchanging a page's code.
    SignIn,
    /// `getcallbackip`.
    Addresses,
    /// `kf/sync_msg`.
    KfFetch,
    /// `kf/send_msg` and `kf/send_msg_on_event`.
    KfAnswer,
    /// The other interfaces of customer service.
    KfOther,
}

impl Calls {
    /// Each by its name in a file.
    pub const ALL: [(&'static str, Self); 12] = [
        ("all", Self::All),
        ("token", Self::Token),
        ("message", Self::Message),
        ("cards", Self::Cards),
        ("notice", Self::Notice),
        ("upload", Self::Upload),
        ("directory", Self::Directory),
        ("sign_in", Self::SignIn),
        ("addresses", Self::Addresses),
        ("kf_fetch", Self::KfFetch),
        ("kf_answer", Self::KfAnswer),
        ("kf_other", Self::KfOther),
    ];

    fn label(self) -> &'static str {
        match self {
            Self::All => "所有接口",
            Self::Token => "取令牌",
            Self::Message => "应用消息",
            Self::Cards => "更新卡片",
            Self::Notice => "学校通知",
            Self::Upload => "上传图片",
            Self::Directory => "通讯录",
            Self::SignIn => "网页登录",
            Self::Addresses => "回调地址",
            Self::KfFetch => "客服收消息",
            Self::KfAnswer => "客服回消息",
            Self::KfOther => "客服其他接口",
        }
    }
}

impl Trouble {
    /// Whether it happens and is over.
    pub fn is_moment(self) -> bool {
        matches!(self, Self::RevokeToken | Self::ExpireToken | Self::SysBurst { .. })
    }

    /// What it is called, for the visitor of the demo.
    pub fn label(self) -> String {
        match self {
            Self::Refuse { calls, errcode } => format!("{}返回 {errcode}", calls.label()),
            Self::Slow { calls, milliseconds } => format!("{}慢 {milliseconds} 毫秒", calls.label()),
            Self::Halve { calls } => format!("{}的应答只到一半", calls.label()),
            Self::Unreachable => "连不上企业微信".to_owned(),
            Self::DropSilently { percent } => format!("悄悄丢掉 {percent}% 的通知"),
            Self::LoseCallbacks { percent } => format!("丢失 {percent}% 的回调"),
            Self::RepeatCallbacks { times } => format!("每个回调多送 {times} 次"),
            Self::KfUndelivered { fail_type } => format!("客服回复送不到（{fail_type}）"),
            Self::RevokeToken => "吊销令牌".to_owned(),
            Self::ExpireToken => "令牌过期".to_owned(),
            Self::SysBurst { events } => format!("一秒内 {events} 个通讯录变更"),
        }
    }

    /// What it does to a call.
    fn of_call(self, call: Calls) -> Option<Outage> {
        let hits = |calls: Calls| calls == Calls::All || calls == call;
        match self {
            Self::Refuse { calls, errcode } if hits(calls) => Some(Outage::Code(errcode)),
            Self::Slow { calls, milliseconds } if hits(calls) => Some(Outage::Slow(milliseconds)),
            Self::Halve { calls } if hits(calls) => Some(Outage::Broken),
            _ => None,
        }
    }
}

impl WecomSimulator {
    /// Lets a trouble begin; what happens once has happened when this returns.
    pub async fn begin(&self, trouble: Trouble) {
        match trouble {
            Trouble::RevokeToken => self.revoke_token(),
            Trouble::ExpireToken => self.expire_token(),
            Trouble::SysBurst { events } => self.burst(events.min(BURST_MAX)).await,
            lasting => {
                let mut state = self.state();
                if !state.troubles.contains(&lasting) {
                    state.troubles.push(lasting);
                }
                drop(state);
                self.follow(lasting, Outage::Refused);
            }
        }
    }

    /// Ends a trouble.
    pub fn end(&self, trouble: Trouble) {
        self.state().troubles.retain(|other| *other != trouble);
        self.follow(trouble, Outage::None);
    }

    /// What goes wrong at present, in the order in which it began.
    pub fn troubles(&self) -> Vec<Trouble> {
        self.state().troubles.clone()
    }

    /// The listener looks at the faults only, where a visitor may have cut the network too.
    fn follow(&self, trouble: Trouble, outage: Outage) {
        if trouble == Trouble::Unreachable {
            self.shared.faults.send_modify(|faults| faults.outage = outage);
        }
    }

    /// Changes of the directory in one second, about the parents in turn; one in two is told twice.
    async fn burst(&self, events: u32) {
        let parents = self.parents();
        let count = usize::try_from(events).unwrap_or(0);
        let ids: Vec<String> = match parents.len() {
            0 => (0..count).map(|number| format!("nobody-{number}")).collect(),
            _ => parents.iter().map(|parent| parent.id.clone()).cycle().take(count).collect(),
        };
        let told = ids.into_iter().map(|id| self.tell_school_change("update_parent", id));
        // Whether the server took each is in its own figures.
        futures_util::future::join_all(told).await;
    }
}

impl State {
    /// What the troubles of the moment do to a call.
    pub(super) fn trouble_of(&self, call: Calls) -> Outage {
        self.find_trouble(|trouble| trouble.of_call(call)).unwrap_or_default()
    }

    /// Whether a message that is accepted at this moment is shown to this account; one that is not is counted.
    pub(super) fn lets_through(&mut self, account: &str, shows: &Shown) -> bool {
        let is_dropped = self.is_dropped(account, &shows.words());
        self.figures.dropped_silently += u64::from(is_dropped);
        !is_dropped
    }

    fn is_dropped(&self, account: &str, words: &str) -> bool {
        let percent = self.find_trouble(|trouble| match trouble {
            Trouble::DropSilently { percent } => Some(percent),
            _ => None,
        });
        percent.is_some_and(|percent| Dice::of(0, &format!("{account} {words}")).percent(u64::from(percent)))
    }

    /// Whether this callback gets lost.
    pub(super) fn is_lost(&self, plaintext: &str) -> bool {
        let percent = self.find_trouble(|trouble| match trouble {
            Trouble::LoseCallbacks { percent } => Some(percent),
            _ => None,
        });
        percent.is_some_and(|percent| Dice::of(1, plaintext).percent(u64::from(percent)))
    }

    /// How often a callback comes beyond the first time, if they are repeated.
    pub(super) fn repeats(&self) -> Option<u8> {
        self.find_trouble(|trouble| match trouble {
            Trouble::RepeatCallbacks { times } => Some(times),
            _ => None,
        })
    }

    /// Why accepted answers do not arrive, while they do not.
    pub(super) fn kf_undelivered(&self) -> Option<u8> {
        self.find_trouble(|trouble| match trouble {
            Trouble::KfUndelivered { fail_type } => Some(fail_type),
            _ => None,
        })
    }

    fn find_trouble<T>(&self, find: impl Fn(Trouble) -> Option<T>) -> Option<T> {
        self.troubles.iter().find_map(|trouble| find(*trouble))
    }
}
