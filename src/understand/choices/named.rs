//! One clause of a reply about options: which are named, and which are wanted or ruled out.
//!
//! Start at [`add`].

use super::super::lexicon::Token;
use super::super::phrases::{ends_with_any, starts_with_any};
use super::super::{ChoiceOption, numerals, weekdays};
use super::comment::named_in;
use super::mention::{Name, covered, mention_at};
use super::words::{LEXICON, Word};
use super::{Mentions, Said, Set};

/// Adds one clause; `None` when something in it fits several options or none.
pub(super) fn add(said: &mut Said, text: &str, options: &[ChoiceOption], pieces: &[Name<'_>]) -> Option<()> {
    let (mentions, heard) = (Mentions::new(), Heard::default());
    let mut reading =
        Reading { text, options, pieces, said, mentions, heard, at: 0, last_start: 0, last_end: 0 };
    if reading.scan()? {
        reading.refuse_last();
        let Reading { said, mentions, heard, .. } = reading;
        tell(said, mentions, &heard, text);
    }
    Some(())
}

/// What a clause has said besides its mentions.
#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one flag for each word that changes what the mentions mean"
)]
struct Heard {
    /// A negative, and no option for it yet.
    nots: bool,
    excepts: bool,
    each: bool,
    verb_seen: bool,
    /// A negative stands before what it refuses.
    refuses_ahead: bool,
    /// A verb has come since the last option.
    verb_since: bool,
    /// The rest is wanted, or is not.
    rest: Option<bool>,
}

/// A clause being read from left to right.
struct Reading<'a> {
    text: &'a str,
    options: &'a [ChoiceOption],
    pieces: &'a [Name<'a>],
    said: &'a mut Said,
    mentions: Mentions,
    heard: Heard,
    at: usize,
    last_start: usize,
    last_end: usize,
}

