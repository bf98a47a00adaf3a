//! The parent page (家长页) as a [`Platform`]: a channel that only answers.
//!
//! What somebody writes there comes as a post to our own page, and the answer is the page that they see next; nothing is
//! ever sent. Knows nothing of pages: `web::page` has them. Start at [`ParentPage`].

use std::time::Duration;

use async_trait::async_trait;
use serde::Serialize;

use super::{
    Call, CallbackAnswer, CallbackRequest, Inbound, Limits, Message, Opened, Platform, Rejected, SendError,
    SendReport,
};
use crate::clock::Moment;
use crate::domain::people::{Channel, SchoolId};

/// What a page takes: any text that anybody reads, and no messages.
const LIMITS: Limits = Limits {
    text_bytes_max: 16 * 1024,
    recipients_max: 1,
    per_person_per_minute: 60,
    per_person_per_hour: 3_600,
    calls_per_second: 60,
    calls_per_minute: 60,
    person_times_per_day: 1,
    duplicate_guard: Duration::ZERO,
};

/// The page of one school.
#[derive(Debug)]
pub struct ParentPage {
    school: SchoolId,
}

/// The body of a call that nobody will take.
#[derive(Serialize)]
struct Body<'a> {
    accounts: &'a [String],
    words: String,
}

impl ParentPage {
    /// The page of a school.
    pub fn new(school: SchoolId) -> Self {
        Self { school }
    }
}

#[async_trait]
impl Platform for ParentPage {
    fn school(&self) -> &SchoolId {
        &self.school
    }

    fn channel(&self) -> Channel {
        Channel::ParentPage
    }

    fn limits(&self) -> &Limits {
        &LIMITS
    }

    fn open(&self, _: &CallbackRequest) -> Result<Opened, Rejected> {
        Err(Rejected { reason: "the parent page takes no callbacks" })
    }

    fn answer(&self, _: &Inbound, text: Option<&str>, _: Moment) -> CallbackAnswer {
        CallbackAnswer {
            content_type: "text/plain; charset=utf-8",
            body: text.unwrap_or_default().to_owned(),
        }
    }

    fn compose(&self, accounts: &[String], message: &Message) -> Call {
        let body = Body { accounts, words: message.in_words() };
        Call { endpoint: "page".to_owned(), body: serde_json::to_string(&body).unwrap_or_default() }
    }

    async fn send(&self, _: &Call) -> Result<SendReport, SendError> {
        Err(SendError::Refused {
            code: 0, advice: "家长页只能回答，不能先发消息：请给这位家长补上学校通知"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::contract;

    #[tokio::test]
    async fn it_keeps_what_a_channel_keeps_that_only_answers() {
        let page = ParentPage::new("east".into());
        contract::sending(&page);
        contract::answering(&page).await;
    }
}
