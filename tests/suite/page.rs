//! The parent page: the thread that it shows, how a parent is recognised, and what must not get through.
//!
//! A school in memory whose 妈妈 and 爸爸 live in plain WeChat. Start at [`School::open`].

mod attacks;
pub(crate) mod browser;
mod chat;
mod story;
mod thread;

use std::path::Path;
use std::sync::Arc;

use kehou::app::{App, Seams};
use kehou::clock::{Clock, ManualClock, Moment};
use kehou::config::Config;
use kehou::domain::people::{Channel, ContactPoint, Person, PersonId, SchoolId};
use kehou::ids::Ids;
use kehou::platform::{Content, Inbound, InboundId};
use kehou::rehearsal::cast::Cast;
use kehou::simulator::wecom::{ConsoleSettings, Running, WecomSimulator};
use kehou::store::memory::MemoryStore;
use kehou::store::{Batch, Expect, Store};
use kehou::usecase::record::{self, AccountOwner};
use secrecy::ExposeSecret as _;

/// Who has a parent page, with their account there.
const PARENTS: [(&str, &str); 3] = [("妈妈", "p-mama"), ("爸爸", "p-baba"), ("奶奶", "p-nainai")];

pub(crate) struct School {
    pub(crate) app: Arc<App>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) id: SchoolId,
    pub(crate) simulator: WecomSimulator,
    pub(crate) config: Config,
    messages: u32,
    _platform: Running,
    _folder: tempfile::TempDir,
}

/// Monday, half past four in the afternoon.
fn opening() -> Moment {
    "2026-11-23T08:30:00Z".parse().unwrap()
}

impl School {
    pub(crate) async fn open() -> Self {
        Self::open_at("http://127.0.0.1:8700").await
    }

    /// The same under another public address.
    pub(crate) async fn open_at(public_url: &str) -> Self {
        Self::open_as(public_url, |_| {}).await
    }

    /// The same with other settings.
    pub(crate) async fn open_as(public_url: &str, change: impl FnOnce(&mut Config)) -> Self {
        let clock = Arc::new(ManualClock::new(opening()));
        let folder = tempfile::tempdir().unwrap();
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
        std::fs::copy(shipped.join("example-school/plan.toml"), folder.path().join("plan.toml")).unwrap();
        std::fs::copy(shipped.join("calendars/cn-2026.toml"), folder.path().join("calendar.toml")).unwrap();
        let mut config = Config::example(folder.path());
        let simulator = simulator(&config, clock.clone());
        let platform = simulator.serve("127.0.0.1:0".parse().unwrap()).await.unwrap();
        config.wecom[0].api_base = Some(platform.api_base());
        config.wecom[0].oauth_base = Some(platform.api_base());
        config.wecom[0].login_base = Some(platform.api_base());
        public_url.clone_into(&mut config.server.public_url);
        // A second school on the same machine, without families.
        let other = SchoolId::from("other");
        config.schools.push(kehou::config::School { id: other.clone(), ..config.schools[0].clone() });
        config.wecom.push(kehou::config::Wecom { school: other, ..config.wecom[0].clone() });
        change(&mut config);
        let seams: Arc<dyn Clock> = clock.clone();
        let ids = Arc::new(Ids::seeded(7));
        let parts = App::parts(&config, &seams, &ids).unwrap();
        let store = Arc::new(MemoryStore::default());
        let id = SchoolId::from("example");
        Cast::example().enrol(store.as_ref(), opening()).await.unwrap();
        for (name, account) in PARENTS {
            give_page(store.as_ref(), &id, name, account).await;
            simulator.add_member(&format!("m-{account}"));
        }
        let app = App::assemble(parts, Seams { clock: seams, ids, store }).await.unwrap();
        Self { app, clock, id, simulator, config, messages: 0, _platform: platform, _folder: folder }
    }

    pub(crate) fn person(name: &str) -> PersonId {
        PersonId(format!("p_{name}"))
    }

    /// Writes to the school by one of a person's accounts.
    pub(crate) async fn say(&mut self, channel: Channel, account: &str, words: &str) -> String {
        self.messages += 1;
        let inbound = Inbound {
            school: self.id.clone(),
            channel,
            id: InboundId(format!("m{}", self.messages)),
            account: account.to_owned(),
            content: Content::Text(words.to_owned()),
            sent_at: None,
            envelope: String::new(),
        };
        self.app.receive(&inbound, self.clock.now()).await.unwrap().unwrap_or_default()
    }
}

/// A member's account, where notices go, and a page, where answers come from.
async fn give_page(store: &dyn Store, school: &SchoolId, name: &str, account: &str) {
    let member = format!("m-{account}");
    give_accounts(store, school, name, &[(Channel::WecomApp, &member), (Channel::ParentPage, account)]).await;
}

/// Gives somebody of the cast these accounts in the place of those that they have.
pub(crate) async fn give_accounts(
    store: &dyn Store,
    school: &SchoolId,
    name: &str,
    accounts: &[(Channel, &str)],
) {
    let key = record::key::<Person>(school, School::person(name));
    let mut person = record::load::<Person>(store, &key).await.unwrap().unwrap();
    person.value.contact_points.clear();
    let mut batch = Batch::default();
    for (channel, account) in accounts {
        let owner = record::key::<AccountOwner>(school, record::account_id(*channel, account));
        let person_id = person.value.id.clone();
        record::put(&mut batch, school, owner, &AccountOwner { person: person_id }, Expect::Absent).unwrap();
        let (channel, account) = (*channel, (*account).to_owned());
        person.value.contact_points.push(ContactPoint { channel, account, is_reachable: true });
    }
    record::put(&mut batch, school, key, &person.value, person.expect).unwrap();
    store.commit(batch).await.unwrap();
}

fn simulator(config: &Config, clock: Arc<dyn Clock>) -> WecomSimulator {
    let account = &config.wecom[0];
    let settings = ConsoleSettings::new(
        &account.corp_id,
        i64::try_from(account.agent_id).unwrap(),
        account.secret.expose_secret(),
        account.token.expose_secret(),
        account.encoding_aes_key.expose_secret(),
    );
    WecomSimulator::new(settings, clock, Ids::seeded(1)).unwrap()
}
