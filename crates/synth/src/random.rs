/// A small seeded generator (SplitMix64, Steele, Lea and Flood 2014): fast, repeatable, for inventing only.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    /// The stream of one purpose for one person; other purposes and persons have unrelated streams.
    pub(crate) fn of(seed: u64, person: u64, purpose: u64) -> Self {
        let mut mixed = Self(seed);
        for part in [person, purpose] {
            mixed.0 = mixed.next() ^ part.wrapping_mul(0xA24B_AED4_963E_E407);
        }
        Self(mixed.next())
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        it ^ (it >> 31)
    }

    /// A stream unrelated to what this one gave so far.
    pub(crate) fn next_stream(mut self) -> Self {
        Self(self.next() ^ 0x5851_F42D_4C95_7F2D)
    }

    /// A number from 0 to `below - 1`; 0 when `below` is 0.
    pub(crate) fn below(&mut self, below: u32) -> u32 {
        // The high half of the product of 32 random bits: a bias of less than one in four billion does no harm here.
        let product = (self.next() >> 32) * u64::from(below);
        u32::try_from(product >> 32).unwrap_or(0)
    }

    /// Days from `least` to `most`, both inclusive.
    pub(crate) fn days(&mut self, least: u32, most: u32) -> i32 {
        i32::try_from(least + self.below(most.saturating_sub(least) + 1)).unwrap_or(0)
    }

    /// True in `percent` of a hundred cases.
    pub(crate) fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// One of `values`, which must not be empty.
    pub(crate) fn pick<'a, T: ?Sized>(&mut self, values: &[&'a T]) -> &'a T {
        let count = u32::try_from(values.len()).unwrap_or(u32::MAX);
        values[self.below(count) as usize]
    }

    /// A place chosen by weights.
    pub(crate) fn weighted(&mut self, weights: &[u32]) -> usize {
        let mut left = self.below(weights.iter().sum());
        for (at, weight) in weights.iter().enumerate() {
            if left < *weight {
                return at;
            }
            left -= weight;
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_repeat_and_differ() {
        let first = |seed, person, purpose| Random::of(seed, person, purpose).next();
        assert_eq!(first(1, 2, 3), first(1, 2, 3));
        assert_ne!(first(1, 2, 3), first(1, 3, 2));
        assert_ne!(first(1, 2, 3), first(2, 2, 3));
        let mut random = Random::of(1, 1, 1);
        assert!((0..1000).all(|_| random.below(7) < 7));
        assert_eq!(random.below(0), 0);
    }
}
