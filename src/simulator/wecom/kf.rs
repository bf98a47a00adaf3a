//! Customer service (微信客服) from WeCom's side: the accounts, and the chats of people on plain WeChat.
//!
//! What a person does lies in the account's records until the server fetches it; the bell is rung by the caller, so that
//! it can be lost or doubled. Knows nothing of the server. Start at [`WecomSimulator::kf_say`].
//!
//! Source: <https://developer.work.weixin.qq.com/document/path/94670> and path/94669, read 2026-08.

mod api;

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::fmt::Write as _;

use chrono::Duration;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::callback::{Delivered, DeliveryError};
use super::{Author, Holder, WecomSimulator};
use crate::clock::Moment;

pub(super) use api::routes;

/// What stands before an account of the address book to make it one of customer service. Real ones have nothing in common.
const EXTERNAL: &str = "wm";
/// Where links lead.
const LINK_BASE: &str = "https://work.weixin.qq.com";
/// How long the token of a bell is good.
const BELL_LIFE: Duration = Duration::minutes(10);
/// How long a welcome code is good.
const WELCOME_LIFE: Duration = Duration::seconds(20);
/// How long a person can be answered after their last message.
const OPEN_FOR: Duration = Duration::hours(48);

/// All accounts of the corp.
#[derive(Default)]
pub(super) struct KfBook {
    accounts: BTreeMap<String, Account>,
    numbers: u64,
    figures: KfFigures,
    /// What has just appeared in chats, with the person.
    fresh: Vec<(String, KfMessage)>,
    link_base: Option<String>,
}

/// One account.
#[derive(Default)]
struct Account {
    records: Vec<Record>,
    chats: BTreeMap<String, Chat>,
    bells: Vec<(String, Moment)>,
    codes: BTreeMap<String, (String, Moment)>,
    answer_ids: HashSet<String>,
    failing: VecDeque<i64>,
    page_max: Option<usize>,
    empty_pages: usize,
}

struct Record {
    at: Moment,
    body: Value,
}

/// One person's chat with an account.
#[derive(Debug, Clone, Default)]
pub struct Chat {
    /// The messages in the order in which they appeared.
    pub thread: Vec<KfMessage>,
    /// Who serves the person.
    pub state: SessionState,
    last_said_at: Option<Moment>,
    answers: usize,
    welcomed_at: Option<Moment>,
}

/// One bubble.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KfMessage {
    /// Who wrote it; the account is [`Author::App`].
    pub from: Author,
    /// The words.
    pub words: String,
    /// What can be tapped, the id and the label.
    pub taps: Vec<(String, String)>,
    /// When it appeared.
    pub at: Moment,
}

/// Who serves a person (会话状态).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SessionState {
    /// Nobody yet.
    #[default]
    New,
    /// The assistant.
    Assistant,
    /// The person waits for a human.
    Waiting,
    /// A human.
    Human,
    /// It is over.
    Ended,
}

impl SessionState {
    fn number(self) -> i64 {
        match self {
            Self::New => 0,
            Self::Assistant => 1,
            Self::Waiting => 2,
            Self::Human => 3,
            Self::Ended => 4,
        }
    }
}

/// What has been counted of customer service.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KfFigures {
    /// Calls of `kf/sync_msg`.
    pub fetches: u64,
    /// Answers that appeared in chats.
    pub shown: u64,
    /// Answers that were refused because five had been given, or none was possible.
    pub over: u64,
    /// Calls with an id that was used before.
    pub repeated: u64,
}

/// The account in customer service of the parent with this id in the school's address book.
pub fn external_id(parent: &str) -> String {
    format!("{EXTERNAL}{}", parent.to_lowercase())
}

impl WecomSimulator {
    /// Links lead to `base` instead of WeChat, where [`Self::router`] opens the chat for whoever holds the phone.
    pub fn set_kf_link_base(&self, base: &str) {
        self.state().kf.link_base = Some(base.to_owned());
    }

