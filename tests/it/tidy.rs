//! Rules about the source that no compiler knows: who may name what.

use std::path::Path;

/// Every Rust file under `src`, as path with `/` and the lines of it that are code outside tests, with their numbers.
fn sources() -> Vec<(String, Vec<(usize, String)>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("src")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for item in std::fs::read_dir(folder).expect("readable") {
            let path = item.expect("readable").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let name = path.strip_prefix(root).expect("below").to_string_lossy().replace('\\', "/");
                files.push((name, code(&std::fs::read_to_string(&path).expect("text"))));
            }
        }
    }
    files.sort();
    assert!(files.len() > 10, "the sources are there");
    files
}

/// The lines before the tests, which stand last in a file, without comments.
fn code(text: &str) -> Vec<(usize, String)> {
    let mut excused = false;
    text.lines()
        .enumerate()
        .take_while(|(_, line)| line.trim() != "#[cfg(test)]")
        // The line below an `#[expect(..., reason)]` of the same rule has its reason.
        .filter(|(_, line)| !std::mem::replace(&mut excused, line.contains("#[expect(clippy::expect_used, reason")))
        .map(|(i, line)| (i + 1, line.split("//").next().unwrap_or_default().to_owned()))
        .collect()
}

/// Fails with every line that has one of `words` in a file that `ruled` picks.
fn forbid(words: &[&str], why: &str, ruled: impl Fn(&str) -> bool) {
    let mut found = Vec::new();
    for (file, lines) in sources().into_iter().filter(|(file, _)| ruled(file) && !is_test(file)) {
        for (number, line) in lines {
            found.extend(words.iter().filter(|w| line.contains(**w)).map(|w| format!("{file}:{number}: {w}")));
        }
    }
    assert!(found.is_empty(), "{why}:\n{}", found.join("\n"));
}

/// Modules that are compiled for tests only have a file of their own.
fn is_test(file: &str) -> bool {
    file.ends_with("/tests.rs") || file.contains("/tests/")
}

/// Whether a file is the module `name` or below it.
fn within(file: &str, name: &str) -> bool {
    file == format!("src/{name}.rs") || file.starts_with(&format!("src/{name}/"))
}

#[test]
fn nothing_that_input_can_reach_unwraps() {
    forbid(&[".unwrap()", ".expect(\""], "use a type, a default or an error", |file| {
        ["engine", "encoder", "app", "telegram", "store", "web"].iter().any(|module| within(file, module))
    });
}

#[test]
fn only_config_reads_the_environment() {
    forbid(&["env::var", "env::set_var"], "ask config::Environment", |file| !within(file, "config"));
}

#[test]
fn only_the_clock_asks_what_time_it_is() {
    forbid(&["Timestamp::now(", "Zoned::now("], "ask app::clock", |file| !within(file, "app/clock"));
}

#[test]
fn only_telegram_names_teloxide() {
    forbid(&["teloxide::", "use teloxide"], "that belongs in src/telegram", |file| !within(file, "telegram"));
}

#[test]
fn only_the_store_names_sqlx() {
    forbid(&["sqlx::", "use sqlx"], "that belongs in src/store", |file| !within(file, "store"));
}

#[test]
fn only_the_command_line_prints() {
    let prints = ["println!", "print!(", "eprintln!", "eprint!("];
    forbid(&prints, "return text, or log with tracing", |file| !within(file, "cli"));
    forbid(&prints, "these panic when nobody reads: write to the writer, or use output::complain", |file| {
        within(file, "cli")
    });
}

#[test]
fn the_engine_is_pure() {
    let outside = [
        "std::fs",
        "std::net",
        "std::env",
        "std::io",
        "SystemTime",
        "Instant",
        "tokio",
        "::now(",
        "async fn",
        "thread::",
    ];
    forbid(&outside, "the engine is a function of its arguments", |file| within(file, "engine"));
}

#[test]
fn nothing_points_back() {
    let of = |modules: &[&str]| modules.iter().map(|m| format!("crate::{m}")).collect::<Vec<_>>();
    for (module, above) in [
        ("slips", &["engine", "encoder", "app", "store", "telegram", "web", "config", "cli", "eval"][..]),
        ("diagnostic", &["slips", "engine", "encoder", "app", "store", "telegram", "web", "config", "cli", "eval"][..]),
        ("engine", &["encoder", "app", "store", "telegram", "web", "config", "cli", "eval"]),
        ("encoder", &["app", "store", "telegram", "web", "config", "cli", "eval"]),
        ("eval", &["app", "store", "telegram", "web", "config", "cli"]),
        ("store", &["app", "telegram", "web", "config", "cli", "eval", "engine", "encoder"]),
        ("app", &["telegram", "web", "config", "cli", "eval"]),
        ("telegram", &["web", "config", "cli", "eval"]),
        ("web", &["telegram", "config", "cli", "eval"]),
    ] {
        let above = of(above);
        let above: Vec<&str> = above.iter().map(String::as_str).collect();
        forbid(&above, "dependencies lead from cli inwards", |file| within(file, module));
    }
}

#[test]
fn files_stay_short_enough_to_read() {
    for (file, _) in sources() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(&file);
        let lines = std::fs::read_to_string(path).expect("text").lines().count();
        assert!(lines <= 600, "{file} has {lines} lines: split it");
    }
}

#[test]
fn every_module_says_what_it_is_for() {
    for (file, _) in sources().into_iter().filter(|(file, _)| !is_test(file)) {
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(&file)).expect("text");
        assert!(text.starts_with("//! "), "{file} begins without //! docs");
    }
}
