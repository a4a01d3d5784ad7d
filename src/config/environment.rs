//! The environment, read once. Nothing else in the program looks at it.

/// Variables beginning with this are for the project's tests, not options.
const TESTS: &str = "TELEFAQ_TEST_";

/// The variables that matter here, by name.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// Name and value; `None`: the value is not Unicode.
    variables: Vec<(String, Option<String>)>,
}

impl Environment {
    /// The process's own.
    pub fn read() -> Self {
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok())))
            .filter(|(name, _)| {
                let option = name.starts_with("TELEFAQ_") && !name.starts_with(TESTS);
                option || ["TELOXIDE_TOKEN", "TELOXIDE_API_URL", "RUST_LOG", "NO_COLOR"].contains(&name.as_str())
            })
            .collect();
        Self::new(variables)
    }

    /// These variables, for tests.
    pub fn of(variables: &[(&str, &str)]) -> Self {
        Self::new(variables.iter().map(|&(name, value)| (name.to_owned(), Some(value.to_owned()))).collect())
    }

    fn new(mut variables: Vec<(String, Option<String>)>) -> Self {
        // The order of the environment is nobody's choice; findings come in this one.
        variables.sort();
        Self { variables }
    }

    /// Names and values of the variables that name options: `TELEFAQ_...` and teloxide's two, unless those are empty.
    pub(super) fn options(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.variables.iter().map(|(name, value)| (name.as_str(), value.as_deref())).filter(|(name, value)| {
            name.starts_with("TELEFAQ_")
                || (name.starts_with("TELOXIDE_") && value.is_none_or(|v| !v.trim().is_empty()))
        })
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.variables.iter().find(|(n, _)| n == name).and_then(|(_, value)| value.as_deref())
    }

    /// Whether colours are unwanted (<https://no-color.org>).
    pub fn no_color(&self) -> bool {
        self.get("NO_COLOR").is_some_and(|v| !v.is_empty())
    }

    /// Which log lines are wanted, in the language of `RUST_LOG`.
    pub fn log_filter(&self) -> &str {
        self.get("RUST_LOG").filter(|v| !v.trim().is_empty()).unwrap_or("info,sqlx=warn,hyper=warn")
    }
}
