//! Recalling (撤回): the office takes back what was sent, where the platform still can.
//!
//! A call goes to several people at once and is recalled for all of them, so the office says that it means all. A question
//! that the school counts on stays; whatever is recalled leaves a line. Knows no platform's words. Start at [`recall`].

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{School, Service, UseCaseError, campaign, deliveries, record};
use crate::clock::Moment;
use crate::domain::ledger::Actor;
use crate::domain::people::{Channel, PersonId, SchoolId};
use crate::flow::conversation::Conversation;
use crate::outbox::{self, Sent};
use crate::platform::recall::Recalled;
use crate::platform::{Platform, SendError};
use crate::store::{Batch, Write};

/// Lines that one read takes at the most.
const PAGE: usize = 1_000;

/// The accounts that can recall.
#[derive(Debug, Default)]
pub struct Recallers(BTreeMap<(SchoolId, Channel), Arc<dyn Platform>>);

impl Recallers {
    /// Those of these accounts that can.
    pub fn of(platforms: &[Arc<dyn Platform>]) -> Self {
        let able = platforms.iter().filter(|platform| platform.recalls().is_some());
        Self(
            able.map(|platform| ((platform.school().clone(), platform.channel()), platform.clone()))
                .collect(),
        )
    }
}

/// One message that was taken back (撤回记录).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecallLine {
    /// When.
    pub at: Moment,
    /// Who did it.
    pub actor: Actor,
    /// The id of the row that was named.
    pub row: String,
    /// The channel.
    pub channel: Channel,
    /// From whom.
    pub persons: Vec<PersonId>,
}

/// Takes a message back; returns from how many people.
///
/// - `id`: the row's.
/// - `from_everyone`: also where others had it by the same call.
///
/// # Errors
/// [`UseCaseError::Refused`] where it cannot be recalled, with the reason; or the store failed.
pub async fn recall(
    service: &Service,
    school: &School,
    (id, from_everyone): (&str, bool),
    now: Moment,
) -> Result<usize, UseCaseError> {
    let refused = |said: String| Err(UseCaseError::Refused(said));
    let sent = outbox::sent_with(service.store.as_ref(), &school.id, id, now).await?;
    let Some(first) = sent.first() else {
        return refused("没有可以撤回的这条消息：编号不对、已经撤回过，或者已经超过 24 小时。".to_owned());
    };
    let recaller = service.recallers.0.get(&(school.id.clone(), first.channel));
    let Some(recalls) = recaller.and_then(|platform| platform.recalls()) else {
        return refused("这个渠道不能撤回。".to_owned());
    };
    if first.sent_at + recalls.within() <= now {
        return refused("已经超过平台可以撤回的时间。".to_owned());
    }
    if sent.len() > 1 && !from_everyone {
        return refused(format!(
            "这条消息是同一次发给 {} 个人的，撤回就从他们那里都撤回；确实要这样，请加上 --everyone。",
            sent.len()
        ));
    }
    for one in &sent {
        if let Some(said) = counted_on(service, school, one).await? {
            return refused(said);
        }
    }
    match recalls.recall(&first.key).await {
        Ok(Recalled::Gone) => {}
        Ok(Recalled::Declined { why }) => {
            tracing::warn!(row.id = id, why, "the platform did not take a message back");
            let why = if why.is_empty() { String::new() } else { format!("（{why}）") };
            return refused(format!(
                "平台没有撤回{why}：可能已经撤回过，或者已经超过时间。请到收到的人那里看一眼。"
            ));
        }
        Err(error) => {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                row.id = id,
                "a message could not be recalled"
            );
            return refused(told(&error));
        }
    }
    let mut batch = Batch::default();
    outbox::recalled(&mut batch, &sent);
    let persons = sent.iter().map(|sent| sent.person.clone()).collect();
    let line =
        RecallLine { at: now, actor: Actor::Office, row: id.to_owned(), channel: first.channel, persons };
    let body = serde_json::to_vec(&line).map_err(unreadable)?;
    batch.writes.push(Write::Append { log: record::recall_log(&school.id), body });
    service.store.commit(batch).await?;
    tracing::info!(school.id = %school.id, row.id = id, people = sent.len(), "a message was recalled");
    Ok(sent.len())
}

