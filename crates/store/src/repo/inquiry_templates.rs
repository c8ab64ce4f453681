//! Texts to begin an answer with (P-5).

use crate::{
    Work,
    engine::{P, Row},
    error::{Error, Result},
    sql,
};
use kiban_domain::{InquiryCategory, Timestamp};
use uuid::Uuid;

/// A text to begin an answer with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateRow {
    /// Its identifier.
    pub template_id: Uuid,
    /// What the list calls it.
    pub title: String,
    /// For which category; `None` for every one.
    pub category: Option<InquiryCategory>,
    /// The text.
    pub body: String,
    /// One more at each change, from 1.
    pub revision: i64,
    /// Who changed it last.
    pub changed_by: String,
    /// When.
    pub changed_at: Timestamp,
}

/// All of them, by title.
pub async fn list(work: &mut Work) -> Result<Vec<TemplateRow>> {
    work.conn
        .query(
            &sql!("SELECT template_id, title, category, body, revision, changed_by, changed_at FROM inquiry_template ORDER BY title, template_id"),
            &[],
            template,
        )
        .await
}

/// Adds one.
pub async fn add(work: &mut Work, row: &TemplateRow) -> Result<()> {
    work.conn
        .exec(
            &sql!("INSERT INTO inquiry_template (template_id, title, category, body, revision, changed_by, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)"),
            &[
                P::U(row.template_id),
                P::S(&row.title),
                P::S(row.category.as_ref().map_or("", InquiryCategory::code)),
                P::S(&row.body),
                P::I(row.revision),
                P::S(&row.changed_by),
                P::T(row.changed_at),
            ],
        )
        .await?;
    Ok(())
}

/// Replaces one that nobody has changed since `row.revision - 1`; false when somebody has.
pub async fn replace(work: &mut Work, row: &TemplateRow) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("UPDATE inquiry_template SET title = $2, category = $3, body = $4, revision = $5, changed_by = $6, changed_at = $7 WHERE template_id = $1 AND revision = $8"),
            &[
                P::U(row.template_id),
                P::S(&row.title),
                P::S(row.category.as_ref().map_or("", InquiryCategory::code)),
                P::S(&row.body),
                P::I(row.revision),
                P::S(&row.changed_by),
                P::T(row.changed_at),
                P::I(row.revision - 1),
            ],
        )
        .await?;
    Ok(touched == 1)
}

/// Takes one away; false when it is not there.
pub async fn remove(work: &mut Work, template_id: Uuid) -> Result<bool> {
    let touched = work
        .conn
        .exec(
            &sql!("DELETE FROM inquiry_template WHERE template_id = $1"),
            &[P::U(template_id)],
        )
        .await?;
    Ok(touched == 1)
}

fn template(row: &Row<'_>) -> Result<TemplateRow> {
    let category: String = row.get(2)?;
    let category = match category.as_str() {
        "" => None,
        code => Some(
            code.parse()
                .map_err(|error| Error::corrupt("inquiry_template.category", error))?,
        ),
    };
    Ok(TemplateRow {
        template_id: row.get(0)?,
        title: row.get(1)?,
        category,
        body: row.get(3)?,
        revision: row.get(4)?,
        changed_by: row.get(5)?,
        changed_at: row.get(6)?,
    })
}
