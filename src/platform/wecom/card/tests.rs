//! The exact bodies of cards, and what comes back of a press.

use serde_json::{Value, json};

use super::*;
use crate::platform::Message;
use crate::platform::card::tests::card;
use crate::platform::wecom::api::compose;

fn body(message: &Message) -> (String, Value) {
    let call = compose(218, &["wang".to_owned()], message);
    (call.endpoint.clone(), serde_json::from_str(&call.body).unwrap())
}

fn roll_call() -> Card {
    let option = |key: &str, label: &str| CardOption { key: key.to_owned(), label: label.to_owned() };
    let options = vec![option("all", "都到了"), option("s3", "3 李小禾")];
    let asks = CardAsks::Several { options, submit: option("submit", "提交") };
    Card { title: "点名 三年级2班".to_owned(), asks, ..card("k_7") }
}

#[test]
fn buttons_are_a_button_card() {
    let (endpoint, body) = body(&Message::Card(card("k_7")));
    assert_eq!(endpoint, "message/send");
    assert_eq!(body["msgtype"], "template_card");
    assert_eq!(
        body["template_card"],
        json!({
            "card_type": "button_interaction", "task_id": "k_7",
            "main_title": {"title": "【中途申请】3号", "desc": "也可以打字回复，比如“3同意”"},
            "sub_title_text": "三年级2班李小禾，想参加自主作业。",
            "button_list": [{"text": "同意", "key": "approve"}, {"text": "不同意", "key": "reject"}],
        })
    );
}

#[test]
fn a_choice_of_several_is_a_vote_card() {
    let (_, body) = body(&Message::Card(roll_call()));
    assert_eq!(
        body["template_card"],
        json!({
            "card_type": "vote_interaction", "task_id": "k_7",
            "main_title": {
                "title": "点名 三年级2班",
                "desc": "三年级2班李小禾，想参加自主作业。\n也可以打字回复，比如“3同意”",
            },
            "checkbox": {
                "question_key": "choice", "mode": 1,
                "option_list": [
                    {"id": "all", "text": "都到了", "is_checked": false},
                    {"id": "s3", "text": "3 李小禾", "is_checked": false},
                ],
            },
            "submit_button": {"text": "提交", "key": "submit"},
        })
    );
}

#[test]
fn what_does_not_fit_on_a_card_goes_as_its_words() {
    let (_, body) = body(&Message::Card(Card { body: "文".repeat(161), ..card("k_7") }));
    assert_eq!(
        (body["msgtype"].as_str(), body["text"]["content"].as_str()),
        (Some("text"), Some(card("k_7").words.as_str()))
    );
}

