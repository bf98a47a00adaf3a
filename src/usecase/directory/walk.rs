//! A walk (逐班读取) through a school's directory, class by class, that goes on where a platform broke it off.
//!
//! In memory only: reading has no effect, so a walk that is lost is begun anew. Start at [`Walk::go_on`].

use std::collections::BTreeSet;

use crate::clock::Moment;
use crate::domain::roster::directory::{ListedClass, ListedStudent, Listing};
use crate::platform::directory::Directory;
use crate::platform::{NextTry, SendError};

/// What was read so long ago is read again.
const STALE_AFTER: chrono::Duration = chrono::Duration::minutes(30);
/// The shortest pause after a platform broke a walk off.
const PAUSE_MIN: chrono::Duration = chrono::Duration::minutes(1);

/// How far the reading of one directory has come.
#[derive(Default)]
pub(super) struct Walk {
    begun_at: Option<Moment>,
    /// It is not read on before.
    pub(super) not_before: Option<Moment>,
    /// Why we wait ourselves, where it is not the platform that asked.
    pub(super) resting: Option<&'static str>,
    classes: Option<Vec<ListedClass>>,
    students: Vec<ListedStudent>,
    /// How many classes have been read.
    read: usize,
    /// Whether only some classes are read, or were when one last came to its end.
    is_partial: bool,
    /// What was read last, where some of its classes can be read again alone.
    kept: Option<Listing>,
}

/// How much is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Extent {
    /// Everything.
    All,
    /// These classes, and the rest is as it was read last.
    Classes(BTreeSet<String>),
    /// What was begun.
    Begun,
}

impl Walk {
    /// Whether somebody has begun it.
    pub(super) fn has_begun(&self) -> bool {
        self.begun_at.is_some()
    }

    /// Whether everything is read, or was when a walk last came to its end.
    pub(super) fn is_whole(&self) -> bool {
        !self.is_partial
    }

    /// How many classes have been read, of how many.
    pub(super) fn progress(&self) -> (usize, usize) {
        (self.read, self.classes.as_ref().map_or(0, Vec::len))
    }

    /// Waits for a while: what was read could not be taken over.
    pub(super) fn rest(&mut self, now: Moment) {
        self.not_before = Some(now + PAUSE_MIN);
    }

    /// Whether these classes can be read alone.
    pub(super) fn knows(&self, classes: &BTreeSet<String>) -> bool {
        let known = |id: &String| {
            self.kept.as_ref().is_some_and(|kept| kept.classes.iter().any(|class| class.id == *id))
        };
        classes.iter().all(known)
    }

    /// Reads what is still missing.
    ///
    /// # Errors
    /// What broke it off; it goes on there the next time.
    pub(super) async fn go_on(
        &mut self,
        directory: &dyn Directory,
        extent: Extent,
        now: Moment,
    ) -> Result<Listing, SendError> {
        let is_stale = self.begun_at.is_none_or(|at| at + STALE_AFTER <= now);
        if is_stale || self.is_partial && extent == Extent::All {
            *self = Self { begun_at: Some(now), kept: self.kept.take(), ..Self::default() };
            if let (Extent::Classes(only), Some(kept)) = (extent, &self.kept) {
                let classes = kept.classes.iter().filter(|class| only.contains(&class.id));
                (self.is_partial, self.classes) = (true, Some(classes.cloned().collect()));
            }
        }
        match self.read_all(directory).await {
            Ok(classes) => {
                let walk = std::mem::take(self);
                self.is_partial = walk.is_partial;
                let listing = match walk.kept.filter(|_| walk.is_partial) {
                    Some(kept) => renewed(kept, classes, walk.students),
                    None => Listing { channels: directory.channels(), classes, students: walk.students },
                };
                self.kept = directory.rest().after_class_change.map(|_| listing.clone());
                Ok(listing)
            }
            Err(error) => {
                if let NextTry::After(pause) = error.next() {
                    let pause = chrono::Duration::from_std(pause).unwrap_or(PAUSE_MIN).max(PAUSE_MIN);
                    self.not_before = Some(now + pause);
                }
                self.resting = match &error {
                    SendError::Resting { why, .. } => Some(why),
                    _ => None,
                };
                Err(error)
            }
        }
    }

