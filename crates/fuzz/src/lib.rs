//! Fuzzing on the stable compiler: good inputs, mutated, for as long as it is told to.
//!
//! Knows no parser. What an input led to is told back as a word; inputs that led to a new word are
//! mutated further.

mod dice;
mod mutate;

use std::collections::HashSet;
use std::time::{Duration, Instant};

use dice::Dice;

/// No parser of ours is in its right mind for longer, on the slowest machine.
const SLOWEST: Duration = Duration::from_secs(5);

/// More would only be variations of the same.
const MOST_KEPT: usize = 4096;

/// One run against one parser.
pub struct Fuzz {
    name: &'static str,
    seed: u64,
    dice: Dice,
    words: Vec<&'static [u8]>,
    /// Good inputs first, then what led to something new.
    kept: Vec<Vec<u8>>,
    /// Seeds that are still to be handed out as they are.
    untouched: usize,
    seen: HashSet<String>,
    input: Vec<u8>,
    tried: u64,
    seconds: Duration,
    began: Instant,
    input_began: Instant,
}

impl Fuzz {
    /// A run that begins with `seeds` as they are, and then mutates them with `words`, the parser's own.
    ///
    /// It lasts two seconds, or as long as `FLORIN_FUZZ_SECONDS` says.
    ///
    /// # Panics
    /// Without seeds.
    #[must_use]
    pub fn new(name: &'static str, seeds: Vec<Vec<u8>>, words: &[&'static [u8]]) -> Self {
        assert!(!seeds.is_empty(), "{name}: nothing to mutate");
        let seed = number("FLORIN_FUZZ_SEED").unwrap_or_else(Dice::any_seed);
        Self {
            name,
            seed,
            dice: Dice::seeded(seed),
            words: words.to_vec(),
            untouched: seeds.len(),
            kept: seeds,
            seen: HashSet::new(),
            input: Vec::new(),
            tried: 0,
            seconds: Duration::from_secs(number("FLORIN_FUZZ_SECONDS").unwrap_or(2)),
            began: now(),
            input_began: now(),
        }
    }

    /// The next input; none when the time is over.
    pub fn input(&mut self) -> Option<Vec<u8>> {
        if self.untouched == 0 && self.began.elapsed() >= self.seconds {
            eprintln!("{}: {} inputs, {} answers, no finding", self.name, self.tried, self.seen.len());
            return None;
        }
        self.input = if self.untouched > 0 {
            self.untouched -= 1;
            self.kept[self.untouched].clone()
        } else {
            let (one, other) = (self.dice.below(self.kept.len()), self.dice.below(self.kept.len()));
            mutate::mutated(&self.kept[one], &self.kept[other], &self.words, &mut self.dice)
        };
        self.tried += 1;
        self.input_began = now();
        Some(self.input.clone())
    }

    /// What the input led to: a word that is the same for what is handled alike.
    ///
    /// # Panics
    /// When the input took very long.
    pub fn learn(&mut self, answer: impl Into<String>) {
        let took = self.input_began.elapsed();
        assert!(took < SLOWEST, "{took:?} for one input");
        if self.seen.insert(answer.into()) && self.kept.len() < MOST_KEPT {
            self.kept.push(self.input.clone());
        }
    }
}

/// A finding names the way to it.
impl Drop for Fuzz {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let input = self.input.escape_ascii();
            eprintln!("{}: FLORIN_FUZZ_SEED={}, input {}: b\"{input}\"", self.name, self.seed, self.tried);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "how long a run lasts decides nothing but how much is tried")]
fn now() -> Instant {
    Instant::now()
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A parser with a door behind a door: only what was learnt leads to the second.
    #[test]
    fn what_leads_to_something_new_is_gone_on_from() {
        let mut fuzz = Fuzz::new("doors", vec![b"{}".to_vec()], &[b"abc", b"xyz"]);
        while let Some(input) = fuzz.input() {
            let has = |word: &[u8]| input.windows(3).any(|found| found == word);
            fuzz.learn(format!("{} {}", has(b"abc"), has(b"abc") && has(b"xyz")));
        }
        assert_eq!(fuzz.seen.len(), 3);
    }

    #[test]
    fn a_seed_repeats_its_inputs() {
        let inputs = |seed| {
            let mut dice = Dice::seeded(seed);
            (0..50).map(|_| mutate::mutated(b"amount=1&b=2", b"{\"c\":3}", &[b"order"], &mut dice)).collect::<Vec<_>>()
        };
        assert_eq!(inputs(7), inputs(7));
        assert_ne!(inputs(7), inputs(8));
    }
}
