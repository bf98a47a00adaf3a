//! Few (少数): a sorted set of a few things, such as days, options or children, without the heap.
//!
//! Knows nothing of what it holds. Start at [`Few`].

use smallvec::SmallVec;

/// A sorted set; more than eight things go to the heap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Few<T>(SmallVec<[T; 8]>);

impl<T: Ord + Copy> Few<T> {
    pub(super) fn new() -> Self {
        Self(SmallVec::new())
    }

    /// Adds a thing; `false` where it was there.
    pub(super) fn insert(&mut self, thing: T) -> bool {
        let Err(place) = self.0.binary_search(&thing) else { return false };
        self.0.insert(place, thing);
        true
    }

    pub(super) fn iter(&self) -> std::slice::Iter<'_, T> {
        self.0.iter()
    }

    pub(super) fn contains(&self, thing: &T) -> bool {
        self.0.binary_search(thing).is_ok()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn first(&self) -> Option<&T> {
        self.0.first()
    }

    pub(super) fn last(&self) -> Option<&T> {
        self.0.last()
    }

    pub(super) fn is_disjoint(&self, other: &Self) -> bool {
        self.iter().all(|thing| !other.contains(thing))
    }

    pub(super) fn is_subset(&self, other: &Self) -> bool {
        self.iter().all(|thing| other.contains(thing))
    }

    /// What is here and not there.
    pub(super) fn difference<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = &'a T> {
        self.iter().filter(|thing| !other.contains(thing))
    }

    pub(super) fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        self.0.retain(|thing| keep(thing));
    }
}

impl<T: Ord + Copy> Default for Few<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Ord + Copy, const N: usize> From<[T; N]> for Few<T> {
    fn from(things: [T; N]) -> Self {
        things.into_iter().collect()
    }
}

impl<T: Ord + Copy> Extend<T> for Few<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, things: I) {
        for thing in things {
            self.insert(thing);
        }
    }
}

impl<T: Ord + Copy> FromIterator<T> for Few<T> {
    fn from_iter<I: IntoIterator<Item = T>>(things: I) -> Self {
        let mut out = Self::new();
        out.extend(things);
        out
    }
}

impl<T: Ord + Copy> IntoIterator for Few<T> {
    type Item = T;
    type IntoIter = smallvec::IntoIter<[T; 8]>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::Few;

    #[test]
    fn it_is_sorted_and_holds_each_thing_once() {
        let mut few: Few<u8> = [3, 1, 2, 3].into();
        assert!(!few.insert(1) && few.insert(9));
        few.retain(|n| *n != 2);
        assert!(few.iter().eq([1, 3, 9].iter()));
        assert!(few.difference(&[3].into()).eq([1, 9].iter()));
        assert!(!few.is_disjoint(&[9].into()) && few.is_subset(&(0..20).collect()));
    }
}