    async fn read_all(&mut self, directory: &dyn Directory) -> Result<Vec<ListedClass>, SendError> {
        if self.classes.is_none() {
            let classes = match directory.classes().await {
                Err(error) if is_passing(&error) => directory.classes().await?,
                result => result?,
            };
            self.classes = Some(classes);
        }
        while let Some(class) = self.classes.as_mut().and_then(|classes| classes.get_mut(self.read)) {
            if self.is_partial {
                *class = match directory.class(class).await {
                    Err(error) if is_passing(&error) => directory.class(class).await?,
                    result => result?,
                };
            }
            let students = match directory.students(class).await {
                Err(error) if is_passing(&error) => directory.students(class).await?,
                result => result?,
            };
            self.students.extend(students);
            self.read += 1;
        }
        Ok(self.classes.clone().unwrap_or_default())
    }
}

/// What was read before, with these classes and their students in the place of what they were.
fn renewed(mut kept: Listing, classes: Vec<ListedClass>, students: Vec<ListedStudent>) -> Listing {
    let is_renewed = |id: &String| classes.iter().any(|class| class.id == *id);
    // Whoever is in one of these classes now may have come from another one that was not read.
    let found: BTreeSet<&String> = students.iter().map(|student| &student.id).collect();
    kept.students.retain_mut(|student| {
        student.classes.retain(|class| !is_renewed(class));
        !student.classes.is_empty() && !found.contains(&student.id)
    });
    kept.students.extend(students);
    for class in classes {
        if let Some(known) = kept.classes.iter_mut().find(|known| known.id == class.id) {
            *known = class;
        }
    }
    kept
}

/// Whether the same is asked for once more at once; a pause that the platform asks for is kept.
fn is_passing(error: &SendError) -> bool {
    matches!(error, SendError::Unknown(_) | SendError::Unavailable { .. })
}

