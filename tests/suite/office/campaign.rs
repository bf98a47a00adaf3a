//! The campaign: what it says before it begins, and what it says afterwards.

use kehou::app::Parts;
use kehou::platform::faulty::{Fault, FaultyPlatform, LIMITS};

use super::*;

#[tokio::test]
async fn a_campaign_says_what_it_would_do_and_its_states_add_up_to_the_roll() {
    let folder = tempfile::tempdir().unwrap();
    let app = in_memory(folder.path()).await;
    import(&app, example()).await;
    let Answer::Preview(preview) =
        ask(&app, &Request::CampaignPreview { school: school(), days: 5 }).await.unwrap()
    else {
        panic!()
    };
    assert_eq!((preview.students, preview.reachable, preview.unreachable.len()), (1_200, 1_187, 13));
    assert_eq!((preview.calls, preview.deadline_on.to_string().as_str()), (preview.guardians, "2026-10-19"));
    assert!(status(&app).await.campaign.is_none(), "a preview opens nothing");

    ask(&app, &Request::CampaignOpen { school: school(), days: 5 }).await.unwrap();
    for request in [
        Request::CampaignOpen { school: school(), days: 5 },
        Request::CampaignPreview { school: school(), days: 5 },
    ] {
        let refused = ask(&app, &request).await.unwrap_err();
        assert!(matches!(refused, OfficeError::Refused(_)), "{request:?}: {refused:?}");
    }
    let remind = async || ask(&app, &Request::CampaignRemind { school: school() }).await.unwrap();
    let nobody = Answer::Reminded { guardians: 0 };
    assert!(remind().await == nobody, "the campaign has not got to anybody yet");
    let present = app.service.school(&school()).unwrap();
    kehou::usecase::campaign::ask_all(&app.service, present, now()).await.unwrap();
    assert!(remind().await == nobody, "everybody is about to be asked");
    app.tick().await.unwrap();
    assert!(remind().await == nobody, "every question is on its way");
    let coverage = status(&app).await;
    assert!(coverage.adds_up() && coverage.campaign.as_ref().unwrap().is_asked);
    let total = coverage.total;
    assert_eq!((total.unreachable, total.not_asked, total.silent), (13, 1_187, 0), "asked when delivered");
    let waiting = Request::OutboxList { school: school(), state: OutboxState::Waiting };
    let Answer::Outbox(listed) = ask(&app, &waiting).await.unwrap() else { panic!() };
    assert_eq!((listed.rows.len(), listed.has_more), (500, true));
    assert!(listed.rows.iter().all(|row| !row.name.is_empty() && row.reason.is_none()));

    let Answer::Status(closed) = ask(&app, &Request::CampaignClose { school: school() }).await.unwrap()
    else {
        panic!()
    };
    assert!(closed.adds_up() && closed.campaign.is_none());
    let refused = ask(&app, &Request::CampaignRemind { school: school() }).await.unwrap_err();
    assert!(matches!(refused, OfficeError::Refused(_)), "{refused:?}");
}

#[tokio::test]
async fn an_unknown_school_is_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let app = in_memory(folder.path()).await;
    let refused = ask(&app, &Request::CampaignStatus { school: "elsewhere".into() }).await.unwrap_err();
    assert_eq!(refused.to_string(), "there is no school elsewhere");
}

#[tokio::test]
async fn what_was_parked_is_listed_with_its_reason_and_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::new(now()));
    let platform = Arc::new(FaultyPlatform::new(school(), Channel::WecomApp, LIMITS, clock.clone()));
    platform.fail(0, Fault::Refuse);
    let ids = Arc::new(Ids::seeded(7));
    let parts = App::parts(&settings(folder.path()), &clock, &ids).unwrap();
    let parts = Parts { platforms: vec![platform.clone()], ..parts };
    let store = Arc::new(MemoryStore::default());
    let app = App::assemble(parts, Seams { clock, ids, store }).await.unwrap();
    let mut sheets = example();
    sheets.students.as_mut().unwrap().rows.truncate(8);
    import(&app, sheets).await;
    ask(&app, &Request::CampaignOpen { school: school(), days: 5 }).await.unwrap();
    app.settle().await.unwrap();

    let parked = async || {
        let request = Request::OutboxList { school: school(), state: OutboxState::Parked };
        let Answer::Outbox(listed) = ask(&app, &request).await.unwrap() else { panic!() };
        listed.rows
    };
    let rows = parked().await;
    let [row] = rows.as_slice() else { panic!("{} rows are parked", rows.len()) };
    assert!(!row.name.is_empty() && row.stopped_at == Some(now()));
    assert!(row.reason.as_ref().is_some_and(|reason| !reason.is_empty()));
    let has_reached = || platform.reached().iter().any(|reached| reached.account == row.account);
    assert!(!has_reached());

    let resend = async |since: Moment| {
        let request = Request::OutboxResend { school: school(), since };
        ask(&app, &request).await.unwrap()
    };
    let later = now() + chrono::Duration::seconds(1);
    assert!(resend(later).await == Answer::Resent { messages: 0 }, "nothing was parked since then");
    assert!(resend(now()).await == Answer::Resent { messages: 1 });
    app.settle().await.unwrap();
    assert!(has_reached() && parked().await.is_empty());
    let coverage = status(&app).await;
    assert!(coverage.adds_up() && coverage.total.not_asked == 0, "{:?}", coverage.total);
}
