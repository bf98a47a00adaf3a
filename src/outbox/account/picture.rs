//! Pictures of one account (图片上传): uploaded before a call is frozen, once for all who get the same one.
//!
//! An upload shows nothing to anybody, so one whose outcome is unknown is simply made again. The call comes after it and
//! holds the platform's handle in its frozen bytes: a retry after a crash is the same bytes, inside the duplicate guard.
//! Handles live in memory; after a restart a picture is uploaded once more. Start at [`Account::want_picture`].

use std::collections::HashMap;

use super::super::call::body_hash;
use super::super::choose::Chooser;
use super::super::row::Row;
use super::super::settle::{Verdict, account_pause, judge_upload};
use super::super::{DrainReport, Seams, picture};
use super::{Account, Next};
use crate::clock::Moment;
use crate::platform::picture::{PictureId, Uploaded};
use crate::platform::{Call, Message, SendError};
use crate::store::{StoreError, Version};

/// Why a row is parked whose picture is not kept any more.
const FORGOTTEN: &str = "图片已经过了保存的时间：请用 digest show --picture 重新生成后转发";

/// What is known of pictures at the platform.
#[derive(Default)]
pub(super) struct Shelf {
    known: HashMap<PictureId, Known>,
    /// The uploads on their way, each with the rows that waited for it.
    uploading: HashMap<PictureId, Vec<(Row, Version)>>,
}

struct Known {
    handle: String,
    at: Moment,
    /// Not put into a new call from then on.
    until: Moment,
}

impl Shelf {
    /// The handle of a picture that can go into a new call.
    pub(super) fn handle(&self, picture: &PictureId, now: Moment) -> Option<&str> {
        self.known.get(picture).filter(|known| now < known.until).map(|known| known.handle.as_str())
    }

    /// Lets the next call with it upload it again.
    pub(super) fn forget(&mut self, picture: &PictureId) {
        self.known.remove(picture);
    }

    /// Forgets what can go into no new call.
    pub(super) fn forget_old(&mut self, now: Moment) {
        self.known.retain(|_, known| now < known.until);
    }
}

impl Account {
    /// Whether a message can be frozen as it is: words always, a picture once it is uploaded.
    pub(super) fn is_at_hand(&self, message: &Message, now: Moment) -> bool {
        match message {
            Message::Image { picture, .. } => {
                self.platform.pictures().is_none() || self.shelf.handle(picture, now).is_some()
            }
            Message::Text(_) | Message::TextCard { .. } | Message::Card(_) | Message::CardUpdate(_) => true,
        }
    }

    /// The upload that the offered rows wait for, unless it is on its way already.
    pub(super) async fn want_picture(
        &mut self,
        seams: &Seams,
        chooser: &mut Chooser,
        now: Moment,
        report: &mut DrainReport,
    ) -> Result<Option<Next>, StoreError> {
        let wanted = chooser.unpictured.iter().find_map(|(row, _)| match &row.message {
            Message::Image { picture, .. } if !self.shelf.uploading.contains_key(picture) => Some(picture),
            _ => None,
        });
        let Some(id) = wanted.cloned() else { return Ok(None) };
        let is_wanted = |row: &Row| matches!(&row.message, Message::Image { picture, .. } if *picture == id);
        let rows: Vec<(Row, Version)> =
            chooser.unpictured.drain(..).filter(|(row, _)| is_wanted(row)).collect();
        let Some(png) = picture::load(seams.store.as_ref(), self.platform.school(), &id).await? else {
            let verdicts = vec![Verdict::Parked(FORGOTTEN.to_owned()); rows.len()];
            self.end_waiting(seams, rows, verdicts, now, report).await?;
            return Ok(Some(Next::Looked));
        };
        self.shelf.uploading.insert(id.clone(), rows);
        Ok(Some(Next::Upload { picture: id, png }))
    }

    /// Takes the answer to an upload: the rows go next, or wait, or are parked.
    pub(in crate::outbox) async fn settle_upload(
        &mut self,
        seams: &Seams,
        picture: &PictureId,
        result: Result<Uploaded, SendError>,
        report: &mut DrainReport,
    ) -> Result<(), StoreError> {
        let now = seams.clock.now();
        let rows = self.shelf.uploading.remove(picture).unwrap_or_default();
        self.look_from_the_start();
        if let Some(pause) = account_pause(&result) {
            self.pause_until(now + pause);
        }
        self.count_refusals(&result, now);
        let error = match result {
            Ok(Uploaded { handle, life }) => {
                // A call's retries must not outlive its picture.
                let usable = life.saturating_sub(self.platform.limits().duplicate_guard);
                self.shelf.known.insert(picture.clone(), Known { handle, at: now, until: now + usable });
                return Ok(());
            }
            Err(error) => error,
        };
        tracing::warn!(error = %error, school.id = %self.platform.school(), "a picture was not uploaded");
        let [jitter] = seams.ids.bytes();
        let verdicts = rows.iter().map(|(row, _)| judge_upload(row, &error, now, jitter)).collect();
        self.end_waiting(seams, rows, verdicts, now, report).await
    }

    /// The bytes of a call with a picture; `None` when it must be uploaded first.
    ///
    /// The duplicate guard would swallow a picture that is meant twice: a new upload gives it another handle.
    pub(super) fn compose_picture(
        &mut self,
        accounts: &[String],
        picture: &PictureId,
        now: Moment,
    ) -> Option<Call> {
        let known = self.shelf.known.get(picture).filter(|known| now < known.until)?;
        let call = self.platform.pictures()?.compose(accounts, &known.handle);
        let guard = self.platform.limits().duplicate_guard;
        // Uploaded after that call or in this very moment, it has the only handle that the platform gives it.
        let is_known = self
            .recent
            .get(&body_hash(&call))
            .is_some_and(|&at| now < at + guard && known.at <= at && at < now);
        if is_known {
            self.shelf.forget(picture);
            return None;
        }
        Some(call)
    }
}