#[test]
fn a_card_beyond_the_limits_is_refused_before_it_is_sent() {
    let good = serde_json::to_value(template_card(&roll_call()).unwrap()).unwrap();
    let buttons = serde_json::to_value(template_card(&card("k_7")).unwrap()).unwrap();
    let changed = |base: &Value, at: &str, to: Value| {
        let mut changed = base.clone();
        *changed.pointer_mut(at).unwrap() = to;
        changed
    };
    let check = |card: &Value| serde_json::from_value::<TemplateCard>(card.clone()).unwrap().check();
    assert_eq!((check(&good), check(&buttons)), (Ok(()), Ok(())));
    let choice = |id: &str| json!({"id": id, "text": "李小禾", "is_checked": false});
    let many: Vec<Value> = (0..21).map(|number| choice(&number.to_string())).collect();
    for (name, card, want) in [
        ("a task with a dot", changed(&good, "/task_id", json!("wang.li")), errors::BAD_TASK_ID),
        ("no task", changed(&good, "/task_id", json!("")), errors::BAD_TASK_ID),
        ("129 bytes of task", changed(&good, "/task_id", json!("k".repeat(129))), errors::BAD_TASK_ID),
        ("a title of 17", changed(&good, "/main_title/title", json!("题".repeat(17))), errors::TOO_LONG),
        ("a title of 37", changed(&buttons, "/main_title/title", json!("题".repeat(37))), errors::TOO_LONG),
        ("161 below a vote", changed(&good, "/main_title/desc", json!("文".repeat(161))), errors::TOO_LONG),
        (
            "45 beside buttons",
            changed(&buttons, "/main_title/desc", json!("文".repeat(45))),
            errors::TOO_LONG,
        ),
        ("161 words", changed(&buttons, "/sub_title_text", json!("文".repeat(161))), errors::TOO_LONG),
        ("21 options", changed(&good, "/checkbox/option_list", json!(many)), errors::BAD_PARAMETER),
        (
            "the same option",
            changed(&good, "/checkbox/option_list", json!([choice("a"), choice("a")])),
            errors::BAD_PARAMETER,
        ),
        (
            "an option of 18",
            changed(&good, "/checkbox/option_list/0/text", json!("项".repeat(18))),
            errors::TOO_LONG,
        ),
        (
            "a long option id",
            changed(&good, "/checkbox/option_list/0/id", json!("k".repeat(129))),
            errors::BAD_PARAMETER,
        ),
        (
            "a button of 11",
            changed(&buttons, "/button_list/0/text", json!("项".repeat(11))),
            errors::TOO_LONG,
        ),
        (
            "a key of 1025",
            changed(&buttons, "/button_list/0/key", json!("k".repeat(1_025))),
            errors::BAD_PARAMETER,
        ),
        ("the same key", changed(&buttons, "/button_list/0/key", json!("reject")), errors::BAD_PARAMETER),
        ("no buttons", changed(&buttons, "/button_list", json!([])), errors::BAD_PARAMETER),
        ("another type", changed(&buttons, "/card_type", json!("vote_interaction")), errors::BAD_PARAMETER),
    ] {
        assert_eq!(check(&card), Err(want), "{name}");
    }
}

#[test]
fn a_change_greys_the_card_of_one_person_by_its_code() {
    let code = CardCode("CODE".to_owned());
    let update = CardUpdate { code, label: "李老师已同意".to_owned(), otherwise: None };
    let (endpoint, body) = body(&Message::CardUpdate(update));
    assert_eq!(endpoint, "message/update_template_card");
    let want = json!({
        "userids": ["wang"], "agentid": 218, "response_code": "CODE", "button": {"replace_name": "李老师已同意"},
    });
    assert_eq!(body, want);
}

fn event(rest: &str) -> Fields {
    Fields::parse(&format!("<xml><Event>template_card_event</Event>{rest}</xml>")).unwrap()
}

#[test]
fn a_press_names_its_card_its_key_the_choice_and_a_fresh_code() {
    let head = "<EventKey><![CDATA[submit]]></EventKey><TaskId><![CDATA[k_7]]></TaskId>\
                <ResponseCode><![CDATA[fresh]]></ResponseCode>";
    let chosen = |ids: &str, id: &str| {
        let one = |value: &str| format!("<{id}><![CDATA[{value}]]></{id}>");
        format!(
            "<SelectedItems><SelectedItem><QuestionKey><![CDATA[choice]]></QuestionKey><{ids}>{}{}</{ids}>\
             </SelectedItem></SelectedItems>",
            one("s3"),
            one("s8")
        )
    };
    let want = |chosen: &[&str]| CardPress {
        card: CardId("k_7".to_owned()),
        key: "submit".to_owned(),
        chosen: chosen.iter().map(|&key| key.to_owned()).collect(),
        code: Some(CardCode("fresh".to_owned())),
    };
    for (items, chosen) in [
        (String::new(), vec![]),
        ("<SelectedItems/>".to_owned(), vec![]),
        (chosen("OptionIds", "OptionId"), vec!["s3", "s8"]),
        (chosen("OpitonIds", "OpitonId"), vec!["s3", "s8"]),
    ] {
        assert!(press(&event(&format!("{head}{items}"))) == Some(want(&chosen)), "{items}");
    }
}

#[test]
fn what_can_be_no_press_of_ours_is_none() {
    for rest in [
        "",
        "<EventKey>approve</EventKey>",
        "<TaskId>k_7</TaskId>",
        "<EventKey>approve</EventKey><TaskId>../k</TaskId>",
        "<EventKey>同意</EventKey><TaskId>k_7</TaskId>",
    ] {
        assert!(press(&event(rest)).is_none(), "{rest}");
    }
}
