//! When a webhook that was not taken is sent again. Source: OwnGateway's default, about a day in all.

use std::time::Duration;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

/// How often, and how long after the try before.
const RETRIES: &[(u32, u64)] = &[(1, MINUTE), (2, 5 * MINUTE), (5, 10 * MINUTE), (5, HOUR), (3, 6 * HOUR)];

/// How long to wait after so many tries; none when there were enough.
pub(super) fn wait_after(tries: u32) -> Option<Duration> {
    let mut last = 0;
    for (times, seconds) in RETRIES {
        last += times;
        if tries <= last {
            return Some(Duration::from_secs(*seconds));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteen_retries_take_about_a_day() {
        let waits: Vec<_> = (1..).map_while(wait_after).collect();
        assert_eq!(waits.len(), 16);
        assert_eq!(waits[0], Duration::from_secs(60));
        assert_eq!(waits[1..3], [Duration::from_secs(300); 2]);
        assert_eq!(waits[3..8], [Duration::from_secs(600); 5]);
        assert_eq!(waits[8..13], [Duration::from_secs(3600); 5]);
        assert_eq!(waits[13..], [Duration::from_secs(6 * 3600); 3]);
    }
}
