//! The style of the drawings: the sheet a page carries, and the same one in plain colours for files and print.

/// The rules under `.flujo`, for the page's stylesheet. Its colours come from the page's own custom properties
/// (`--surface`, `--text`, `--accent` …) and fall back to light and dark ones of their own.
pub const FLOWCHART_CSS: &str = include_str!("flujo.css");

/// The same rules with every colour written out, light: many readers of SVG files know no custom properties.
pub fn plain() -> String {
    let mut rules = String::with_capacity(FLOWCHART_CSS.len());
    let mut colours = Vec::new();
    for line in FLOWCHART_CSS.lines() {
        if let Some((name, value)) = line.trim().strip_prefix("--flujo-").and_then(|line| line.split_once(": ")) {
            colours.push((format!("var(--flujo-{name})"), light(value)));
        } else {
            rules.push_str(line);
            rules.push('\n');
        }
    }
    for (name, value) in colours {
        rules = rules.replace(&name, &value);
    }
    rules
}

/// `#fff` of `var(--surface, light-dark(#fff, #111));`.
fn light(value: &str) -> String {
    let inner = value.trim_end_matches(';').rsplit("light-dark(").next().unwrap_or(value);
    let inner =
        inner.split_once(',').map_or(inner, |(first, rest)| if value.contains("light-dark(") { first } else { rest });
    inner.trim().trim_end_matches(')').trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plain_style_needs_no_custom_property() {
        let rules = plain();
        assert!(!rules.contains("var(") && !rules.contains("light-dark("), "{rules}");
        assert!(rules.contains("fill: #ffffff"), "{rules}");
    }

    #[test]
    fn braces_are_paired_and_no_rule_reaches_outside_the_drawing() {
        for css in [FLOWCHART_CSS.to_owned(), plain()] {
            assert_eq!(css.matches('{').count(), css.matches('}').count());
            for line in css.lines().filter(|line| line.ends_with('{') && !line.trim_start().starts_with('@')) {
                assert!(line.split(',').all(|selector| selector.trim().starts_with(".flujo")), "{line}");
            }
        }
    }
}
