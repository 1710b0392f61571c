//! Chance that repeats itself: the same seed throws the same numbers, in every version of this program.

/// SplitMix64.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// `0..below`.
    pub fn below(&mut self, below: usize) -> usize {
        usize::try_from(self.throw() % (below.max(1) as u64)).unwrap_or(0)
    }

    /// `from..to`, or `from` when there is nothing between.
    pub fn between(&mut self, from: i64, to: i64) -> i64 {
        if to <= from { from } else { from + i64::try_from(self.throw() % to.abs_diff(from)).unwrap_or(0) }
    }

    /// True so many times in a hundred.
    pub fn percent(&mut self, times: u64) -> bool {
        self.throw() % 100 < times
    }

    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}
