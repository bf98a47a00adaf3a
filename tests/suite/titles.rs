//! What can be typed at any time: the title of a flow, what else it is called, and every entry of a menu start it while
//! nothing is asked, whatever command the same words may be read as.

use std::collections::BTreeSet;

use kehou::flow::Flows;
use kehou::flow::definition::{Audience, Choice, Flow, NodeKind, Trigger};
use kehou::rehearsal;
use kehou::rehearsal::cast::Cast;
use kehou::rehearsal::live::Live;
use kehou::rehearsal::script::Said;
use kehou::understand::Command;
use kehou::usecase::flow_files;

/// What somebody can type, and the flow that it starts.
type Named = (String, String);

/// A teacher and mother.
const BOTH: &str = "林老师";

/// What means something else to staff: who is both is staff first.
const FIRST_AS_STAFF: [&str; 3] = ["菜单", "怎么用", "健康"];

/// Who can start the flows of an audience: some of each kind.
fn people(audience: Audience) -> &'static [&'static str] {
    match audience {
        Audience::Guardian => &["妈妈", "奶奶", BOTH],
        Audience::Staff => &["老师", "值班老师", "管理员", BOTH],
        Audience::Supervisor => &["督学", "区里"],
        Audience::Guest => &["陌生人"],
        Audience::Anyone => &[],
    }
}

/// The titles of flows that words can start, what else they are called, and the entries of menus.
fn names(flows: &Flows, audience: Audience) -> BTreeSet<Named> {
    let mut names = BTreeSet::new();
    for flow in flows.iter().filter(|flow| flow.speaks_to == audience) {
        let is_startable = |trigger: &Trigger| matches!(trigger, Trigger::Title | Trigger::Command(_));
        if flow.starts_on.iter().any(is_startable) {
            names.insert((flow.title.clone(), flow.id.clone()));
        }
        names.extend(flow.also_called.iter().map(|name| (name.clone(), flow.id.clone())));
        if flow.starts_on.contains(&Trigger::Command(Command::Menu)) {
            names.extend(entries(flow));
        }
    }
    names
}

/// The entries of a menu, each with the flow that it goes over to: what is done in the menu itself has no name to start it.
fn entries(menu: &Flow) -> Vec<Named> {
    let asks = menu.nodes.iter().filter_map(|node| match &node.kind {
        NodeKind::Ask(ask) => Some(ask),
        _ => None,
    });
    let leads_to = |option: &Choice| match menu.node(&option.next.node).map(|node| &node.kind) {
        Some(NodeKind::GoOver { flow }) => flow.node.clone(),
        _ => "a flow of its own".to_owned(),
    };
    asks.flat_map(|ask| &ask.options).map(|option| (option.name.clone(), leads_to(option))).collect()
}

/// Which steps somebody passes who types this first thing in the afternoon.
async fn passed_by(flows: &Flows, who: &str, words: &str) -> BTreeSet<String> {
    let monday = chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap().and_hms_opt(16, 30, 0).unwrap();
    let loaded = (flow_files::shipped(), Some(flows.clone()));
    let mut live = Live::open_loaded(Cast::example(), loaded, monday).await.unwrap();
    assert!(live.say(who, &Said::Text(words.to_owned()), false).await.unwrap(), "{who}: {words}");
    live.passed()
}

#[tokio::test]
async fn every_title_and_every_entry_of_a_menu_starts_its_flow_while_nothing_is_asked() {
    let flows = rehearsal::load(&flow_files::shipped()).unwrap();
    let (mut tried, mut failures) = (0, Vec::new());
    for audience in [Audience::Guardian, Audience::Staff, Audience::Supervisor, Audience::Guest] {
        for (name, id) in names(&flows, audience) {
            let first = flows.get(&id).map(|flow| format!("{id}/{}", flow.nodes[0].id)).unwrap_or_default();
            let is_for = |who: &&&str| {
                audience == Audience::Staff || **who != BOTH || !FIRST_AS_STAFF.contains(&name.as_str())
            };
            for who in people(audience).iter().filter(is_for) {
                tried += 1;
                let passed = passed_by(&flows, who, &name).await;
                if !passed.contains(&first) {
                    failures.push(format!("{who}: «{name}» passes {passed:?} and does not start {id}"));
                }
            }
        }
    }
    assert!(tried > 80, "only {tried} were tried");
    assert!(failures.is_empty(), "{} of {tried}:\n{}", failures.len(), failures.join("\n"));
}
