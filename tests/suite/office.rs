//! The office: the example roster from its spreadsheet, a campaign, the outbox and a backup, asked for alone and over
//! the control socket of a running kehou.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kehou::app::{App, Seams, open_store, restore_store};
use kehou::cli::control::{ControlClient, ControlError, Reached, SOCKET_NAME};
use kehou::clock::{Clock, ManualClock, Moment};
use kehou::config::Config;
use kehou::domain::people::{Channel, Person, SchoolId, Student};
use kehou::domain::roster::{Cell, Sheets};
use kehou::flow::conversation::Conversation;
use kehou::ids::Ids;
use kehou::store::memory::MemoryStore;
use kehou::store::{Batch, Committed, Kind, Range, Store};
use kehou::usecase::office::{Answer, Coverage, OfficeError, OutboxState, Request, answer};
use kehou::usecase::record::{self, AccountOwner};
use kehou::usecase::roster_file;
use kehou::usecase::roster_import::Imported;
use kehou::web::control::{Control, OFFICE_PATH};
use tokio_util::sync::CancellationToken;

mod campaign;
mod contended;
mod roster;
mod socket;

/// Monday, 2026-10-12, 10:00 at the school.
const NOW: &str = "2026-10-12T02:00:00Z";

fn now() -> Moment {
    NOW.parse().unwrap()
}

fn school() -> SchoolId {
    SchoolId::from("example")
}

/// The example school's roster as it is shipped.
fn example() -> Sheets {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/example-school/roster.xlsx");
    roster_file::open(&[file]).unwrap()
}

/// The example school's settings over an empty folder.
fn settings(folder: &Path) -> Config {
    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    std::fs::copy(config.join("example-school/plan.toml"), folder.join("plan.toml")).unwrap();
    std::fs::copy(config.join("calendars/cn-2026.toml"), folder.join("calendar.toml")).unwrap();
    Config::example(folder)
}

/// kehou over a store that remembers nothing longer than the test.
async fn kehou_over(store: Arc<dyn Store>, folder: &Path) -> Arc<App> {
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::new(now()));
    let ids = Arc::new(Ids::seeded(7));
    let parts = App::parts(&settings(folder), &clock, &ids).unwrap();
    App::assemble(parts, Seams { clock, ids, store }).await.unwrap()
}

async fn in_memory(folder: &Path) -> Arc<App> {
    kehou_over(Arc::new(MemoryStore::default()), folder).await
}

async fn ask(app: &App, request: &Request) -> Result<Answer, OfficeError> {
    answer(&app.service, request, app.seams.clock.now()).await
}

fn import_of(sheets: Sheets) -> Request {
    Request::RosterImport { school: school(), sheets, is_dry_run: false }
}

async fn import(app: &App, sheets: Sheets) -> Imported {
    match ask(app, &import_of(sheets)).await.unwrap() {
        Answer::Imported(imported) => imported,
        other => panic!("{other:?}"),
    }
}

async fn status(app: &App) -> Coverage {
    match ask(app, &Request::CampaignStatus { school: school() }).await.unwrap() {
        Answer::Status(coverage) => coverage,
        other => panic!("{other:?}"),
    }
}

/// Everything that is remembered of the roster, for comparing before and after.
async fn roster_records(app: &App) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for kind in ["student", "person", "account", "standing", "errand", "roster"].map(Kind) {
        let records = app.seams.store.scan(kind, &Range::all(20_000)).await.unwrap();
        found.extend(records.into_iter().map(|record| (record.key.id, record.body)));
    }
    let log = app.seams.store.read_log(&record::ledger(&school()), 0, 20_000).await.unwrap();
    found.extend(log.into_iter().map(|entry| (entry.position.to_string(), entry.body)));
    found
}

fn set(sheets: &mut Sheets, row: usize, heading: &str, text: &str) {
    let sheet = sheets.students.as_mut().unwrap();
    let headings = sheet.rows.iter().find(|row| row.cells.contains(&Cell::Text(heading.to_owned()))).unwrap();
    let column = headings.cells.iter().position(|cell| *cell == Cell::Text(heading.to_owned())).unwrap();
    sheet.rows[row].cells[column] = Cell::Text(text.to_owned());
}
