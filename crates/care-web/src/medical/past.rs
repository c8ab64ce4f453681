//! The previous opinion beside the draft, and what of it is taken over (D-5).

use axum::response::Response;
use kiban_domain::{
    opinion::{Edition, ItemId, Opinion, OpinionForm, carried_to, may_be_taken_over},
    opinion_case::SubmissionState,
};
use kiban_exchange::opinion::editions;
use kiban_services::opinions::{self, CaseView, PastError, PastOpinion};
use kiban_ui::{Link, OpinionPast, PastItem, PastPanel, items_of_section};

use crate::{visit::SignedIn, words};

/// Asks for the newest one.
pub(super) const NEWEST: &str = "newest";
const NONE: &str = "この方について見られる過去の意見書はありません。";

/// A previous opinion, moved to the draft's edition.
pub(super) struct Previous {
    key: String,
    title: String,
    others: Vec<(String, String)>,
    carried: Opinion,
    lost: Vec<(String, String)>,
}

/// The previous opinion of this key; nothing when none may be shown. The look is recorded.
pub(super) async fn find(
    signed_in: &SignedIn,
    view: &CaseView,
    edition: &Edition,
    key: &str,
) -> Result<Option<Previous>, Response> {
    let row = &view.case.row;
    let past = opinions::past(signed_in.platform(), &signed_in.context, &row.person_key()).await;
    let (shown, _) = match past {
        Ok(found) => found,
        Err(PastError::Refused(_)) => return Ok(None),
        Err(PastError::Storage(error)) => return Err(signed_in.storage(&error)),
    };
    let stands = |it: &PastOpinion| {
        matches!(
            it.row.state,
            SubmissionState::Sent | SubmissionState::Acknowledged
        )
    };
    let all: Vec<PastOpinion> = shown
        .into_iter()
        .filter(|it| it.row.case_id != row.case_id && stands(it))
        .collect();
    let found = all.iter().find(|it| it.row.seq.to_string() == key);
    let Some(it) = found.or_else(|| all.first()) else {
        return Ok(None);
    };
    let Some(from) = editions().find(it.row.edition) else {
        return Ok(None);
    };
    let (carried, cleared) = carried_to(&it.opinion, from, edition);
    let named = |it: &PastOpinion| (it.row.seq.to_string(), title(it));
    Ok(Some(Previous {
        key: it.row.seq.to_string(),
        title: title(it),
        others: all
            .iter()
            .filter(|other| other.row.seq != it.row.seq)
            .map(named)
            .collect(),
        carried,
        lost: cleared
            .into_iter()
            .map(|it| (it.label, it.before))
            .collect(),
    }))
}

/// Whose and of which day.
fn title(it: &PastOpinion) -> String {
    let day = it.opinion.header.entry_date;
    let day = day.map_or_else(
        || "記入日の記録なし".to_owned(),
        |it| words::date(it).wareki,
    );
    let whose = if it.is_own {
        "当院"
    } else {
        "別の医療機関"
    };
    format!("{day}（{whose}が作成）")
}

impl Previous {
    /// Beside a section of the draft.
    pub(super) fn panel(
        &self,
        edition: &Edition,
        section: usize,
        form: &OpinionForm,
        address: &str,
    ) -> OpinionPast {
        let now = form.read(edition);
        let items = items_of_section(edition, section).into_iter();
        let items = items.filter_map(|item| {
            let (before, here) = (self.carried.get(item), now.opinion.get(item));
            let typed = form.all(item.code()).join("、");
            if before.is_none() && typed.is_empty() {
                return None;
            }
            let show = |value| edition.show(item, &value);
            let same = before == here && (here.is_some() || typed.is_empty());
            let written = here.map_or(typed, show);
            Some(PastItem {
                item,
                label: edition.name(item).to_owned(),
                before: before.map(show).unwrap_or_default(),
                now: (!same).then_some(written),
                may_be_taken: may_be_taken_over(item),
            })
        });
        let link = |(key, title): &(String, String)| {
            Link::new(format!("{address}&past={key}"), title.clone())
        };
        OpinionPast::Shown(PastPanel {
            key: self.key.clone(),
            title: self.title.clone(),
            items: items.collect(),
            others: self.others.iter().map(link).collect(),
            lost: self.lost.clone(),
        })
    }

    /// Puts these items of it into a form; how many there were.
    pub(super) fn take(&self, items: &[ItemId], form: &mut OpinionForm) -> usize {
        let filled = OpinionForm::filled(&self.carried);
        let taken = items.iter().filter(|it| may_be_taken_over(**it));
        let mut count = 0;
        for item in taken {
            for name in [item.code().to_owned(), format!("{item}.emphasis")] {
                let values: Vec<&str> = filled.all(&name).iter().map(String::as_str).collect();
                form.set(&name, &values);
            }
            count += 1;
        }
        count
    }
}

/// What stands beside the draft when there is none.
pub(super) fn none() -> OpinionPast {
    OpinionPast::None(NONE.to_owned())
}