impl Reading<'_> {
    /// Reads to the end; `false` where 或 begins the clause, and nothing of it counts.
    fn scan(&mut self) -> Option<bool> {
        while let Some(c) = self.text.get(self.at..).and_then(|t| t.chars().next()) {
            if self.mention()? {
                continue;
            }
            let Some(token) = LEXICON.at(self.text, self.at) else {
                let day = weekdays::group_at(self.text, self.at);
                self.at = day.map_or(self.at + c.len_utf8(), |group| group.end);
                continue;
            };
            self.at = token.end;
            if token.kind == Word::Or {
                if !self.still(token)? {
                    return Some(false);
                }
                continue;
            }
            self.word(token)?;
        }
        Some(true)
    }

    /// 还是画画吧, where nothing else was wanted: rather, not or; `None` where it is one of two.
    fn still(&self, or: Token<Word>) -> Option<bool> {
        if !self.mentions.is_empty() {
            return None;
        }
        let other = named_in(self.text.get(or.end..)?, self.options, self.pieces);
        let is_first = self.said.wanted.is_empty() && !other.is_empty();
        let is_same = other.is_subset(&self.said.wanted);
        (is_first || is_same).then(|| is_first && self.text.get(or.start..or.end) == Some("还是"))
    }

    fn mention(&mut self) -> Option<bool> {
        let counted = counted_topic(self.text, self.at, self.options)
            .or_else(|| topic_counted(self.text, self.at, self.options))
            .map(|(set, end)| (Some(set), end));
        let found = counted.or_else(|| mention_at(self.text, self.at, self.options, self.pieces));
        let Some((set, end)) = found else { return Some(false) };
        let set = match set {
            Some(set) => set,
            None => match self.refused_topic(end).or_else(|| self.whole_topic(end)) {
                Some(set) => set,
                None => return self.heading(end),
            },
        };
        let between = self.text.get(self.last_end..self.at).unwrap_or_default();
        let label = self.text.get(self.last_start..self.last_end).unwrap_or_default();
        if mislabels(label, between, self.text.get(self.at..end).unwrap_or_default())
            && self.mentions.last().is_some_and(|(numbered, _)| *numbered != set)
        {
            return None;
        }
        let is_joined = ["和", "跟", "、", "与", "及", "还有", "以及"].contains(&between);
        let Heard { nots, verb_since, .. } = self.heard;
        self.heard.refuses_ahead |= nots;
        match self.mentions.last_mut() {
            Some((previous, polarity)) if !nots && (is_joined || !verb_since && polarity.is_none()) => {
                previous.extend(set);
            }
            _ => self.mentions.push((set, nots.then_some(false))),
        }
        (self.last_start, self.at, self.last_end) = (self.at, end, end);
        (self.heard.nots, self.heard.verb_since) = (false, false);
        Some(true)
    }

    /// 不爱运动: a word that fits several rules all of them out.
    fn refused_topic(&self, end: usize) -> Option<Set> {
        // 除了烘焙其他手工都要: of what kind the rest is.
        if self.heard.rest.is_some() {
            return None;
        }
        let is_refused = self.heard.nots
            || self.heard.excepts
            || LEXICON
                .at(self.text, end)
                .is_some_and(|t| matches!(t.kind, Word::Not | Word::Nothing | Word::Unfit));
        if is_refused { self.topic() } else { None }
    }

    /// 球类都报: every option of a kind, but 球类都行 leaves open which.
    fn whole_topic(&self, end: usize) -> Option<Set> {
        let after = self.text.get(end..)?;
        let all_from = end + after.len() - after.trim_start_matches(['类', '的']).len();
        let all = LEXICON.at(self.text, all_from).filter(|t| t.kind == Word::All)?;
        let takes = self.text.get(all.start..all.end)?.ends_with(['要', '报', '选', '上', '起', '记']);
        // Which options are handicraft is not so sure.
        let is_clear = self.text.get(self.at..end)?.contains(['球', '棋', '舞', '器']);
        self.topic().filter(|_| takes && is_clear && self.heard.rest.is_none() && !self.heard.excepts)
    }

    /// 球类选一个，足球: a kind that is said first, of which another mention tells which; joined to others it is no heading.
    fn heading(&mut self, end: usize) -> Option<bool> {
        let joints = ["和", "跟", "、", "与", "及", "还有", "以及", "加", "再"];
        let Heard { nots, excepts, rest, .. } = self.heard;
        let is_joined = starts_with_any(self.text.get(end..)?, &joints)
            || ends_with_any(self.text.get(..self.at)?, &joints);
        let set = self.topic().filter(|set| set.len() > 1)?;
        let is_verb = self.text.get(self.at..end)?.chars().nth(1).is_none();
        if is_verb || nots || excepts || rest.is_some() || is_joined {
            return None;
        }
        self.said.kinds.push(set);
        self.at = end;
        Some(true)
    }

    /// The options of the topic at this byte.
    fn topic(&self) -> Option<Set> {
        let token = LEXICON.at(self.text, self.at)?;
        let Word::Topic(index) = token.kind else { return None };
        Some(covered(index, self.options, self.text.get(self.at..token.end)?))
    }

    fn word(&mut self, token: Token<Word>) -> Option<()> {
        let heard = &mut self.heard;
        match token.kind {
            Word::Open | Word::If => return None,
            Word::Undecided => self.said.undecided = true,
            Word::Any => self.said.any = true,
            Word::All => self.said.all = true,
            Word::Each => heard.each = true,
            // 除了画画都不要: of the rest, nothing.
            Word::Nothing if heard.excepts => heard.rest = Some(false),
            // 画画书法都不要: of those named, none.
            Word::Nothing if self.mentions.iter().any(|(_, polarity)| polarity.is_none()) => {
                for (_, polarity) in &mut self.mentions {
                    *polarity = polarity.or(Some(false));
                }
                heard.verb_since = true;
            }
            Word::Nothing => self.said.nothing = true,
            // 国画去掉, but 去掉国画.
            Word::Except if ends_clause(self.text, token.end) && !self.mentions.is_empty() => {
                self.not(token);
            }
            Word::Except => heard.excepts = true,
            // 不报别的: of the rest, nothing.
            Word::Rest if heard.nots && !heard.excepts => (heard.rest, heard.nots) = (Some(false), false),
            Word::Rest => heard.rest = Some(true),
            Word::Not if heard.rest == Some(true) || heard.excepts && heard.each => heard.rest = Some(false),
            Word::Not => self.not(token),
            Word::Verb => self.verb(),
            // 体育就好 别的他坐不住: of the rest, nothing.
            Word::Unfit if heard.rest == Some(true) => heard.rest = Some(false),
            // 不想回家写 is no reason against it, and 回家写得慢 is one for it.
            Word::Home if heard.nots => heard.nots = false,
            Word::Home if !ends_clause(self.text, token.end) => {}
            Word::Unfit | Word::Home => {
                if let Some((_, polarity @ None)) = self.mentions.last_mut() {
                    *polarity = Some(false);
                    heard.verb_since = true;
                }
            }
            Word::Topic(_) | Word::First | Word::Middle | Word::Last | Word::Or | Word::Other => {}
        }
        Some(())
    }

    fn not(&mut self, token: Token<Word>) {
        let refuses_next = refuses_next(self.text, self.at, token.start, self.options, self.pieces);
        match self.mentions.last_mut() {
            Some((_, polarity @ None)) if !self.heard.excepts && !self.heard.verb_since && !refuses_next => {
                *polarity = Some(false);
                self.heard.verb_since = true;
            }
            _ => self.heard.nots = true,
        }
    }

    fn verb(&mut self) {
        self.heard.verb_seen = true;
        if let Some((_, polarity @ None)) = self.mentions.last_mut().filter(|_| !self.heard.excepts) {
            let follows_not = LEXICON.at(self.text, self.at).is_some_and(|t| t.kind == Word::Not);
            if !follows_not {
                *polarity = (!self.heard.nots && self.at == self.text.len()).then_some(true);
            }
            self.heard.verb_since = !follows_not;
        }
    }

    /// 象棋去年学过了不要: a negative at the end that nothing follows is of what was named last.
    fn refuse_last(&mut self) {
        if self.heard.nots
            && !self.heard.excepts
            && self.heard.rest.is_none()
            && let Some((_, polarity @ None)) = self.mentions.last_mut()
        {
            *polarity = Some(false);
            self.heard.nots = false;
        }
    }
}

