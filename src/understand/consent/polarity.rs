//! Polarity (肯定否定): adds up the words of a clause, each turned by the negatives before it.
//!
//! Start at [`turned`].

use smallvec::SmallVec;

use super::super::Consent;
use super::super::lexicon::Token;
use super::super::phrases::starts_with_any;
use super::constructions::is_for_a_while;
use super::neighbours::{is_before_verb, is_stutter, takes_whom};
use super::words::{LEXICON, Word};

/// What a clause says, strongest reading first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stance {
    Firm(Consent),
    /// 好的, 嗯.
    Weak(Consent),
    Hedged,
    Nothing,
}

/// Adds up the words of a clause: each negative turns what it stands before.
pub(super) fn turned(tokens: &[Token<Word>], text: &str) -> Stance {
    let mut sum =
        Sum { tokens, text, values: SmallVec::new(), negatives: 0, reach: 0, wants: false, is_unsure: false };
    for (index, token) in tokens.iter().enumerate() {
        if let Some((consent, is_firm)) = sum.word(index, token) {
            sum.add(token, consent, is_firm);
        }
    }
    if sum.is_unsure {
        return Stance::Hedged;
    }
    if sum.wants && sum.values.is_empty() {
        return Stance::Firm(sum.polar(Consent::Yes));
    }
    settle(&sum.values)
}

/// The values of a clause so far, and the negatives that wait for the next one.
struct Sum<'a> {
    tokens: &'a [Token<Word>],
    text: &'a str,
    /// What was said, and whether firmly.
    values: SmallVec<[(Consent, bool); 6]>,
    negatives: usize,
    /// Where the last negative ends.
    reach: usize,
    /// 不要: a verb of wanting that was turned, and has no object yet.
    wants: bool,
    /// Whether the negatives may be counted otherwise.
    is_unsure: bool,
}

