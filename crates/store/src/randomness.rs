//! The one place that makes randomness. Everybody else gets a [`Randomness`], which in a test repeats.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A source of random bytes. All clones draw from one stream.
#[derive(Clone)]
pub struct Randomness(Source);

#[derive(Clone)]
enum Source {
    System,
    /// Counts the draws; each draw is a mix of its number.
    Seeded(Arc<AtomicU64>),
}

impl Randomness {
    /// The operating system's cryptographic source.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// The same bytes for the same seed, so anybody can guess them: for tests and simulations alone.
    pub fn seeded(seed: u64) -> Self {
        Self(Source::Seeded(Arc::new(AtomicU64::new(mix(seed)))))
    }

    /// Fresh bytes.
    ///
    /// # Panics
    /// When the operating system has no randomness to give: without it no id and no secret is safe.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match &self.0 {
            Source::System => fill(&mut bytes),
            Source::Seeded(state) => {
                for chunk in bytes.chunks_mut(8) {
                    let drawn = mix(state.fetch_add(STEP, Ordering::Relaxed)).to_be_bytes();
                    chunk.copy_from_slice(&drawn[..chunk.len()]);
                }
            }
        }
        bytes
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the home of randomness")]
fn fill(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the operating system gives randomness");
}

/// SplitMix64's increment, odd so that all 2⁶⁴ states are visited. Steele, Lea and Flood, 2014.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// SplitMix64's output function.
fn mix(state: u64) -> u64 {
    let state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_seed_repeats_and_its_draws_differ() {
        let (one, other) = (Randomness::seeded(7), Randomness::seeded(7));
        let drawn: Vec<[u8; 16]> = (0..1000).map(|_| one.bytes()).collect();
        assert_eq!(drawn, (0..1000).map(|_| other.bytes()).collect::<Vec<[u8; 16]>>());
        assert_eq!(drawn.iter().collect::<HashSet<_>>().len(), 1000);
        assert_ne!(Randomness::seeded(8).bytes::<16>(), drawn[0]);
    }

    #[test]
    fn clones_never_draw_the_same() {
        for source in [Randomness::seeded(1), Randomness::system()] {
            let clone = source.clone();
            assert_ne!(source.bytes::<16>(), clone.bytes::<16>());
        }
    }

    #[test]
    fn any_length_is_filled() {
        assert_ne!(Randomness::seeded(1).bytes::<13>()[8..], [0; 5]);
        assert_eq!(Randomness::system().bytes::<0>(), [0_u8; 0]);
    }
}