/// What was taken back at a school, after a position in its order, at most a thousand lines, each with its position.
///
/// # Errors
/// The store failed, or a line cannot be read.
pub async fn recalls(
    service: &Service,
    school: &SchoolId,
    after: u64,
) -> Result<Vec<(u64, RecallLine)>, UseCaseError> {
    let entries = service.store.read_log(&record::recall_log(school), after, PAGE).await?;
    let read = |body: &[u8]| serde_json::from_slice(body).map_err(unreadable);
    entries.iter().map(|entry| Ok((entry.position, read(&entry.body)?))).collect()
}

/// Why a question stays where it is: the school counts on its answer, so it is closed first.
async fn counted_on(service: &Service, school: &School, sent: &Sent) -> Result<Option<String>, UseCaseError> {
    let then = sent.on_delivered.as_deref().and_then(|text| deliveries::parse_text(&sent.id, text));
    let Some(then) = then else { return Ok(None) };
    if !then.asked.is_empty() {
        let is_open = campaign::present(service, school).await?.is_some();
        let said = "这条是意愿调查的提问，已经记为问过，家长要靠它回答，所以没有撤回。问错了，请先用 campaign close 关闭这次调查，再来撤回。";
        return Ok(is_open.then(|| said.to_owned()));
    }
    let Some(arm) = then.arm else { return Ok(None) };
    let key = record::key::<Conversation>(&school.id, &sent.person);
    let conversation = record::load::<Conversation>(service.store.as_ref(), &key).await?;
    let mut frames = conversation.iter().flat_map(|stored| &stored.value.frames);
    let pending = frames.find(|frame| frame.asked_in_turn == arm.asked_in_turn);
    Ok(pending.map(|frame| {
        let flows = service.flows();
        let title = flows.get(&frame.flow).map_or("提问", |flow| flow.title.as_str());
        format!(
            "这条是「{title}」里的提问，还在等对方回答，没有回答会再提醒，所以没有撤回。问错了，请对方回复“取消”，再来撤回。"
        )
    }))
}

/// What the office is told where the platform did not answer what it was asked.
fn told(error: &SendError) -> String {
    match error {
        SendError::Throttled(pause) => {
            format!("没有撤回，消息还在：平台要求等 {} 秒，请过一会儿再试。", pause.as_secs())
        }
        SendError::Resting { why, .. } => format!("没有撤回，消息还在：{why}请过一会儿再试。"),
        SendError::Unavailable { .. } => "没有撤回，消息还在：平台现在不可用，请过一会儿再试。".to_owned(),
        SendError::Refused { code, advice } => format!("平台没有撤回（错误码 {code}）：{advice}"),
        SendError::Unknown(_) => {
            "平台没有回音，不知道撤回了没有。请到收到的人那里看一眼，还在的话再撤回一次。".to_owned()
        }
    }
}

fn unreadable(source: serde_json::Error) -> UseCaseError {
    UseCaseError::Unreadable { key: "recall".into(), source }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::platform::HttpError;

    #[test]
    fn only_where_nothing_is_known_the_office_is_sent_to_look() {
        let pause = Duration::from_mins(1);
        for error in [
            SendError::Throttled(pause),
            SendError::Resting { pause, why: "我们先停一停。" },
            SendError::Unavailable { code: -1 },
        ] {
            let said = told(&error);
            assert!(said.starts_with("没有撤回，消息还在") && said.ends_with("再试。"), "{said}");
        }
        let said = told(&SendError::Unknown(HttpError("lost".to_owned())));
        assert!(said.contains("不知道撤回了没有") && !said.contains("没有关系"), "{said}");
    }
}
