//! Answers on a channel where we only answer (只能回复的渠道): within what the person's own words allow, and never more.
//!
//! What has not gone yet is told together with what comes after it; what does not fit waits for the person's next words.
//! Part of a draft; `domain::answer_window` counts. Start at [`Draft::way_back`].

use std::collections::BTreeMap;

use super::super::deliveries::{self, OnDelivered};
use super::super::record::{self, Stored};
use super::super::{UseCaseError, guest};
use super::{Draft, Travel};
use crate::clock::Moment;
use crate::domain::answer_window::{AnswerLimits, AnswerWindow, LAST_RESTS};
use crate::domain::people::{ContactPoint, StudentId};
use crate::flow::step::{self, Taps, taps};
use crate::outbox::{self, Lane, Row, RowState, row_key};
use crate::platform::mailbox::{AnswerTo, Tap, TapId};
use crate::platform::text::split_text;
use crate::platform::{Content, Inbound};
use crate::store::{Expect, Key, Write};

/// Where an answer goes, and how much may still go there.
pub(in crate::usecase) struct Back {
    limits: AnswerLimits,
    point: ContactPoint,
    envelope: String,
    bytes_max: usize,
    window: Stored<AnswerWindow>,
    key: Key,
    /// What is written and has not gone yet.
    waiting: Vec<(Row, Expect)>,
    greet_until: Option<Moment>,
    not_before: Moment,
}

/// A part of an answer in the making.
struct Part<'a> {
    words: String,
    lane: Lane,
    not_before: Moment,
    expires_at: Option<Moment>,
    then: &'a OnDelivered,
    taps: Vec<Tap>,
}

impl Draft<'_> {
    /// How the answer to a message travels; loads what may still be said where that is bounded.
    ///
    /// - `greet_until`: until when one greeting is possible besides.
    ///
    /// # Errors
    /// The store failed.
    pub(in crate::usecase) async fn way_back(
        &mut self,
        inbound: &Inbound,
        greet_until: Option<Moment>,
    ) -> Result<Travel, UseCaseError> {
        let (channel, account) = (inbound.channel, inbound.account.clone());
        let point = ContactPoint { channel, account, is_reachable: true };
        self.answered = Some(point.clone());
        let Some(limits) = self.school.answer_limits(inbound.channel).copied() else {
            return Ok(Travel::Reply);
        };
        let store = self.service.store.as_ref();
        let id = record::account_id(inbound.channel, &inbound.account);
        let key = record::key::<AnswerWindow>(&self.school.id, id);
        let mut window = record::load::<AnswerWindow>(store, &key)
            .await?
            .unwrap_or_else(|| Stored { value: AnswerWindow::default(), expect: Expect::Absent });
        if matches!(inbound.content, Content::Text(_) | Content::Tap(_) | Content::Unreadable) {
            window.value.open(inbound.sent_at.unwrap_or(self.now));
        }
        let mut waiting = Vec::new();
        for id in window.value.pending.clone() {
            match store.load(&row_key(&self.school.id, &id)).await? {
                Some(found) => {
                    let row = Row::read(&found)?;
                    if row.state == RowState::Waiting {
                        waiting.push((row, Expect::Version(found.version)));
                    }
                }
                None => window.value.end(&id, true, self.now),
            }
        }
        let bytes_max = self.school.text_bytes_max(inbound.channel).unwrap_or_default();
        let (envelope, not_before) = (inbound.envelope.clone(), self.now);
        self.back =
            Some(Back { limits, point, envelope, bytes_max, window, key, waiting, greet_until, not_before });
        Ok(Travel::Back)
    }

    /// What was tapped, if it belongs to the question that waits.
    pub(in crate::usecase) fn tapped(&self, tap: TapId) -> Option<step::Tap> {
        let frame = self.conversation().frames.last();
        let is_pending = frame.is_some_and(|frame| frame.asked_in_turn == tap.asked_in_turn);
        let taps = if is_pending { self.taps() } else { None };
        taps.and_then(|taps| taps.iter().nth(tap.place).cloned())
    }

    /// The account that is answered.
    pub(in crate::usecase) fn answered(&self) -> Option<&ContactPoint> {
        self.answered.as_ref()
    }

    /// The answer does not go before `at`, whatever it says.
    pub(in crate::usecase) fn answer_at(&mut self, at: Moment) {
        if let Some(back) = &mut self.back {
            back.not_before = back.not_before.max(at);
        }
    }

    /// Writes the answer down, and what has become of the window.
    pub(super) fn carry_back(&mut self, words: &str) -> Result<(), UseCaseError> {
        let Some(mut back) = self.back.take() else { return Ok(()) };
        if !words.is_empty() {
            let mut asked = self.asked_children();
            asked.retain(|id| self.is_not_asked(id));
            let then = OnDelivered { asked, ..OnDelivered::default() };
            match back.greet_until {
                Some(until) => self.greet(&back, words, &then, until)?,
                None => self.answer(&mut back, words, then)?,
            }
        }
        let Stored { value, expect } = &back.window;
        if *expect == Expect::Absent && *value == AnswerWindow::default() {
            return Ok(());
        }
        record::put(&mut self.batch, &self.school.id, back.key.clone(), value, *expect)
    }

    /// One greeting, besides the window; what does not fit is asked for by the person's first words.
    fn greet(
        &mut self,
        back: &Back,
        words: &str,
        then: &OnDelivered,
        until: Moment,
    ) -> Result<(), UseCaseError> {
        let Some(words) = split_text(words, back.bytes_max).into_iter().next() else { return Ok(()) };
        let (lane, taps) = (Lane::Urgent, self.offered());
        let (not_before, expires_at) = (back.not_before, Some(until));
        let row = self.answer_row(back, Part { words, lane, not_before, expires_at, then, taps })?;
        outbox::enqueue(&mut self.batch, row);
        Ok(())
    }

    fn answer(&mut self, back: &mut Back, words: &str, mut then: OnDelivered) -> Result<(), UseCaseError> {
        let mut all = Vec::new();
        for (row, expect) in std::mem::take(&mut back.waiting) {
            back.window.value.take_back(&row.id);
            back.not_before = back.not_before.max(row.not_before.min(self.now + guest::ANSWER_DELAY));
            self.batch.writes.push(Write::Delete { key: row.key(), expect });
            if let Some(before) = deliveries::parse(&row) {
                let asked = before.asked.into_iter().filter(|id| self.is_not_asked(id));
                let new: Vec<StudentId> = asked.filter(|id| !then.asked.contains(id)).collect();
                then.asked.extend(new);
            }
            all.push(row.message.in_words());
        }
        all.push(words.to_owned());
        let left = back.window.value.left(&back.limits, self.now);
        let hint = self.flows.common_words("more_to_come", &BTreeMap::new());
        let (said, held) = fit(&all.join("\n"), back.bytes_max, left, hint.trim_end());
        let closes_at = back.window.value.closes_at(&back.limits);
        let closes_at = closes_at.unwrap_or(self.now + back.limits.within);
        let nothing = OnDelivered::default();
        let lane = Lane::Reply;
        let (is_all, count) = (held.is_none(), said.len());
        for (place, words) in (1..).zip(said) {
            let rests_until = if place == left { self.now + LAST_RESTS } else { back.not_before };
            let (not_before, expires_at) = (back.not_before.max(rests_until), Some(closes_at));
            let is_end = is_all && place == count;
            let (then, taps) = if is_end { (&then, self.offered()) } else { (&nothing, Vec::new()) };
            self.write_answer(back, Part { words, lane, not_before, expires_at, then, taps })?;
        }
        if let Some(words) = held {
            // It never goes by itself: the person's next words take it along, or it is shown to have expired.
            let (not_before, expires_at) = (closes_at, Some(closes_at));
            let part = Part { words, lane, not_before, expires_at, then: &then, taps: Vec::new() };
            self.write_answer(back, part)?;
        }
        Ok(())
    }

    fn write_answer(&mut self, back: &mut Back, part: Part<'_>) -> Result<(), UseCaseError> {
        let row = self.answer_row(back, part)?;
        back.window.value.write(&row.id);
        outbox::enqueue(&mut self.batch, row);
        Ok(())
    }

    fn answer_row(&self, back: &Back, part: Part<'_>) -> Result<Row, UseCaseError> {
        let to = (&self.school.id, &self.person.id, &back.point);
        let row = deliveries::row(self.service, to, part.lane, part.words, part.then, self.now)?;
        let answers = Some(AnswerTo { envelope: back.envelope.clone(), taps: part.taps });
        let (not_before, expires_at) = (part.not_before, part.expires_at);
        Ok(Row { not_before, expires_at, answers, ..row })
    }

    /// What the question that waits offers to be tapped, one at a time.
    fn offered(&self) -> Vec<Tap> {
        let Some(frame) = self.conversation().frames.last() else { return Vec::new() };
        let asked_in_turn = frame.asked_in_turn;
        match self.taps() {
            Some(Taps::One(taps)) => (0..)
                .zip(taps)
                .map(|(place, tap)| Tap { id: TapId { asked_in_turn, place }, label: tap.label })
                .collect(),
            Some(Taps::Several { .. }) | None => Vec::new(),
        }
    }

    fn taps(&self) -> Option<Taps> {
        taps(&self.flows, self.conversation(), &self.facts())
    }
}