impl std::fmt::Debug for Walk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Walk").field("read", &self.read).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::time::Duration;

    use async_trait::async_trait;

    use super::*;
    use crate::domain::people::{Channel, PersonName};
    use crate::domain::roster::directory::{Channels, Reach};
    use crate::platform::HttpError;
    use crate::platform::directory::Rest;

    /// A directory of four classes that answers as told, and what it was asked.
    #[derive(Default)]
    struct Told {
        rereads: bool,
        asked: Mutex<Vec<String>>,
        fails: Mutex<Vec<(&'static str, SendError)>>,
    }

    impl Told {
        fn answer(&self, what: &str) -> Result<(), SendError> {
            self.asked.lock().unwrap().push(what.to_owned());
            let mut fails = self.fails.lock().unwrap();
            match fails.iter().position(|(at, _)| *at == what) {
                Some(at) => Err(fails.remove(at).1),
                None => Ok(()),
            }
        }

        fn asked(&self) -> String {
            self.asked.lock().unwrap().join(" ")
        }
    }

    #[async_trait]
    impl Directory for Told {
        fn channels(&self) -> Channels {
            Channels { parents: Channel::WecomNotice, staff: Channel::WecomApp }
        }

        fn rest(&self) -> Rest {
            let none = chrono::Duration::zero();
            let after_class_change = self.rereads.then_some(none);
            Rest { after_change: none, after_class_change, otherwise: none }
        }

        async fn class(&self, known: &ListedClass) -> Result<ListedClass, SendError> {
            self.answer(&format!("c{}", known.id))
                .map(|()| ListedClass { homeroom_teachers: vec!["wang".to_owned()], ..known.clone() })
        }

        async fn classes(&self) -> Result<Vec<ListedClass>, SendError> {
            let class = |number: u8| ListedClass {
                id: number.to_string(),
                grade: None,
                grade_name: String::new(),
                name: format!("{number}班"),
                homeroom_teachers: Vec::new(),
                reach: Reach::Everybody,
            };
            self.answer("all").map(|()| (1..=4).map(class).collect())
        }

        async fn students(&self, class: &ListedClass) -> Result<Vec<ListedStudent>, SendError> {
            let (id, name) = (format!("s{}", class.id), PersonName("李小禾".to_owned()));
            let student = ListedStudent { id, name, classes: vec![class.id.clone()], parents: Vec::new() };
            self.answer(&class.id).map(|()| vec![student])
        }
    }

    fn at(minutes: i64) -> Moment {
        Moment::from_timestamp(1_788_224_400 + minutes * 60, 0).unwrap()
    }

    #[tokio::test]
    async fn a_walk_goes_on_where_it_was_broken_off_and_keeps_the_pause() {
        let told = Told::default();
        told.fails.lock().unwrap().push(("3", SendError::Throttled(Duration::from_mins(2))));
        let mut walk = Walk::default();
        let error = walk.go_on(&told, Extent::Begun, at(0)).await.unwrap_err();
        assert!(matches!(error, SendError::Throttled(_)));
        assert_eq!((walk.progress(), walk.not_before), ((2, 4), Some(at(2))));
        let listing = walk.go_on(&told, Extent::Begun, at(2)).await.unwrap();
        assert_eq!((listing.classes.len(), listing.students.len()), (4, 4));
        assert_eq!(told.asked(), "all 1 2 3 3 4");
        assert!(!walk.has_begun(), "the next one begins anew");
    }

    #[tokio::test]
    async fn half_an_answer_is_asked_for_once_more_and_then_left_for_later() {
        let told = Told::default();
        let broken = || SendError::Unknown(HttpError("the answer is not json".to_owned()));
        told.fails.lock().unwrap().extend([("all", broken()), ("2", broken()), ("2", broken())]);
        let mut walk = Walk::default();
        walk.go_on(&told, Extent::Begun, at(0)).await.unwrap_err();
        assert_eq!(told.asked(), "all all 1 2 2");
        assert_eq!(walk.not_before, Some(at(1)));
        assert_eq!(walk.go_on(&told, Extent::Begun, at(1)).await.unwrap().students.len(), 4);
    }

    #[tokio::test]
    async fn what_was_read_long_ago_is_read_again() {
        let told = Told::default();
        told.fails.lock().unwrap().push(("4", SendError::Throttled(Duration::from_mins(1))));
        let mut walk = Walk::default();
        walk.go_on(&told, Extent::Begun, at(0)).await.unwrap_err();
        walk.go_on(&told, Extent::Begun, at(30)).await.unwrap();
        assert_eq!(told.asked(), "all 1 2 3 4 all 1 2 3 4");
    }

    #[tokio::test]
    async fn a_class_that_changed_is_read_alone_and_the_rest_is_as_it_was() {
        let told = Told { rereads: true, ..Told::default() };
        let mut walk = Walk::default();
        let only: BTreeSet<String> = ["3".to_owned()].into();
        assert!(!walk.knows(&only), "nothing was read yet");
        let whole = walk.go_on(&told, Extent::All, at(0)).await.unwrap();
        assert!(walk.knows(&only) && !walk.knows(&["9".to_owned()].into()));
        told.fails.lock().unwrap().push(("3", SendError::Throttled(Duration::from_mins(2))));
        walk.go_on(&told, Extent::Classes(only), at(9)).await.unwrap_err();
        let renewed = walk.go_on(&told, Extent::Begun, at(11)).await.unwrap();
        assert_eq!(told.asked(), "all 1 2 3 4 c3 3 c3 3");
        assert_eq!(renewed.classes[2].homeroom_teachers, ["wang"]);
        let ids = |listing: &Listing| {
            listing.students.iter().map(|student| student.id.clone()).collect::<BTreeSet<_>>()
        };
        assert_eq!((renewed.students.len(), ids(&renewed)), (4, ids(&whole)));
    }

    #[test]
    fn who_moved_into_a_class_that_was_read_alone_is_in_that_class_only() {
        let student = |id: &str, classes: &[&str]| ListedStudent {
            id: id.to_owned(),
            name: PersonName("李小禾".to_owned()),
            classes: classes.iter().map(|class| (*class).to_owned()).collect(),
            parents: Vec::new(),
        };
        let class = |id: &str| ListedClass {
            id: id.to_owned(),
            grade: None,
            grade_name: String::new(),
            name: format!("{id}班"),
            homeroom_teachers: Vec::new(),
            reach: Reach::Everybody,
        };
        let kept = Listing {
            channels: Told::default().channels(),
            classes: vec![class("1"), class("2")],
            students: vec![
                student("moved", &["1"]),
                student("stays", &["1"]),
                student("in both", &["1", "2"]),
            ],
        };
        let listing = renewed(kept, vec![class("2")], vec![student("moved", &["2"])]);
        let places = listing.students.iter().map(|student| (student.id.as_str(), student.classes.join(" ")));
        let places: Vec<_> = places.collect();
        let want = [("stays", "1"), ("in both", "1"), ("moved", "2")];
        assert_eq!(places, want.map(|(id, classes)| (id, classes.to_owned())));
    }
}