impl Sum<'_> {
    /// 不了不了: said twice, meant once.
    fn is_said_twice(&self, index: usize) -> bool {
        let before = index.checked_sub(1).and_then(|i| self.tokens.get(i));
        before.is_some_and(|t| t.kind == Word::Unable)
    }

    /// What a word says by itself; negatives and the like change the sum instead.
    fn word(&mut self, index: usize, token: &Token<Word>) -> Option<(Consent, bool)> {
        let next = self.tokens.get(index + 1).copied();
        let next_is = |kinds: &[Word]| next.is_some_and(|n| kinds.contains(&n.kind));
        let is_bare_here = is_bare(self.text, token.end);
        match token.kind {
            Word::Unable if self.is_said_twice(index) => None,
            // 不不不，我们不上: a stutter is an exclamation, not one negative more.
            Word::Not if is_stutter(self.tokens, index, self.text) => None,
            Word::Unable => self.unable(index),
            Word::NotWant if is_bare_here && !next_is(&[Word::Join, Word::Go, Word::Want, Word::Agree]) => {
                Some((Consent::No, true))
            }
            Word::Obstacle if !self.stands_before_verb(index, token) => None,
            // 没必要参加, 不愿意去: refusing words turn the verb right after them, and else refuse by themselves.
            Word::Decline if is_before_verb(self.tokens, index, self.text) => self.negative(token),
            // 上到四点半就接走: when it ends.
            Word::Decline if self.ends_the_stay(token) => None,
            Word::Decline => {
                // 他妈没上班放学就接走了: 就 begins anew here, too.
                if self.text.get(token.start..).is_some_and(|word| word.starts_with('就')) {
                    self.negatives = 0;
                }
                Some((Consent::No, true))
            }
            Word::Other if is_bare_here && self.child_wants_to_go(token) => Some((Consent::Yes, true)),
            Word::BareDecline => self.bare_decline(token),
            // 毫不犹豫: who does not waver refuses nothing.
            Word::Then | Word::But | Word::Waver => {
                self.negatives = 0;
                None
            }
            Word::Rhetorical if next.is_none() && !self.values.is_empty() => {
                let last = self.values.last_mut()?;
                last.0 = opposite(last.0);
                self.negatives = 0;
                None
            }
            Word::Not | Word::Rhetorical | Word::OrNot | Word::NotWant | Word::Obstacle => {
                self.negative(token)
            }
            Word::Want => self.want(token, next),
            Word::Add => {
                takes_whom(self.text.get(token.end..).unwrap_or_default()).then_some((Consent::Yes, true))
            }
            Word::Need => self.need(token),
            // 绝对不上: an emphasis, and no answer of its own.
            Word::Join if next_is(&[Word::Not, Word::NotWant, Word::Decline]) && self.is_emphatic(token) => {
                None
            }
            // 有需要会联系您: an if, where more follows.
            Word::Join if self.has_a_need(token) && !is_bare_here => None,
            Word::Join => Some((Consent::Yes, true)),
            Word::Go => self.go(index, token),
            // 是不可能的: 是 alone agrees only at the end of its clause.
            // 商量中, 加班中: still at it.
            Word::Agree if self.goes_on(token) => None,
            Word::Agree => (token.end - token.start > 3 || is_bare_here).then_some((Consent::Yes, false)),
            // 不要忘了提醒他: what shall not be forgotten is something else.
            Word::Objection if self.forgets_another(token) => {
                self.negatives = 0;
                None
            }
            Word::Objection => {
                let objects = self.text.get(token.start..token.end) == Some("反对");
                (self.negatives > 0 || objects).then_some((Consent::No, true))
            }
            Word::Consider if is_idle(self.text, token.start) => {
                self.negatives = 0;
                None
            }
            Word::Consider => {
                (self.negatives > 0 && !next_is(&[Word::Join, Word::Go])).then_some((Consent::Yes, true))
            }
            _ => None,
        }
    }

    /// 他爸不让, 我家免: declines at the end of its clause; 不让他去 turns the verb.
    fn bare_decline(&mut self, token: &Token<Word>) -> Option<(Consent, bool)> {
        if self.text.get(token.end..)?.trim_start_matches(PARTICLES).is_empty() {
            return Some((Consent::No, true));
        }
        if self.text.get(token.start..)?.starts_with(['不', '没']) { self.negative(token) } else { None }
    }

    /// 上到四点半就接走: until what time a child stays, and that it is collected then.
    fn ends_the_stay(&self, token: &Token<Word>) -> bool {
        let word = self.text.get(token.start..token.end).unwrap_or_default();
        let before = self.text.get(..token.start).unwrap_or_default();
        word.contains(['接', '领']) && matches!(self.values.last(), Some((Consent::Yes, _))) && {
            let until = before.split_once('到').map(|(_, until)| until);
            until.is_some_and(|until| until.contains(['点', ':']))
        }
    }

    /// 孩子自己要去: what the child wants, and no place after it.
    fn child_wants_to_go(&self, token: &Token<Word>) -> bool {
        const CHILD: [char; 10] = ['他', '她', '孩', '子', '娃', '己', '名', '着', '就', '儿'];
        self.text.get(token.start..token.end) == Some("要去")
            && self.text.get(..token.start).is_some_and(|before| before.ends_with(CHILD))
    }

    /// 中 after a verb tells that it goes on; alone, or after 我看 or 可, it agrees.
    fn goes_on(&self, token: &Token<Word>) -> bool {
        const AGREEING: [char; 14] =
            ['我', '俺', '咱', '可', '就', '也', '都', '那', '看', '说', '真', '管', '得', '，'];
        let before = self.text.get(..token.start).unwrap_or_default().trim_end();
        self.text.get(token.start..token.end) == Some("中")
            && !before.is_empty()
            && !before.ends_with(AGREEING)
            && !before.ends_with(PARTICLES)
            && !before.ends_with('中')
    }

    fn has_a_need(&self, token: &Token<Word>) -> bool {
        let word = self.text.get(token.start..token.end).unwrap_or_default();
        ["有需要", "有需求", "有这个需求", "有这需要"].contains(&word)
    }

    fn is_emphatic(&self, token: &Token<Word>) -> bool {
        let word = self.text.get(token.start..token.end).unwrap_or_default();
        ["肯定", "一定", "当然", "绝对", "梗系"].contains(&word)
    }

    /// 没法参加, 没法不报: a verb right after it, or a negative and its verb.
    ///
    /// 没时间不参加 gives a reason and turns nothing.
    fn stands_before_verb(&self, index: usize, token: &Token<Word>) -> bool {
        let touches = |at: usize| {
            let pair = self.tokens.get(at).zip(self.tokens.get(at + 1));
            pair.filter(|(a, b)| a.end == b.start).map(|(_, b)| b.kind)
        };
        let is_verb = |at: usize| matches!(touches(at), Some(Word::Join | Word::Go));
        let word = self.text.get(token.start..token.end).unwrap_or_default();
        let forbids = ["没法", "没办法", "无法", "不能"].contains(&word);
        // 没办法不同意: the refusal may be one word.
        let refuses = || {
            touches(index) == Some(Word::Decline)
                && self.text.get(token.end..).is_some_and(|after| after.starts_with('不'))
        };
        let is_refusal = || touches(index) == Some(Word::Not) && is_verb(index + 1) || refuses();
        is_verb(index) || forbids && is_refusal()
    }

    /// 忘了 and 漏了 mean the family only where nobody and nothing else is named.
    fn forgets_another(&self, token: &Token<Word>) -> bool {
        let word = self.text.get(token.start..token.end).unwrap_or_default();
        word.starts_with(['忘', '漏', '落']) && !takes_whom(self.text.get(token.end..).unwrap_or_default())
    }

    /// 要, 想: a yes by itself, and else only what its object makes of it.
    fn want(&mut self, token: &Token<Word>, next: Option<Token<Word>>) -> Option<(Consent, bool)> {
        // 没有参加的打算: a noun, and its verb has been counted.
        let is_noun = self.text.get(..token.start).is_some_and(|before| before.ends_with('的'));
        if is_noun && !self.values.is_empty() {
            return None;
        }
        // 要周二周四: part of the week is wanted.
        let wants_day = next.is_some_and(|n| n.kind == Word::Day && n.start == token.end);
        if self.negatives == 0 && wants_day {
            return Some((Consent::Yes, true));
        }
        let is_bare_here = is_bare(self.text, token.end);
        if self.negatives > 0 || !is_bare_here {
            self.wants = self.negatives > 0 && is_bare_here;
            self.negatives = if is_bare_here { self.negatives } else { 0 };
            return None;
        }
        Some((Consent::Yes, true))
    }

    /// 没这个需求, 有需求: a noun of wanting that one has or has not; an idea alone is none.
    fn need(&mut self, token: &Token<Word>) -> Option<(Consent, bool)> {
        let after = self.text.get(token.end..).unwrap_or_default();
        if !after.trim_start_matches(PARTICLES).is_empty() {
            return None;
        }
        let before = self.text.get(..token.start).unwrap_or_default();
        let had = before.trim_end_matches(POINTING).trim_end_matches("什么").trim_end_matches('啥');
        let is_lacking = self.negatives > 0 && (had.len() == self.reach || had.ends_with(['没', '无']));
        self.negatives = if is_lacking { self.negatives } else { 0 };
        let is_wish = !matches!(self.text.get(token.start..token.end), Some("想法" | "计划"));
        (is_lacking || is_wish && had.ends_with('有') && !had.ends_with("没有"))
            .then_some((Consent::Yes, true))
    }

    /// 去奶奶家, 没地方去: going somewhere else says nothing.
    fn go(&mut self, index: usize, token: &Token<Word>) -> Option<(Consent, bool)> {
        // 六点他姑姑来: who collects does not join.
        if self.text.get(..token.start).is_some_and(|before| before.ends_with(KIN_ENDS)) {
            self.negatives = 0;
            return None;
        }
        let before = index.checked_sub(1).and_then(|i| self.tokens.get(i));
        // 不能不去: what must be is said of this verb.
        let must = |t: &Token<Word>| {
            t.end == token.start
                && self.text.get(t.start..t.end).is_some_and(|w| w.starts_with('不') && w.ends_with('不'))
        };
        let is_elsewhere = before.is_some_and(|t| t.kind == Word::Other && !must(t));
        let is_meant = self.negatives > 0
            || is_bare(self.text, token.end)
            || is_for_a_while(self.text, token.start, token.end);
        (!is_elsewhere && is_meant).then_some((Consent::Yes, true))
    }

    /// 不写作业不参加: two verbs are denied, and the first may be a condition of the second.
    fn denies_another_verb(&self, token: &Token<Word>) -> bool {
        let between = self.text.get(self.reach..token.start).unwrap_or_default();
        token.kind == Word::Not
            && between
                .starts_with(['写', '做', '交', '教', '辅', '管', '包', '学', '补', '收', '带', '开', '提'])
            && between.chars().nth(1).is_some()
    }

    fn negative(&mut self, token: &Token<Word>) -> Option<(Consent, bool)> {
        // 不想让孩子太累就不参加: a negative reaches no further than its own verb.
        if token.start.saturating_sub(self.reach) > 12 {
            self.negatives = 0;
        }
        self.is_unsure |= self.negatives > 0 && self.denies_another_verb(token);
        self.reach = token.end;
        self.negatives += 1;
        None
    }

    /// 参加不了 turns the verb, 不去不行 the refusal before it; alone it refuses.
    fn unable(&mut self, index: usize) -> Option<(Consent, bool)> {
        // 非要去不可: what must be is not turned.
        let before = self.tokens.get(..index).unwrap_or_default();
        let insists =
            |t: &Token<Word>| self.text.get(t.start..).is_some_and(|w| starts_with_any(w, &["非要", "非得"]));
        if before.iter().any(insists) {
            return None;
        }
        // 没人接不行: what will not do is that.
        let lacks = |t: &&Token<Word>| {
            t.kind == Word::Other && self.text.get(t.start..).is_some_and(|word| word.starts_with("没人"))
        };
        let here = self.tokens.get(index).map(|t| t.start);
        if before.last().filter(lacks).is_some_and(|t| Some(t.end) == here) {
            return None;
        }
        let turns = index > 0 && self.negatives == 0;
        match self.values.last_mut().filter(|_| turns) {
            Some(last) => {
                *last = (opposite(last.0), true);
                None
            }
            None => Some((Consent::No, true)),
        }
    }

    fn polar(&self, consent: Consent) -> Consent {
        if self.negatives % 2 == 1 { opposite(consent) } else { consent }
    }

    fn add(&mut self, token: &Token<Word>, consent: Consent, is_firm: bool) {
        if token.start.saturating_sub(self.reach) > 18 {
            self.negatives = 0;
        }
        self.values.push((self.polar(consent), is_firm || self.negatives > 0));
        self.negatives = 0;
        self.wants = false;
    }
}

