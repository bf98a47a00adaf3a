//! The work of one callback: verify, decrypt, load, step, durable commit, encrypted reply; all of it, and each part by
//! itself. On sled in a temporary folder: `TMPDIR` says on which medium.

#![expect(clippy::expect_used, reason = "a bench that cannot run has nothing to tell")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use divan::Bencher;
use divan::counter::ItemsCount;
use kehou::cli::demo::{first_morning, world::World};
use kehou::domain::people::{Channel, PersonId, Role};
use kehou::platform::{CallbackRequest, Inbound, Opened, Platform};
use kehou::store::{Batch, Expect, IndexEntry, Key, Kind, Write};
use kehou::usecase::School;
use kehou::usecase::draft::{Draft, Travel};
use tokio::runtime::Runtime;

fn main() {
    divan::main();
}

const SCRIPT: [&str; 9] = ["修改", "1", "周一周三", "五点半", "听老师安排", "1", "修改", "4", "1"];

/// Callbacks of one sample.
const EACH: usize = 256;

struct Bench {
    runtime: Runtime,
    world: World,
    guardians: Vec<(PersonId, String)>,
    next: AtomicUsize,
    // Goes last.
    _folder: tempfile::TempDir,
}

impl Bench {
    fn start() -> Arc<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let runtime = Runtime::new().expect("a runtime");
        let (world, people) = runtime.block_on(async {
            let world = World::start(folder.path(), 7, first_morning()).await.expect("the example school");
            let people = world.people().await.expect("people");
            (world, people)
        });
        let guardians = people.iter().filter(|person| {
            person.children.len() == 1 && person.roles.iter().all(|role| *role == Role::Guardian)
        });
        let guardians = guardians.filter_map(|person| {
            let point = person.contact_points.iter().find(|point| point.channel == Channel::WecomApp)?;
            Some((person.id.clone(), point.account.clone()))
        });
        let guardians = guardians.collect();
        Arc::new(Self { runtime, world, guardians, next: AtomicUsize::new(0), _folder: folder })
    }

    fn platform(&self) -> &Arc<dyn Platform> {
        self.world.app.platform(Channel::WecomApp, &self.world.school).expect("the example's WeCom")
    }

    fn school(&self) -> &School {
        self.world.example().expect("the example school")
    }

    /// The next message: each guardian the first words of the script, then each the second ones.
    fn request(&self) -> CallbackRequest {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let words = SCRIPT.get(number / self.guardians.len() % SCRIPT.len()).expect("words");
        let (_, account) = self.guardians.get(number % self.guardians.len()).expect("a guardian");
        let id = u64::try_from(number).expect("a number") + 1;
        let simulator = &self.world.simulator;
        let sealed = simulator.seal(&simulator.text(account, id, words));
        CallbackRequest { query: sealed.query, body: sealed.body.into_bytes(), ..CallbackRequest::default() }
    }

    fn open(&self, request: &CallbackRequest) -> Inbound {
        match self.platform().open(request).expect("a genuine callback") {
            Opened::Inbound(inbound) => inbound,
            Opened::Verification(_) | Opened::Doorbell(_) => unreachable!("it is a message"),
        }
    }
}

/// Everything, in memory behind the routes, by so many callbacks at the same time.
#[divan::bench(args = [1, 64], sample_count = 10, sample_size = 1)]
fn all(bencher: Bencher<'_, '_>, at_once: usize) {
    let bench = Bench::start();
    bencher
        .with_inputs(|| (0..EACH).map(|_| bench.request()).collect::<Vec<_>>())
        .counter(ItemsCount::new(EACH))
        .bench_local_values(|requests| {
            bench.runtime.block_on(async {
                let mut tasks = tokio::task::JoinSet::new();
                for share in requests.chunks(EACH / at_once) {
                    let (bench, share) = (bench.clone(), share.to_vec());
                    tasks.spawn(async move {
                        for request in &share {
                            let platform = bench.platform().clone();
                            bench.world.app.callback(platform.as_ref(), request).await.expect("an answer");
                        }
                    });
                }
                tasks.join_all().await;
            });
        });
}

/// Verify and decrypt the callback, encrypt and sign the reply.
#[divan::bench(sample_count = 20)]
fn crypto_only(bencher: Bencher<'_, '_>) {
    let bench = Bench::start();
    bencher.with_inputs(|| bench.request()).bench_local_values(|request| {
        let inbound = bench.open(&request);
        let words = "李小禾现在的登记：参加，周一、周三，17:30接。改成参加还是不参加？\n1 参加  2 不参加";
        bench.platform().answer(&inbound, Some(words), first_morning())
    });
}

/// Load what a turn needs, let the engine and the rules decide, make the batch; nothing is committed.
#[divan::bench(sample_count = 20)]
fn load_and_step_only(bencher: Bencher<'_, '_>) {
    let bench = Bench::start();
    let (person, _) = bench.guardians.first().expect("a guardian");
    bencher.bench_local(|| {
        bench.runtime.block_on(async {
            let draft = Draft::load(&bench.world.app.service, bench.school(), person, first_morning());
            let mut draft = draft.await.expect("a store").expect("a person");
            draft.take(kehou::flow::effect::Input::Reply("修改".to_owned())).await.expect("a turn");
            draft.into_batch(Travel::Reply).expect("a batch")
        })
    });
}

/// Load only.
#[divan::bench(sample_count = 20)]
fn load_only(bencher: Bencher<'_, '_>) {
    let bench = Bench::start();
    let (person, _) = bench.guardians.first().expect("a guardian");
    bencher.bench_local(|| {
        bench.runtime.block_on(async {
            let draft = Draft::load(&bench.world.app.service, bench.school(), person, first_morning());
            draft.await.expect("a store").is_some()
        })
    });
}

/// One durable commit with the records of a turn, nobody else writing.
#[divan::bench(sample_count = 20, sample_size = 32)]
fn commit_only(bencher: Bencher<'_, '_>) {
    let bench = Bench::start();
    let next = AtomicU64::new(0);
    bencher.bench_local(|| {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let put = |kind, index, bytes| Write::Put {
            key: Key::new(Kind(kind), format!("bench/{number}")),
            expect: Expect::Absent,
            body: vec![b' '; bytes],
            indexes: vec![IndexEntry { name: index, value: format!("{number:015}") }],
        };
        let writes =
            vec![put("conversation", "bench", 300), put("timer", "bench", 200), put("handled", "at", 300)];
        let commit = bench.world.app.seams.store.commit(Batch { writes });
        bench.runtime.block_on(commit).expect("a commit")
    });
}
