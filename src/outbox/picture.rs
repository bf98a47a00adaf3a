//! Pictures that are to be sent (待发图片): each kept once by its content, beside the rows that name it.
//!
//! A row stays small however many readers a picture has. The bytes are written in the batch of the rows and forgotten a
//! month later. Knows nothing of uploads; `account::picture` does. Start at [`keep_picture`].

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::row::{decode, encode};
use crate::clock::{Moment, sortable};
use crate::domain::people::SchoolId;
use crate::platform::picture::PictureId;
use crate::store::{Batch, Expect, IndexEntry, Key, Kind, Store, StoreError, Write};

/// The kind of a picture's record.
pub const OUTBOX_PICTURE: Kind = Kind("outbox_picture");
/// The index that sorts pictures by the time of their last use.
pub(super) const AT: &str = "at";
/// Pictures that one commit of housekeeping forgets at the most.
pub(super) const PAGE: usize = 100;
/// How long a picture is kept after it was last wanted: as long as somebody may resend what was parked.
pub(super) const KEPT: chrono::Duration = chrono::Duration::days(30);

/// What is kept of a picture.
#[derive(Serialize, Deserialize)]
struct Kept {
    at: Moment,
    /// In base64, because a record is a JSON document.
    png: String,
}

/// Keeps a PNG for the rows of the same batch, and returns what their message names it by.
///
/// - `png`: at most about 700 KB, so that its record stays within a record's size.
pub fn keep_picture(batch: &mut Batch, school: &SchoolId, png: &[u8], now: Moment) -> PictureId {
    let picture = PictureId::of(png);
    let value = format!("{school}/{}/{}", sortable(now), picture.as_str());
    batch.writes.push(Write::Put {
        key: key(school, &picture),
        // By its content: whoever wrote it before wrote the same.
        expect: Expect::Any,
        body: encode(&Kept { at: now, png: STANDARD.encode(png) }),
        indexes: vec![IndexEntry { name: AT, value }],
    });
    picture
}

/// The PNG, unless it was forgotten.
///
/// # Errors
/// [`StoreError`] of the store, or when what is kept is not what its id says.
pub(super) async fn load(
    store: &dyn Store,
    school: &SchoolId,
    picture: &PictureId,
) -> Result<Option<Vec<u8>>, StoreError> {
    let Some(record) = store.load(&key(school, picture)).await? else { return Ok(None) };
    let kept: Kept = decode(&record)?;
    let png = STANDARD.decode(&kept.png).unwrap_or_default();
    if PictureId::of(&png) != *picture {
        return Err(StoreError::Damaged(format!("picture {} holds something else", picture.as_str())));
    }
    Ok(Some(png))
}

fn key(school: &SchoolId, picture: &PictureId) -> Key {
    Key::new(OUTBOX_PICTURE, format!("{school}/{}", picture.as_str()))
}
