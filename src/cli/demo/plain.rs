//! The example school's guardians in plain WeChat (普通微信里的家长): known from the directory, some of them in the chat already.
//!
//! Start at [`enrol`].

use anyhow::Context as _;

use super::super::ProblemsFound;
use crate::app::App;
use crate::clock::Moment;
use crate::config;
use crate::domain::people::{Channel, ContactPoint, Person, Role, SchoolId};
use crate::simulator::example_school::ExampleSchool;
use crate::simulator::wecom::{WecomSimulator, external_id};
use crate::store::{Batch, Expect};
use crate::usecase::office::{Request, answer};
use crate::usecase::record::{self, AccountOwner, Stored};
use crate::usecase::{roster_file, roster_import};

/// The school's account in 微信客服.
pub(super) const KF: &str = "wkQINGHELU";

/// What such a school has in its settings.
pub(super) fn settings(account: &mut config::Wecom) {
    account.parents = true;
    account.kf = vec![KF.to_owned()];
}

/// Imports sheets without guardians' accounts, takes those from the directory, and lets every second guardian have come
/// into the chat before.
///
/// # Errors
/// The store failed, or the simulated platform did not answer.
pub(super) async fn enrol(
    app: &App,
    school: &SchoolId,
    simulator: &WecomSimulator,
    now: Moment,
) -> anyhow::Result<()> {
    let mut example = ExampleSchool::invent();
    example.fill_directory(simulator, |[.., phone, account, _]| match account.as_str() {
        "" => format!("p{phone}"),
        account => account.to_owned(),
    });
    simulator.add_kf(KF);
    example.students.iter_mut().for_each(|[.., account, _]| account.clear());
    let sheets = roster_file::parse("roster.xlsx", &example.workbook().context("the example's sheets")?)
        .map_err(|problem| ProblemsFound(vec![problem]))?;
    roster_import::import(&app.service, app.service.school(school)?, &sheets, false, now).await?;
    let sync = Request::RosterSync { school: school.clone(), is_dry_run: false, is_forced: false };
    answer(&app.service, &sync, now).await?;
    give_chats(app, school).await
}

async fn give_chats(app: &App, school: &SchoolId) -> anyhow::Result<()> {
    let store = app.seams.store.as_ref();
    let people = record::all::<Person>(store, school).await?;
    let guardians = people.into_iter().filter(|(_, person)| person.value.roles == [Role::Guardian]);
    let mut batch = Batch::default();
    for (id, Stored { value: mut person, expect }) in guardians.skip(1).step_by(2) {
        let mut points = person.contact_points.iter();
        let Some(notices) = points.find(|point| point.channel == Channel::WecomNotice) else { continue };
        let account = external_id(&notices.account);
        let owner = record::key::<AccountOwner>(school, record::account_id(Channel::WecomKf, &account));
        let record_of_owner = AccountOwner { person: person.id.clone() };
        record::put(&mut batch, school, owner, &record_of_owner, Expect::Any)?;
        person.contact_points.push(ContactPoint { channel: Channel::WecomKf, account, is_reachable: true });
        record::put(&mut batch, school, record::key::<Person>(school, id), &person, expect)?;
    }
    store.commit(batch).await?;
    Ok(())
}
