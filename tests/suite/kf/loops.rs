//! The loops of the running program: a bell is followed at once, and a lost one costs no message.

use std::time::Duration;

use kehou::clock::{Clock as _, Stopwatch, SystemClock};
use kehou::platform::mailbox::Doorbell;
use kehou::simulator::wecom::Faults;
use kehou::web;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::*;

/// How long the loops may take.
const PATIENCE: Duration = Duration::from_secs(20);

async fn until(mut holds: impl FnMut() -> bool, what: &str) {
    let watch = Stopwatch::start();
    while !holds() {
        assert!(watch.elapsed() < PATIENCE, "{what}");
        SystemClock.sleep_until(SystemClock.now() + chrono::Duration::milliseconds(5)).await;
    }
}

#[tokio::test]
async fn the_token_of_a_bell_is_left_out_once_it_is_over() {
    let world = World::start(41).await;
    let fetches = || world.simulator().kf_figures().fetches;
    let token = Some("nobody-knows-it".to_owned());
    let bell =
        Doorbell { channel: Channel::WecomKf, mailboxes: vec![KF.to_owned()], lost: Vec::new(), token };
    world.app.ring(&world.small.school, &bell);
    for (minutes, looks) in [(0, 2), (9, 2), (1, 1), (60, 1)] {
        world.clock.advance(chrono::Duration::minutes(minutes));
        let before = fetches();
        world.app.fetch().await.unwrap();
        assert_eq!(fetches() - before, looks, "{minutes} minutes later");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bell_is_followed_at_once_and_without_one_the_mailbox_is_looked_into() {
    let world = World::start(40).await;
    let stop = CancellationToken::new();
    let listener = TcpListener::bind(world.small.config.server.listen).await.unwrap();
    let serving = tokio::spawn(web::serve(listener, web::router(world.app.clone()), stop.clone()));
    let running = tokio::spawn({
        let (app, stop) = (world.app.clone(), stop.clone());
        async move { app.run(stop).await }
    });
    // The first look finds nothing; what comes afterwards is new.
    until(|| world.simulator().kf_figures().fetches > 0, "nobody looked at the start").await;
    let (mother, _) = world.families[0].guardians[0].clone();
    let link = world.app.chat_link(&world.small.school, &mother).await.unwrap().unwrap();
    world.simulator().kf_enter(KF, "wmMOTHER", &link);
    // Delivered twice at the same moment.
    let faults = Faults { extra_deliveries: 1, deliveries_at_once: true, ..Faults::default() };
    world.simulator().set_faults(faults);
    world.simulator().kf_ring(KF).await.unwrap();
    world.simulator().set_faults(Faults::default());
    // The clock stands still, so the welcome code is still good: nothing but the bell can have caused it.
    until(|| world.last("wmMOTHER").contains("认出您了"), "the greeting did not come").await;
    world.say("wmMOTHER", "菜单");
    let before = world.thread("wmMOTHER").len();
    // The loop may still be at the second bell, and count its minutes from then on.
    let is_answered = || {
        world.clock.advance(chrono::Duration::minutes(1));
        world.thread("wmMOTHER").len() > before
    };
    until(is_answered, "a lost bell lost the message").await;
    stop.cancel();
    running.await.unwrap();
    serving.await.unwrap().unwrap();
}
