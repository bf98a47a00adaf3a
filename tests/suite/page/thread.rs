//! What was said to and by a person is there when they open the page, for some days, and nobody else's.

use chrono::Duration;
use kehou::clock::Clock as _;
use kehou::domain::people::{Channel, PersonId};
use kehou::store::{Kind, Range};
use kehou::usecase::campaign;
use kehou::usecase::thread::{By, KEPT, LINES_MAX, Line, latest};

use super::School;

impl School {
    async fn thread(&self, name: &str) -> Vec<Line> {
        self.thread_of(&School::person(name)).await
    }

    async fn thread_of(&self, person: &PersonId) -> Vec<Line> {
        latest(self.app.seams.store.as_ref(), &self.id, person, self.clock.now()).await.unwrap()
    }

    async fn lines_stored(&self) -> usize {
        self.app.seams.store.scan(Kind("thread"), &Range::all(10_000)).await.unwrap().len()
    }
}

fn words(lines: &[Line]) -> Vec<(By, &str)> {
    lines.iter().map(|line| (line.by, line.words.0.lines().next().unwrap_or_default())).collect()
}

#[tokio::test]
async fn a_question_that_went_out_elsewhere_and_the_answer_on_the_page_are_one_thread() {
    let mut school = School::open().await;
    let service = &school.app.service;
    campaign::open(service, service.school(&school.id).unwrap(), 5, school.clock.now()).await.unwrap();
    school.app.settle().await.unwrap();
    let replied = school.say(Channel::ParentPage, "p-mama", "参加").await;
    assert!(replied.contains("哪几天参加"), "{replied}");
    let lines = school.thread("妈妈").await;
    let said = words(&lines);
    assert_eq!(said.len(), 3, "{said:?}");
    assert_eq!(said[0].0, By::School);
    assert!(lines[0].words.0.contains("李小禾同学（三年级2班）参加吗？"), "{}", lines[0].words.0);
    assert_eq!(said[1], (By::Person, "参加"));
    assert!(said[2].1.contains("哪几天参加"));
    // The answer is the page's, whole; no notice repeats it.
    let shown = school.simulator.phone("m-p-mama").unwrap();
    school.app.settle().await.unwrap();
    assert_eq!(school.simulator.phone("m-p-mama").unwrap().thread.len(), shown.thread.len());
    assert_eq!(words(&school.thread("爸爸").await), []);
}

#[tokio::test]
async fn people_without_a_page_have_no_thread() {
    let mut school = School::open().await;
    school.say(Channel::Terminal, "叔叔", "菜单").await;
    assert_eq!(school.lines_stored().await, 0);
}

#[tokio::test]
async fn a_thread_has_a_bound_and_an_end() {
    let mut school = School::open().await;
    for _ in 0..LINES_MAX {
        school.say(Channel::ParentPage, "p-mama", "菜单").await;
    }
    let lines = school.thread("妈妈").await;
    assert_eq!(lines.len(), LINES_MAX);
    assert_eq!(lines.last().unwrap().by, By::School, "the newest are kept, in their order");
    assert!(school.lines_stored().await <= LINES_MAX + 2);
    school.clock.advance(KEPT + Duration::seconds(1));
    assert_eq!(school.thread("妈妈").await, []);
    school.app.settle().await.unwrap();
    assert_eq!(school.lines_stored().await, 0);
}

#[tokio::test]
async fn what_a_complaint_says_is_gone_within_the_hour() {
    let mut school = School::open().await;
    school.say(Channel::ParentPage, "p-mama", "菜单").await;
    school.say(Channel::ParentPage, "p-mama", "投诉").await;
    school.say(Channel::ParentPage, "p-mama", "昨天食堂的饭是凉的").await;
    assert_eq!(school.thread("妈妈").await.len(), 6, "while it is spoken of, it is there to be seen");
    school.clock.advance(Duration::minutes(59));
    school.say(Channel::ParentPage, "p-mama", "取消").await;
    school.clock.advance(Duration::minutes(61));
    school.app.settle().await.unwrap();
    let lines = school.thread("妈妈").await;
    assert!(
        lines.iter().all(|line| !line.words.0.contains("食堂") && !line.words.0.contains("投诉")),
        "{:?}",
        words(&lines)
    );
    assert_eq!(words(&lines)[0], (By::Person, "菜单"));
}

#[test]
fn a_line_prints_without_its_words() {
    let at = chrono::DateTime::UNIX_EPOCH;
    let line =
        Line { at, by: By::Person, words: kehou::domain::people::PrivateText("参加".into()), until: at };
    assert!(!format!("{line:?}").contains("参加"));
}
