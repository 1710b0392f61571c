//! The address of a filtered list, so that a link can change one filter and keep the others.

use form_urlencoded::Serializer;

/// A path with its query.
#[derive(Clone, Debug)]
pub struct Address {
    path: &'static str,
    pairs: Vec<(String, String)>,
}

impl Address {
    /// The address of the page being asked for, without its place in the list.
    pub fn new(path: &'static str, query: Option<&str>) -> Self {
        let pairs = form_urlencoded::parse(query.unwrap_or("").as_bytes()).into_owned();
        let pairs = pairs.filter(|(name, value)| !value.is_empty() && !matches!(name.as_str(), "cursor" | "since")).collect();
        Self { path, pairs }
    }

    /// The same list at another path.
    pub fn at(&self, path: &'static str) -> String {
        Self { path, pairs: self.pairs.clone() }.to_string()
    }

    /// With this one filter set to `value`; an empty value takes it away.
    pub fn with(&self, name: &str, value: &str) -> String {
        let mut pairs: Vec<_> = self.pairs.iter().filter(|(n, _)| n != name).cloned().collect();
        if !value.is_empty() {
            pairs.push((name.to_owned(), value.to_owned()));
        }
        Self { path: self.path, pairs }.to_string()
    }

    pub fn path(&self) -> &'static str {
        self.path
    }

    /// The query alone, as a saved view keeps it.
    pub fn query(&self) -> String {
        Serializer::new(String::new()).extend_pairs(&self.pairs).finish()
    }

    /// Whether any filter is set.
    pub fn is_filtered(&self) -> bool {
        self.pairs.iter().any(|(name, _)| !matches!(name.as_str(), "sort" | "scope"))
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let query = self.query();
        f.write_str(self.path)?;
        if query.is_empty() { Ok(()) } else { write!(f, "?{query}") }
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn one_filter_changes_and_the_others_stay() {
        let address = Address::new("/orders", Some("q=%D0%BE%D0%BA%D0%BD%D0%B0&status=new&status=confirmed&cursor=abc&sort="));
        assert_eq!(address.to_string(), "/orders?q=%D0%BE%D0%BA%D0%BD%D0%B0&status=new&status=confirmed");
        assert_eq!(address.with("status", "").to_string(), "/orders?q=%D0%BE%D0%BA%D0%BD%D0%B0");
        assert_eq!(address.with("cursor", "x&y"), "/orders?q=%D0%BE%D0%BA%D0%BD%D0%B0&status=new&status=confirmed&cursor=x%26y");
        assert!(address.is_filtered());
        assert!(!Address::new("/orders", Some("sort=new")).is_filtered());
    }
}
