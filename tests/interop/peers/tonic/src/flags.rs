use std::collections::HashMap;
use std::time::Duration;

/// Flags as `--name value`, `--name=value`, or `--name` alone for a switch.
pub struct Flags(HashMap<String, String>);

impl Flags {
    pub fn parse(args: impl Iterator<Item = String>) -> Self {
        let mut values = HashMap::new();
        let mut args = args.peekable();
        while let Some(arg) = args.next() {
            let arg = arg.trim_start_matches("--");
            let (name, value) = match arg.split_once('=') {
                Some((name, value)) => (name, value.to_owned()),
                None => (
                    arg,
                    args.next_if(|next| !next.starts_with("--"))
                        .unwrap_or_default(),
                ),
            };
            values.insert(name.to_owned(), value);
        }
        Self(values)
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// A number, 0 if it is absent.
    pub fn number(&self, name: &str) -> u64 {
        self.text(name).parse().unwrap_or_default()
    }

    /// A duration in milliseconds.
    pub fn duration(&self, name: &str) -> Option<Duration> {
        self.has(name)
            .then(|| Duration::from_millis(self.number(name)))
    }
}
