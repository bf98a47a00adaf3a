//! What can be known from words alone: who heard what, how often, and whom it concerned.
//!
//! Start at [`Laws::heard`].

use chrono::NaiveDateTime;
use kehou::domain::people::{ClassId, Role};

use super::super::town::Lawful;
use super::Laws;

/// The longest message in bytes that every channel carries.
const MESSAGE_BYTES_MAX: usize = 2_048;

/// What stands before a question that the bot says again.
const SAID_AGAIN: &str = "我们接着刚才的";

/// Who can be forbidden to take a child, by the words of both sides.
const FORBIDDABLE: [&str; 3] = ["刘强", "张伟", "爸爸"];

/// In what is told of where a child is.
const WHEREABOUTS: [&str; 6] = ["可以接了", "接走了", "没有让接", "到班里了", "还在等您", "孩子在哪里"];

/// A health note that families of the week write.
const NOTE: &str = "对花生过敏";

impl Laws {
    /// Somebody was told something.
    ///
    /// - `is_reply`: it answers what they wrote.
    ///
    /// # Errors
    /// The law that it breaks.
    pub(in super::super) fn heard(
        &mut self,
        who: &str,
        words: &str,
        is_reply: bool,
        now: NaiveDateTime,
    ) -> Lawful {
        if words.len() > MESSAGE_BYTES_MAX {
            return Err(format!("{} bytes to {who}", words.len()));
        }
        if words.is_empty() || words.contains("刚才出了点问题") || words.contains("{{") {
            return Err(format!("{who} heard: {words}"));
        }
        self.only_whom_it_concerns(who, words, is_reply)?;
        let is_digest = words.contains("课后服务日报") && words.starts_with('【');
        if !is_reply && is_digest {
            let count = self.digests.entry((who.to_owned(), now.date())).or_default();
            *count += 1;
            if *count > 1 {
                return Err(format!("{who} got a second digest on {}", now.date()));
            }
        }
        if self.is_moment && !is_reply && !self.step.insert((who.to_owned(), words.to_owned())) {
            return Err(format!("{who} heard twice in one step: {words}"));
        }
        let news = words.split(SAID_AGAIN).next().unwrap_or_default();
        for signature in self.signatures_in(news) {
            *self.heard_of.entry((who.to_owned(), signature)).or_default() += 1;
        }
        Ok(())
    }

    /// Nobody outside of a child's family, its teachers and the office hears its name; codes are the family's alone.
    fn only_whom_it_concerns(&self, who: &str, words: &str, is_reply: bool) -> Lawful {
        let Some(actress) = self.cast().person(who) else { return Err(format!("who is {who}?")) };
        for student in self.cast().students.iter().filter(|student| words.contains(&student.name.0)) {
            let is_family = student.guardians.iter().any(|guardian| guardian.person == actress.person.id);
            let may_hear = is_family || actress.person.roles.iter().any(|role| concerns(role, student.class));
            if !may_hear {
                return Err(format!("{who} heard of {}: {words}", student.name.0));
            }
            if words.contains("取人码 ") && !is_family {
                return Err(format!("{who} heard the code for {}: {words}", student.name.0));
            }
        }
        // Nor does a guardian who must not take a child hear where it is.
        for (child, other) in
            self.forbidden.iter().filter(|(child, other)| who == *other && words.contains(child))
        {
            if !is_reply && WHEREABOUTS.iter().any(|told| words.contains(told)) {
                return Err(format!("{other}, who must not take {child}, heard: {words}"));
            }
        }
        let is_of_staff = actress.person.roles.iter().any(Role::is_staff);
        let is_guardian_too = actress.person.roles.contains(&Role::Guardian);
        if words.contains(NOTE) && !(is_of_staff || is_guardian_too) {
            return Err(format!("{who} heard a health note: {words}"));
        }
        // Whom a guardian has forbidden, only this guardian and the school know.
        let is_guardian = actress.person.roles == [Role::Guardian];
        if is_guardian && words.contains("【不能接】") {
            return Err(format!("{who} heard who must not come: {words}"));
        }
        Ok(())
    }

    /// Somebody wrote something and was answered: what can be known from that alone.
    ///
    /// # Errors
    /// A child was given to somebody who must not have it.
    pub(in super::super) fn said(&mut self, reply: &str) -> Lawful {
        for line in reply.lines() {
            self.owe(line);
        }
        let names: Vec<String> = self.cast().students.iter().map(|student| student.name.0.clone()).collect();
        for name in names {
            for other in FORBIDDABLE {
                if reply.starts_with(&format!("记下了：{other}"))
                    && reply.contains(&format!("不能接走{name}"))
                {
                    self.forbidden.insert((name.clone(), other));
                }
                if reply.starts_with("取消好了：") && reply.contains(other) && reply.contains("不能接")
                {
                    // Which child it was about is not said: no more is known of any.
                    self.forbidden.retain(|(_, forbidden)| *forbidden != other);
                }
                let is_given = reply.starts_with("记下了：") && reply.contains(&format!("{name}（{other}）"));
                if is_given && self.forbidden.contains(&(name.clone(), other)) {
                    return Err(format!("{name} was given to {other}, who must not come: {reply}"));
                }
            }
        }
        Ok(())
    }
}

/// Whether a role has to do with a class's children by name.
fn concerns(role: &Role, class: ClassId) -> bool {
    match role {
        Role::HomeroomTeacher(own) => *own == class,
        Role::DutyTeacher | Role::SchoolAdmin | Role::Head => true,
        Role::Guardian | Role::Volunteer | Role::Inspector | Role::DistrictOfficer => false,
    }
}
