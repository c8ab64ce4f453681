//! The fields of a form as they were typed.

/// Names and values, in their order.
#[derive(Clone, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Of these names and values. A NUL, which no keyboard types and PostgreSQL does not store, becomes the replacement character that stands
    /// for it in any page. Source: HTML standard, preprocessing the input stream.
    pub fn of(mut fields: Vec<(String, String)>) -> Self {
        for (_, value) in &mut fields {
            if value.contains('\0') {
                *value = value.replace('\0', "\u{fffd}");
            }
        }
        Self(fields)
    }

    /// Names and values in their order.
    pub fn fields(&self) -> &[(String, String)] {
        &self.0
    }

    /// What was typed, without white space around it; empty when the field is missing.
    pub fn get(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// Everything that was chosen under one name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let found = self.0.iter().filter(move |(field, _)| field == name);
        found.map(|(_, value)| value.trim())
    }

    /// What was typed, character by character: for passwords.
    pub fn raw(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, value)| value)
    }
}

/// Shows nothing: fields hold people's data and passwords.
impl std::fmt::Debug for Fields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fields(…)")
    }
}
