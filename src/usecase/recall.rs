//! Recalling (撤回): the office takes back what was sent, where the platform still can.
//!
//! A call goes to several people at once and is recalled for all of them, so the office says that it means all. Knows no
//! platform's words. Start at [`recall`].

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{School, Service, UseCaseError};
use crate::clock::Moment;
use crate::domain::people::{Channel, SchoolId};
use crate::outbox;
use crate::platform::{Platform, SendError};
use crate::store::Batch;

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
    match recalls.recall(&first.key).await {
        Ok(()) => {}
        Err(SendError::Refused { code, advice }) => {
            return refused(format!("平台没有撤回（错误码 {code}）：{advice}"));
        }
        Err(error) => {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                row.id = id,
                "a message could not be recalled"
            );
            return refused(
                "平台现在没有应答，不知道撤回了没有；过一会儿再试，重复撤回没有关系。".to_owned(),
            );
        }
    }
    let mut batch = Batch::default();
    outbox::recalled(&mut batch, &sent);
    service.store.commit(batch).await?;
    tracing::info!(school.id = %school.id, row.id = id, people = sent.len(), "a message was recalled");
    Ok(sent.len())
}
