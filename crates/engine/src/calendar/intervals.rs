//! Stretches of a day: what is left of the office hours when some of them are taken.

use manual::calendar_rules::Interval;

/// The whole day.
pub(super) const ALL_DAY: Interval = Interval { from: 0, to: 1_440 };

/// In order, and those that touch or overlap made one.
pub(super) fn merged(mut intervals: Vec<Interval>) -> Vec<Interval> {
    intervals.sort_by_key(|interval| (interval.from, interval.to));
    let mut whole: Vec<Interval> = Vec::with_capacity(intervals.len());
    for next in intervals {
        match whole.last_mut() {
            Some(last) if next.from <= last.to => last.to = last.to.max(next.to),
            _ => whole.push(next),
        }
    }
    whole
}

/// What remains of `intervals` without `taken`.
pub(super) fn without(intervals: &[Interval], taken: Interval) -> Vec<Interval> {
    let mut left = Vec::with_capacity(intervals.len() + 1);
    for interval in intervals {
        let before = Interval { from: interval.from, to: interval.to.min(taken.from) };
        let after = Interval { from: interval.from.max(taken.to), to: interval.to };
        left.extend([before, after].into_iter().filter(|piece| piece.from < piece.to));
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(u16, u16)]) -> Vec<Interval> {
        pairs.iter().map(|&(from, to)| Interval { from, to }).collect()
    }

    #[test]
    fn stretches_are_joined_and_cut() {
        assert_eq!(merged(of(&[(600, 700), (480, 600), (900, 960)])), of(&[(480, 700), (900, 960)]));
        assert_eq!(without(&of(&[(480, 960)]), Interval { from: 720, to: 1440 }), of(&[(480, 720)]));
        assert_eq!(without(&of(&[(480, 960)]), Interval { from: 600, to: 700 }), of(&[(480, 600), (700, 960)]));
        assert_eq!(without(&of(&[(480, 960)]), ALL_DAY), of(&[]));
        assert_eq!(without(&of(&[(480, 960)]), Interval { from: 0, to: 480 }), of(&[(480, 960)]));
    }
}