/// Whether nothing but particles follows.
fn ends_clause(text: &str, at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    let rest = ["就可以", "就行", "就好", "就够", "就成", "都行", "也行"]
        .iter()
        .find_map(|word| rest.strip_prefix(word))
        .unwrap_or(rest);
    rest.trim_end_matches(['了', '吧', '啊', '的', '呀', '哈', '啦']).is_empty()
}

/// 只有3不报, 就画画不学: whether a clause says that what it refuses is all that is refused. 只有画画不行 may also say that
/// it is not enough.
fn refuses_only(text: &str) -> bool {
    let text = ["我们家", "我们", "我家", "孩子", "娃", "他", "她"]
        .iter()
        .find_map(|who| text.strip_prefix(who))
        .unwrap_or(text);
    starts_with_any(text, &["只有", "就只有", "单单", "唯独", "唯有", "独独", "就"])
        && !ends_with_any(
            text.trim_end_matches(['了', '的', '吧', '啊']),
            &["不行", "不可以", "不成", "不够", "不好", "不"],
        )
}

/// 3号天文, where 天文 has another number: whether a number stands as the label of a name.
fn mislabels(label: &str, between: &str, name: &str) -> bool {
    let is_number = |word: &str| {
        let plain = word.trim_start_matches('第').trim_end_matches(['号', '个', '项']);
        !plain.is_empty() && plain.chars().all(|c| c.is_ascii_digit() || numerals::digit(c).is_some())
    };
    ["", ".", ":"].contains(&between) && is_number(label) && !is_number(name)
}

/// 球类两个都报: a topic, and as many of it as there are.
fn topic_counted(text: &str, at: usize, options: &[ChoiceOption]) -> Option<(Set, usize)> {
    let token = LEXICON.at(text, at)?;
    let Word::Topic(index) = token.kind else { return None };
    let (count, end) = numerals::number_at(text, token.end)?;
    let tail = text.get(end..)?;
    let measure = ["个", "种", "门", "样", "项", ""].iter().find(|m| tail.starts_with(**m))?;
    let is_fused = text.get(..end)?.ends_with(['俩', '仨']);
    let count =
        usize::try_from(count).ok().filter(|count| *count > 1 && (is_fused || !measure.is_empty()))?;
    let set = covered(index, options, text.get(at..token.end)?);
    (set.len() == count).then_some((set, end + measure.len()))
}

