//! The nearest known word to one that was mistyped.

/// The known word nearest to what was written, where one is near enough to be what was meant.
pub fn nearest<'w>(written: &str, known: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    let written: Vec<char> = written.chars().take(40).collect();
    known
        .map(|word| (distance(&written, word), word))
        .filter(|(far, word)| *far <= (word.chars().count() / 3).max(1))
        .min_by_key(|(far, _)| *far)
        .map(|(_, word)| word)
}

/// Insertions, removals, changes and swaps of neighbours that lead from one word to the other.
fn distance(written: &[char], word: &str) -> usize {
    let word: Vec<char> = word.chars().take(40).collect();
    let width = word.len() + 1;
    let mut rows: Vec<usize> = (0..width).collect();
    for i in 1..=written.len() {
        rows.push(i);
        for j in 1..width {
            let cell = |row: usize, column: usize| rows[row * width + column];
            let change = cell(i - 1, j - 1) + usize::from(written[i - 1] != word[j - 1]);
            let mut best = change.min(cell(i - 1, j) + 1).min(cell(i, j - 1) + 1);
            if i > 1 && j > 1 && written[i - 1] == word[j - 2] && written[i - 2] == word[j - 1] {
                best = best.min(cell(i - 2, j - 2) + 1);
            }
            rows.push(best);
        }
    }
    rows[written.len() * width + word.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_key_is_offered_only_when_it_is_near() {
        let known = ["actividad", "decide", "firma"];
        assert_eq!(nearest("actvidad", known.iter().copied()), Some("actividad"));
        assert_eq!(nearest("actividda", known.iter().copied()), Some("actividad"));
        assert_eq!(nearest("frima", known.iter().copied()), Some("firma"));
        assert_eq!(nearest("presupuesto", known.iter().copied()), None);
    }
}
