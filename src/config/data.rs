//! `[data]`: where everything that is remembered lies.
//!
//! Does not touch the folder; the store creates and locks it. Start at [`Data`].

use std::path::PathBuf;

use super::reader::Table;

/// `[data]`.
#[derive(Debug, Clone)]
pub struct Data {
    /// The folder, absolute.
    pub dir: PathBuf,
}

pub(super) fn read(table: &mut Table) -> Option<Data> {
    let (text, spot) = table.required_text("dir", "write the folder's path")?;
    let dir = table.source.folder.join(text);
    if dir.exists() && !dir.is_dir() {
        table.problem(&spot, "is a file, not a folder", Some("write the path of a folder"));
        return None;
    }
    Some(Data { dir })
}
