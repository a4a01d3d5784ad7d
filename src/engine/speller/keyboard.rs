//! Slips of a finger: what one edit is likely to be.

/// The rows of the usual keyboard, each a half key further right than the one above.
const ROWS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

/// A letter swapped with the next, or a neighbouring key hit.
const CHEAP: f32 = 0.8;
/// A letter doubled, or one of two left out.
const DOUBLED: f32 = 0.7;
/// Any other letter in its place.
const DEAR: f32 = 1.2;

/// What it costs, in edits, if `typed` is one slip away from `word`; `None` if it is more.
pub(super) fn slip(typed: &str, word: &str) -> Option<f32> {
    let start = typed.bytes().zip(word.bytes()).take_while(|(a, b)| a == b).count();
    // Cut between letters: a byte in common need not be a letter in common.
    let start = (0..=start).rev().find(|&at| typed.is_char_boundary(at) && word.is_char_boundary(at))?;
    let (typed_rest, word_rest) = (typed.get(start..)?, word.get(start..)?);
    let before = typed.get(..start)?.chars().next_back();
    let mut typed_end = typed_rest.chars();
    let mut word_end = word_rest.chars();
    loop {
        let (mut a, mut b) = (typed_end.clone(), word_end.clone());
        match (a.next_back(), b.next_back()) {
            (Some(x), Some(y)) if x == y => (typed_end, word_end) = (a, b),
            _ => break,
        }
    }
    let mut core = (typed_end, word_end);
    let doubles = |letter: char| if Some(letter) == before { DOUBLED } else { 1.0 };
    match (core.0.next(), core.0.next(), core.1.next(), core.1.next()) {
        (None, _, None, _) => Some(0.0),
        (Some(letter), None, None, _) | (None, _, Some(letter), None) => Some(doubles(letter)),
        (Some(is), None, Some(wanted), None) => Some(if are_neighbours(is, wanted) { CHEAP } else { DEAR }),
        (Some(a), Some(b), Some(c), Some(d)) if a == d && b == c => {
            (core.0.next().is_none() && core.1.next().is_none()).then_some(CHEAP)
        }
        _ => None,
    }
}

fn are_neighbours(a: char, b: char) -> bool {
    let place = |letter: char| {
        let mut rows = ROWS.iter().enumerate();
        rows.find_map(|(row, keys)| Some((row, keys.find(letter)?)))
    };
    let Some(((row_a, a), (row_b, b))) = place(a).zip(place(b)) else { return false };
    match row_a.abs_diff(row_b) {
        0 => a.abs_diff(b) == 1,
        // A key touches the one below it and that to its left.
        1 => {
            let (upper, lower) = if row_a < row_b { (a, b) } else { (b, a) };
            upper == lower || upper == lower + 1
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips() {
        for (typed, word, cost) in [
            ("exam", "exam", Some(0.0)),
            ("exan", "exam", Some(CHEAP)),
            ("wxam", "exam", Some(CHEAP)),
            ("zxam", "exam", Some(DEAR)),
            ("examm", "exam", Some(DOUBLED)),
            ("pas", "pass", Some(DOUBLED)),
            ("exm", "exam", Some(1.0)),
            ("exqam", "exam", Some(1.0)),
            ("eaxm", "exam", Some(CHEAP)),
            ("eamx", "exam", None),
            ("xema", "exam", None),
            ("", "a", Some(1.0)),
            ("naïve", "naive", Some(DEAR)),
            ("é", "è", Some(DEAR)),
        ] {
            assert_eq!(slip(typed, word), cost, "{typed} {word}");
        }
    }

    #[test]
    fn keys_that_touch() {
        for (a, b, expected) in
            [('q', 'w', true), ('w', 's', true), ('w', 'a', true), ('q', 's', false), ('h', 'b', true)]
        {
            assert_eq!((are_neighbours(a, b), are_neighbours(b, a)), (expected, expected), "{a} {b}");
        }
    }
}