/// Cuts words into at most `left` messages; where that is too few the last one ends with a hint of how it goes on, and the
/// rest is held.
fn fit(words: &str, bytes_max: usize, left: usize, hint: &str) -> (Vec<String>, Option<String>) {
    let parts = split_text(words, bytes_max);
    if parts.len() <= left {
        return (parts, None);
    }
    let mut parts = split_text(words, bytes_max.saturating_sub(hint.len() + 1));
    let held = parts.split_off(left.min(parts.len()));
    if let Some(last) = parts.last_mut().filter(|_| !held.is_empty()) {
        last.push('\n');
        last.push_str(hint);
    }
    (parts, Some(held.join("\n")).filter(|held| !held.is_empty()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HINT: &str = "（还没说完）";

    #[test]
    fn what_does_not_fit_is_held_and_the_last_message_says_so() {
        for (left, said, held) in [
            (0, vec![], Some("一二三四五六七\n一二三四五六七\n一二三")),
            (1, vec!["一二三四五六七\n（还没说完）"], Some("一二三四五六七\n一二三")),
            (3, vec!["一二三四五六七\n一二三四五六七", "一二三"], None),
        ] {
            let fitted = fit("一二三四五六七\n一二三四五六七\n一二三", 43, left, HINT);
            assert_eq!(
                fitted,
                (said.into_iter().map(str::to_owned).collect(), held.map(str::to_owned)),
                "{left}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_word_is_lost_and_no_message_is_too_long(words in "([一-龥]|，|\n){0,300}", left in 0_usize..6) {
            let (said, held) = fit(&words, 90, left, HINT);
            prop_assert!(said.len() <= left.max(usize::from(held.is_none()) * said.len()));
            prop_assert!(said.iter().all(|message| message.len() <= 90));
            let solid = |text: &str| text.replace(['\n'], "").replace(HINT, "");
            let all = said.concat() + &held.unwrap_or_default();
            prop_assert_eq!(solid(&all), solid(&words));
        }
    }
}
