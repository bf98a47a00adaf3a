//! What the clauses of a reply say together (总和): plain answers, weak ones, and what keeps the answer open.
//!
//! Start at [`Weighed::conclude`].

use smallvec::SmallVec;

use super::super::phrases::{holds_any, phrases};
use super::conditions::Consequence;
use super::polarity::Stance;
use super::{Consent, Said};

/// What the clauses have said so far.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is said by itself, or is not")]
pub(super) struct Weighed {
    pub(super) firm: SmallVec<[Consent; 6]>,
    pub(super) weak: SmallVec<[Consent; 6]>,
    pub(super) is_open: bool,
    pub(super) is_hedged: bool,
    pub(super) asks: bool,
    /// 再说吧，先不报: what is put off yields to a plain no after it.
    pub(super) is_delayed: bool,
    /// 好是好，我家用不上: and so does what is granted.
    pub(super) is_granted: bool,
    /// 要是他爸能接就不上，明天再回您: what hangs on something is told later.
    pub(super) hangs: bool,
    pub(super) is_told_later: bool,
}

impl Weighed {
    /// Takes in a condition; returns how many clauses after it belong to it.
    pub(super) fn suppose(&mut self, consequence: &Consequence) -> usize {
        match consequence {
            Consequence::Argued => self.firm.push(Consent::Yes),
            Consequence::Here(Stance::Hedged | Stance::Nothing)
            | Consequence::Next(Stance::Hedged | Stance::Nothing) => {}
            _ => self.hangs = true,
        }
        usize::from(matches!(consequence, Consequence::Next(_)))
    }

    /// Takes in a clause that leaves the answer open.
    pub(super) fn leave_open(&mut self, text: &str, is_told_later: bool) {
        // 先不报了，以后再说: a no for now.
        let is_put_off = holds_any(text, phrases!["再说", "以后", "缓", "等等", "放一放"]);
        let is_refused = self.firm.as_slice() == [Consent::No];
        self.is_delayed |= is_put_off && !is_refused;
        self.is_open |= !is_put_off;
        self.is_told_later |= is_told_later || text.contains("再给");
    }

    pub(super) fn conclude(mut self) -> Said {
        let is_refused = !self.firm.is_empty() && self.firm.iter().all(|said| *said == Consent::No);
        self.is_open |= self.is_delayed && !is_refused;
        self.is_hedged |= self.is_granted && !is_refused;
        if self.hangs && !(self.is_told_later && self.firm.is_empty()) {
            return Said::Unclear;
        }
        conclude(&self.firm, &self.weak, self.is_open, self.is_hedged, self.asks)
    }
}

fn conclude(firm: &[Consent], weak: &[Consent], is_open: bool, is_hedged: bool, asks: bool) -> Said {
    let agreed = |all: &[Consent]| all.first().copied().filter(|first| all.iter().all(|c| c == first));
    match (firm.is_empty(), is_open) {
        (true, true) => Said::Value(Consent::Undecided),
        (false, true) => Said::Unclear,
        (false, false) if is_hedged => Said::Unclear,
        (false, false) => agreed(firm).map_or(Said::Unclear, Said::Value),
        (true, false) if is_hedged || asks => Said::Unclear,
        (true, false) if weak.is_empty() => Said::Nothing,
        (true, false) => agreed(weak).map_or(Said::Unclear, Said::Value),
    }
}
