/// A cell's quotes are not as they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct StrayQuote {
    /// The cell, from 0.
    pub(super) cell: usize,
}

/// The cells of a line, without their quotes. Quotes and commas are never the second byte of a character in MS932, so bytes are enough.
pub(super) fn split(line: &[u8]) -> Result<Vec<Vec<u8>>, StrayQuote> {
    let mut cells = Vec::with_capacity(super::CSV_COLUMNS);
    let mut rest = line;
    loop {
        let stray = StrayQuote { cell: cells.len() };
        let (cell, behind) = if let Some(quoted) = rest.strip_prefix(b"\"") {
            let (cell, behind) = quoted_cell(quoted).ok_or(stray)?;
            if !matches!(behind.first(), None | Some(b',')) {
                return Err(stray);
            }
            (cell, behind)
        } else {
            let end = rest.iter().position(|it| *it == b',');
            let (cell, behind) = rest.split_at(end.unwrap_or(rest.len()));
            if cell.contains(&b'"') {
                return Err(stray);
            }
            (cell.to_vec(), behind)
        };
        cells.push(cell);
        match behind.split_first() {
            Some((_, after)) => rest = after,
            None => return Ok(cells),
        }
    }
}

/// The cell up to its closing quote, and what stands behind that.
fn quoted_cell(mut rest: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut cell = Vec::new();
    loop {
        let end = rest.iter().position(|it| *it == b'"')?;
        cell.extend_from_slice(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix(b"\"") {
            Some(after) => {
                cell.push(b'"');
                rest = after;
            }
            None => return Some((cell, rest)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(line: &str) -> Result<Vec<String>, usize> {
        let cells = split(line.as_bytes()).map_err(|it| it.cell)?;
        let text = cells
            .into_iter()
            .map(|it| String::from_utf8(it).expect("it came as text"));
        Ok(text.collect())
    }

    #[test]
    fn quotes_commas_and_empty_cells_stay_where_they_are() {
        assert_eq!(
            cells("\"a\",\"b,\"\"c\"\"\",,d,\"\""),
            Ok(["a", "b,\"c\"", "", "d", ""].map(str::to_owned).to_vec())
        );
        assert_eq!(cells("\"a\",,\"never closed,b"), Err(2));
        assert_eq!(cells(""), Ok(vec![String::new()]));
        assert_eq!(cells(r#"a,b"c"#), Err(1));
        assert_eq!(cells(r#""a"b,c"#), Err(0));
    }
}
