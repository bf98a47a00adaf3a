//! `[flows]`: a school's own conversations (流程).
//!
//! Sees only that the folder is there; `usecase::flow_files` reads and checks what is in it. Start at [`Flows`].

use std::path::PathBuf;

use super::reader::Table;

/// `[flows]`.
#[derive(Debug, Clone, Default)]
pub struct Flows {
    /// The folder of flow files, absolute; without it, those that come with the program.
    pub dir: Option<PathBuf>,
}

pub(super) fn read(table: &mut Table) -> Option<Flows> {
    let Some((text, spot)) = table.text("dir") else { return Some(Flows::default()) };
    let dir = table.source.folder.join(text);
    if !dir.is_dir() {
        let instead = format!("looked for {}", dir.display());
        table.problem(&spot, "names a folder that is not there", Some(&instead));
        return None;
    }
    Some(Flows { dir: Some(dir) })
}