    /// Whoever holds the phone follows a link.
    async fn follow_link(&self, kf: &str, url: &str) -> Result<(), &'static str> {
        let holder = self.state().oauth.holder();
        let Some(Holder::Parent(parent)) = holder else { return Err("请在微信里打开这个链接") };
        if !self.state().kf.accounts.contains_key(kf) {
            return Err("这个客服已经停用");
        }
        self.kf_enter(kf, &external_id(&parent), url);
        // A bell that gets lost delays the greeting, nothing else.
        let _ = self.kf_ring(kf).await;
        Ok(())
    }

    /// Adds an account that is managed by the app.
    pub fn add_kf(&self, kf: &str) {
        self.state().kf.accounts.entry(kf.to_owned()).or_default();
    }

    /// What has been counted of customer service.
    pub fn kf_figures(&self) -> KfFigures {
        self.state().kf.figures
    }

    /// A person's chat as it is now.
    pub fn kf_chat(&self, kf: &str, person: &str) -> Option<Chat> {
        self.state().kf.accounts.get(kf)?.chats.get(person).cloned()
    }

    /// A person writes; returns the message's id.
    pub fn kf_say(&self, kf: &str, person: &str, words: &str) -> String {
        self.kf_write(kf, person, words, &json!({"msgtype": "text", "text": {"content": words}}))
    }

    /// A person taps an item of a menu.
    pub fn kf_tap(&self, kf: &str, person: &str, id: &str, label: &str) {
        let text = json!({"content": label, "menu_id": id});
        self.kf_write(kf, person, label, &json!({"msgtype": "text", "text": text}));
    }

    /// A person sends a picture.
    pub fn kf_picture(&self, kf: &str, person: &str) {
        self.kf_write(kf, person, "[图片]", &json!({"msgtype": "image", "image": {"media_id": "m"}}));
    }

    /// A human writes to a person in WeCom's own client.
    pub fn kf_servicer_says(&self, kf: &str, person: &str, words: &str) {
        let (mut state, now) = (self.state(), self.now());
        let body = json!({"external_userid": person, "origin": 5, "servicer_userid": "wang",
            "msgtype": "text", "text": {"content": words}});
        state.kf.record(kf, body, now);
    }

    /// A person opens the chat by a link, `url` being what `kf/add_contact_way` gave with what was appended to it.
    pub fn kf_enter(&self, kf: &str, person: &str, url: &str) {
        let (mut state, now) = (self.state(), self.now());
        let param = url.split_once("scene_param=").map(|(_, param)| param).unwrap_or_default();
        let param = percent_decode_str(param).decode_utf8_lossy().into_owned();
        let code = self.shared.ids.new_id("welcome", now);
        let Some(account) = state.kf.accounts.get_mut(kf) else { return };
        let chat = account.chats.entry(person.to_owned()).or_default();
        let is_silent = |at: Option<Moment>| at.is_none_or(|at| at + OPEN_FOR <= now);
        let is_welcome = is_silent(chat.last_said_at) && is_silent(chat.welcomed_at);
        let code = if is_welcome { code } else { String::new() };
        if is_welcome {
            account.codes.insert(code.clone(), (person.to_owned(), now + WELCOME_LIFE));
        }
        let event = json!({"event_type": "enter_session", "open_kfid": kf, "external_userid": person,
            "scene": "kehou", "scene_param": param, "welcome_code": code});
        state.kf.record(kf, json!({"origin": 4, "msgtype": "event", "event": event}), now);
    }

    /// Puts a session into another state, as somebody in WeCom's own client does.
    pub fn kf_set_state(&self, kf: &str, person: &str, to: SessionState) {
        let mut state = self.state();
        let account = state.kf.accounts.get_mut(kf);
        if let Some(chat) = account.and_then(|account| account.chats.get_mut(person)) {
            chat.state = to;
        }
    }

    /// The next answer is accepted and does not arrive, for this reason (`fail_type`).
    pub fn kf_fail_next(&self, kf: &str, fail_type: i64) {
        if let Some(account) = self.state().kf.accounts.get_mut(kf) {
            account.failing.push_back(fail_type);
        }
    }

    /// Pages have at most so many records, and the next `empty` ones have none though more follow.
    pub fn kf_pages(&self, kf: &str, page_max: usize, empty: usize) {
        if let Some(account) = self.state().kf.accounts.get_mut(kf) {
            (account.page_max, account.empty_pages) = (Some(page_max), empty);
        }
    }

    /// Rings the bell of an account: a callback that says only that something waits.
    ///
    /// # Errors
    /// [`DeliveryError`] when the server never took it.
    pub async fn kf_ring(&self, kf: &str) -> Result<Delivered, DeliveryError> {
        let now = self.now();
        let token = self.shared.ids.new_id("ENC", now);
        let mut plaintext = self.kf_event("kf_msg_or_event", now);
        // Writing to a String does not fail.
        let _ = write!(
            plaintext,
            "<Token><![CDATA[{token}]]></Token><OpenKfId><![CDATA[{kf}]]></OpenKfId></xml>"
        );
        if let Some(account) = self.state().kf.accounts.get_mut(kf) {
            account.bells.push((token, now + BELL_LIFE));
        }
        self.deliver_from("", plaintext).await
    }

    /// Tells the server which accounts it was given and which were taken away.
    ///
    /// # Errors
    /// [`DeliveryError`] when the server never took it.
    pub async fn kf_change_accounts(
        &self,
        given: &[&str],
        taken: &[&str],
    ) -> Result<Delivered, DeliveryError> {
        let mut plaintext = self.kf_event("kf_account_auth_change", self.now());
        for (element, accounts) in [("AuthAddOpenKfId", given), ("AuthDelOpenKfId", taken)] {
            for kf in accounts {
                let _ = write!(plaintext, "<{element}><![CDATA[{kf}]]></{element}>");
            }
        }
        plaintext.push_str("</xml>");
        self.deliver_from("", plaintext).await
    }

    fn kf_event(&self, event: &str, now: Moment) -> String {
        format!(
            "<xml><ToUserName><![CDATA[{}]]></ToUserName><CreateTime>{}</CreateTime>\
             <MsgType><![CDATA[event]]></MsgType><Event><![CDATA[{event}]]></Event>",
            self.shared.settings.corp_id,
            now.timestamp()
        )
    }

    fn kf_write(&self, kf: &str, person: &str, words: &str, what: &Value) -> String {
        let (mut state, now) = (self.state(), self.now());
        let Some(account) = state.kf.accounts.get_mut(kf) else { return String::new() };
        let chat = account.chats.entry(person.to_owned()).or_default();
        let (words, taps) = (words.to_owned(), Vec::new());
        chat.thread.push(KfMessage { from: Author::Me, words, taps, at: now });
        (chat.last_said_at, chat.answers) = (Some(now), 0);
        if chat.state == SessionState::Ended {
            chat.state = SessionState::New;
        }
        let mut body = json!({"external_userid": person, "origin": 3});
        if let (Some(body), Some(what)) = (body.as_object_mut(), what.as_object()) {
            body.extend(what.clone());
        }
        state.kf.record(kf, body, now)
    }
}

impl KfBook {
    /// Puts a record where the server can fetch it; returns its id.
    fn record(&mut self, kf: &str, mut body: Value, now: Moment) -> String {
        self.numbers += 1;
        let id = format!("msg{:08}", self.numbers);
        let Some(account) = self.accounts.get_mut(kf) else { return id };
        if let Some(body) = body.as_object_mut() {
            body.insert("msgid".to_owned(), json!(id));
            body.insert("open_kfid".to_owned(), json!(kf));
            body.insert("send_time".to_owned(), json!(now.timestamp()));
        }
        account.records.push(Record { at: now, body });
        id
    }
}

impl Chat {
    /// The code that WeCom answers when the person cannot be answered at `now`.
    fn refusal(&self, now: Moment) -> Option<(i64, &'static str)> {
        match (self.state, self.last_said_at) {
            (SessionState::Waiting | SessionState::Human, _) => {
                Some((95018, "session state does not allow sending"))
            }
            (SessionState::Ended, _) => Some((95013, "session ended")),
            (_, Some(at)) if now < at + OPEN_FOR => (self.answers >= 5).then_some((95001, "over 5 messages")),
            _ => Some((95002, "over 48 hours")),
        }
    }
}