/// 两个球类, 那两个球: as many options of one kind as are counted.
fn counted_topic(text: &str, at: usize, options: &[ChoiceOption]) -> Option<(Set, usize)> {
    let (count, end) = numerals::number_at(text, at)?;
    let end = end
        + ["个", "种", "门", "样"]
            .iter()
            .find(|m| text.get(end..).is_some_and(|t| t.starts_with(**m)))?
            .len();
    let count = usize::try_from(count).ok().filter(|count| *count > 1)?;
    let (set, end) = if let Some(token) = LEXICON.at(text, end)
        && let Word::Topic(index) = token.kind
    {
        (covered(index, options, text.get(token.start..token.end)?), token.end)
    } else {
        let kind =
            ["球", "棋", "舞"].iter().find(|kind| text.get(end..).is_some_and(|t| t.starts_with(**kind)))?;
        (options.iter().filter(|o| o.name.contains(kind)).map(|o| o.no).collect(), end + kind.len())
    };
    (set.len() == count).then_some((set, end))
}

/// Adds the mentions of a clause, wanted or ruled out, to what is said.
fn tell(said: &mut Said, mentions: Mentions, heard: &Heard, text: &str) {
    let Heard { nots, excepts, each, verb_seen, mut rest, .. } = *heard;
    if excepts && !mentions.is_empty() {
        rest = rest.or(Some(true));
    }
    // 没有他喜欢的: nothing on offer that he likes.
    let lacks = verb_seen && text.ends_with('的');
    let is_whole =
        ["不选", "不报", "不参加"].contains(&text.trim_end_matches(['了', '吧', '啊', '哈', '的']));
    if nots && mentions.is_empty() && (each || said.all || lacks || is_whole) {
        said.nothing = true;
        said.all = false;
    }
    // 只有3不报: the others are wanted.
    if rest.is_none() && !excepts && !said.all && refuses_only(text) && !mentions.is_empty() {
        let refused = mentions.iter().all(|(_, polarity)| *polarity == Some(false));
        rest = (refused && !heard.refuses_ahead).then_some(true);
    }
    let is_all_of = said.all && !mentions.is_empty() && !excepts && rest.is_none();
    for (set, polarity) in mentions {
        if polarity == Some(false) || (excepts && rest != Some(false)) {
            // 唱歌跑调，不唱: what was only named is taken back.
            let bare = std::mem::take(&mut said.bare);
            said.wanted.retain(|no| !(bare.contains(no) && set.contains(no)));
            said.bare = bare;
            said.refused.extend(set);
        } else {
            if !verb_seen {
                said.bare.extend(set.iter().copied());
            }
            said.wanted.extend(set);
        }
    }
    // 画画和阅读都要: all of those named.
    said.all &= !is_all_of;
    said.rest = rest.or(said.rest);
}

/// 打篮球不要踢足球: a refusing verb right before an option refuses that one, unless the option has a verb of its own
/// (篮球不要足球要).
fn refuses_next(text: &str, at: usize, start: usize, options: &[ChoiceOption], pieces: &[Name<'_>]) -> bool {
    let word = text.get(start..at).unwrap_or_default();
    if word.chars().count() < 2 && word != "别" {
        return false;
    }
    // 就合唱吧不报别的, but 就古筝不学其他都学.
    if let Some(token) = LEXICON.at(text, at).filter(|t| t.kind == Word::Rest) {
        return !LEXICON
            .at(text, token.end)
            .is_some_and(|t| matches!(t.kind, Word::Verb | Word::Each | Word::All));
    }
    let Some((_, end)) = mention_at(text, at, options, pieces) else { return false };
    !LEXICON.at(text, end).is_some_and(|t| matches!(t.kind, Word::Verb | Word::Not))
}
