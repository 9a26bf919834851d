//! One style sheet from the small ones: follows `@import "file.css";`, renames fonts, drops what
//! only people read. Knows no more CSS than that.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{At, Failure};

/// The styles of `index` with everything it imports, minified. `font` is given the path of each
/// font and answers with the name that stands in its place.
///
/// # Errors
/// [`Failure::File`] when a file is not there, [`Failure::Input`] when a comment, text or address
/// does not end.
pub fn bundle(
    index: &Path,
    mut font: impl FnMut(&Path) -> Result<String, Failure>,
) -> Result<String, Failure> {
    let mut joined = String::new();
    inline(index, &mut joined, &mut font)?;
    minify(&joined).ok_or_else(|| {
        Failure::Input(format!("{}: a comment or text does not end", index.display()))
    })
}

fn inline(
    path: &Path,
    joined: &mut String,
    font: &mut impl FnMut(&Path) -> Result<String, Failure>,
) -> Result<(), Failure> {
    let text = fs::read_to_string(path).at(path)?;
    let folder = path.parent().map(PathBuf::from).unwrap_or_default();
    for line in text.lines() {
        if let Some(name) =
            line.strip_prefix("@import \"").and_then(|rest| rest.strip_suffix("\";"))
        {
            inline(&folder.join(name), joined, font)?;
        } else {
            joined.push_str(&rename_fonts(line, &folder, font)?);
            joined.push('\n');
        }
    }
    Ok(())
}

fn rename_fonts(
    line: &str,
    folder: &Path,
    font: &mut impl FnMut(&Path) -> Result<String, Failure>,
) -> Result<String, Failure> {
    const OPEN: &str = "url(\"";
    let mut renamed = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = rest.find(OPEN) {
        let (before, address) = rest.split_at(start + OPEN.len());
        let end = address.find('"').ok_or_else(|| {
            Failure::Input(format!("an address in the styles does not end: {line}"))
        })?;
        renamed.push_str(before);
        renamed.push_str(&font(&folder.join(&address[..end]))?);
        rest = &address[end..];
    }
    renamed.push_str(rest);
    Ok(renamed)
}

/// Drops comments and needless white space. `None` when a comment or a quoted text does not end.
fn minify(css: &str) -> Option<String> {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(next) = rest.chars().next() {
        if let Some(comment) = rest.strip_prefix("/*") {
            rest = &comment[comment.find("*/")? + 2..];
        } else if next == '"' || next == '\'' {
            let end = rest[1..].find(next)? + 2;
            out.push_str(&rest[..end]);
            rest = &rest[end..];
        } else if next.is_whitespace() {
            rest = rest.trim_start();
            // A space means something between two words, and before `:`, `.`, `(` and `+`.
            let swallowed = out.ends_with(['{', '}', ';', ',', ':', ' '])
                || rest.starts_with(['{', '}', ';', ',']);
            if !swallowed && !out.is_empty() && !rest.is_empty() {
                out.push(' ');
            }
        } else {
            if next == '}' && out.ends_with(';') {
                out.pop();
            }
            out.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::minify;

    #[test]
    fn only_what_people_read_is_dropped() {
        for (css, small) in [
            ("/* why */\n.a { color: red; }\n", ".a{color:red}"),
            (
                ".a .b, .a > .b:hover { margin: calc(1px + 2px) 0; }",
                ".a .b,.a > .b:hover{margin:calc(1px + 2px) 0}",
            ),
            (
                ".a::before { content: \"  /* not a comment */ \"; }",
                ".a::before{content:\"  /* not a comment */ \"}",
            ),
            (
                "@media (max-width: 600px) { .a :focus { x: y } }",
                "@media (max-width:600px){.a :focus{x:y}}",
            ),
        ] {
            assert_eq!(minify(css).as_deref(), Some(small));
        }
    }

    #[test]
    fn an_open_end_is_noticed() {
        assert_eq!(minify(".a { } /* never closed"), None);
        assert_eq!(minify(".a { content: \"never closed }"), None);
    }
}