fn opposite(consent: Consent) -> Consent {
    if consent == Consent::No { Consent::Yes } else { Consent::No }
}

/// 没什么可考虑的, 有啥好商量的: nothing is left to think over.
pub(super) fn is_idle(text: &str, start: usize) -> bool {
    let before = text.get(..start).unwrap_or_default();
    let worth = before
        .strip_suffix('好')
        .or_else(|| before.strip_suffix("可以"))
        .or_else(|| before.strip_suffix('可'));
    worth.is_some_and(|before| before.ends_with(['啥', '么', '得', '的', '无']))
}

/// What may end a clause after its verb.
pub(super) const PARTICLES: [char; 37] = [
    '呗', '嗷', '喔', '鸭', '叭', '捏', '昂', '的', '了', '吧', '呀', '啊', '哦', '哈', '嘛', '呢', '✅',
    '噢', '滴', '嘞', '咧', '哒', '呐', '噻', '咯', '撒', '哟', '哩', '喽', '啦', '一', '下', '着', '起',
    '额', '噶', '唻',
];

/// 这方面的, 此类: points to what was asked about.
const POINTING: [char; 11] = ['这', '那', '此', '该', '个', '方', '面', '的', '种', '类', '样'];

/// How kin are called who come to collect.
const KIN_ENDS: [char; 13] = ['爸', '妈', '爷', '奶', '婆', '公', '姥', '姑', '舅', '姨', '叔', '伯', '婶'];

/// Whether a verb ends its clause but for particles, or stands right before another word of consent.
fn is_bare(text: &str, end: usize) -> bool {
    let rest = text.get(end..).unwrap_or_default().trim_start_matches(PARTICLES);
    let follows = LEXICON.at(rest, 0).map(|t| t.kind);
    rest.is_empty()
        || matches!(follows, Some(Word::Join | Word::Go | Word::Agree | Word::Want))
        || starts_with_any(rest, &["课后", "延时", "托管", "晚托", "这个", "那个"])
}

fn settle(values: &[(Consent, bool)]) -> Stance {
    let firm: SmallVec<[Consent; 6]> =
        values.iter().filter(|(_, is_firm)| *is_firm).map(|(c, _)| *c).collect();
    let same = |all: &[Consent]| all.first().copied().filter(|first| all.iter().all(|c| c == first));
    match (firm.is_empty(), values.first()) {
        (true, None) => Stance::Nothing,
        (true, Some((value, _))) => Stance::Weak(*value),
        (false, _) => same(&firm).map_or(Stance::Hedged, Stance::Firm),
    }
}
