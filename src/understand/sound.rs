//! Sounds (读音): how a character sounds, without tones and without the distinctions that many speakers do not make
//! (zh/z, ch/c, sh/s, -ng/-n).
//!
//! A table over the common characters, made once, because every reply asks for the sounds of all that no word covers.
//! Start at [`sound_of`].

use std::collections::HashMap;
use std::sync::LazyLock;

use pinyin::ToPinyin as _;

const FIRST: u32 = 0x4e00;
const LAST: u32 = 0x9fff;

/// How many sounds are told apart, with room to spare; Mandarin has some four hundred.
pub(super) const SOUNDS_MAX: usize = 1024;
/// So many bits hold one of them.
pub(super) const BITS: u32 = 10;

/// The number of each character's sound; 0 for none.
static TABLE: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let mut numbers: HashMap<String, u16> = HashMap::new();
    let sounds = (FIRST..=LAST).map(|n| char::from_u32(n)?.to_pinyin().map(|sound| plain(sound.plain())));
    let numbered = sounds.map(|sound| {
        let next = u16::try_from(numbers.len() + 1).unwrap_or(u16::MAX);
        sound.map_or(0, |sound| *numbers.entry(sound).or_insert(next))
    });
    numbered.collect()
});

/// A syllable as it is heard: zhang and zan are one.
fn plain(syllable: &str) -> String {
    let open = if syllable.ends_with("ng") { syllable.strip_suffix('g') } else { None }.unwrap_or(syllable);
    let mut out = String::with_capacity(open.len());
    for c in open.chars() {
        let is_retroflex = c == 'h' && out.ends_with(['z', 'c', 's']);
        if !is_retroflex {
            out.push(c);
        }
    }
    out
}

/// The number of a character's sound, from 1 to [`SOUNDS_MAX`].
pub(super) fn sound(c: char) -> Option<u16> {
    let at = u32::from(c).checked_sub(FIRST)?;
    TABLE.get(usize::try_from(at).ok()?).copied().filter(|number| *number > 0)
}

/// How a stretch of characters sounds, as a number; `None` where one of them has no sound.
pub(super) fn sound_of(mut chars: impl Iterator<Item = char>) -> Option<u64> {
    chars.try_fold(0_u64, |all, c| Some(all.rotate_left(BITS) ^ u64::from(sound(c)?)))
}

#[cfg(test)]
mod tests {
    use super::{SOUNDS_MAX, TABLE, sound_of};

    #[test]
    fn what_many_speakers_do_not_tell_apart_is_one_sound() {
        let of = |text: &str| sound_of(text.chars());
        for (a, b) in [("周三", "舟山"), ("张", "赃"), ("林", "零"), ("四", "是")] {
            assert_eq!(of(a), of(b), "{a} {b}");
        }
        assert_ne!(of("周三"), of("周四"));
        assert_eq!(of("周a"), None);
        assert!(TABLE.iter().all(|number| usize::from(*number) < SOUNDS_MAX));
    }
}
