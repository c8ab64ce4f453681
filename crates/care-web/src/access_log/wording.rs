//! The words that entries of the trail become.

use kiban_access::{EmergencyRefusal, Part, Refusal};
use kiban_audit::{Action, Door, Event, Outcome};
use kiban_domain::{EmergencyReason, EndReason};
use kiban_services::access_log::Look;

/// Who looked.
pub(super) fn user(look: &Look) -> String {
    match (&look.staff_name, &look.event.actor.door) {
        (Some(name), _) => name.clone(),
        (None, Door::Connect) => "介護ソフト".to_owned(),
        (None, Door::Care | Door::Portal | Door::Operator | Door::System | Door::Other(_)) => {
            "記録なし".to_owned()
        }
    }
}

/// Whom it was about. Whom the office never served is nobody it may name.
pub(super) fn person(look: &Look) -> String {
    look.person_name
        .clone()
        .unwrap_or_else(|| "担当していない方".to_owned())
}

/// From where.
pub(super) fn terminal(look: &Look) -> String {
    look.terminal
        .clone()
        .unwrap_or_else(|| "記録なし".to_owned())
}

/// What was done: 「資格・証情報を見た」.
pub(super) fn what(event: &Event) -> String {
    let done = matches!(event.outcome, Outcome::Allowed);
    let words = match (&event.action, done) {
        (Action::ReadDocument, true) if event.purpose.as_deref() == Some("open_document") => {
            "書類をダウンロードした"
        }
        (Action::ReadDocument, false) if event.purpose.as_deref() == Some("open_document") => {
            "書類をダウンロードしようとした"
        }
        (Action::ReadPerson | Action::ReadDocument, true) => {
            return format!("{}を見た", seen(event));
        }
        (Action::ReadPerson | Action::ReadDocument, false) => {
            return format!("{}を見ようとした", seen(event));
        }
        (Action::IdentityCheck, true) => match event.purpose.as_deref() {
            Some("card_pin") => "マイナンバーカード（暗証番号）で本人確認をした",
            Some("card_sight") => "マイナンバーカード（目視）で本人確認をした",
            Some(_) | None => "本人確認をした",
        },
        (Action::CardLinked, true) => "マイナンバーカードをこの方のカードとして登録した",
        (Action::CardLinked, false) => "マイナンバーカードの登録を試みた",
        (Action::CardUnlinked, _) => "マイナンバーカードの登録を終えた",
        (Action::IdentityCheck, false) => "本人確認を試みた",
        (Action::RegisterRelation, true) => "担当登録をした",
        (Action::RegisterRelation, false) => "担当登録を試みた",
        (Action::EndRelation, _) => "担当登録を終了した",
        (Action::ConfirmRelation, _) => "担当登録の継続を回答した",
        (Action::HandOver, _) => match event.purpose.as_deref() {
            Some("handover_offered") => "引継ぎを申し出た",
            Some("handover_accepted") => "引継ぎを受け入れた",
            Some("handover_declined") => "引継ぎを断った",
            Some("handover_withdrawn") => "引継ぎの申し出を取り下げた",
            Some("handover_undone") => "引継ぎの受入れを取り消した",
            Some(_) | None => "引継ぎの記録を変更した",
        },
        (Action::ListPersons, _) if event.purpose.as_deref() == Some("opinions_sent") => {
            "送信した主治医意見書の一覧を見た"
        }
        (Action::ListPersons, _) if event.purpose.as_deref() == Some("opinion_requests") => {
            "意見書の作成依頼の一覧を見た"
        }
        (Action::ListPersons, _) => "利用者の一覧を見た",
        (Action::StageChanged, done) => match (event.purpose.as_deref(), done) {
            (Some("save"), true) => "主治医意見書の下書きを保存した",
            (Some("send"), true) => "主治医意見書を市町村へ送信した",
            (Some("send"), false) => "主治医意見書を送信しようとした",
            (Some("withdraw"), true) => "主治医意見書の送信を取り下げた",
            (Some("withdraw"), false) => "主治医意見書の送信を取り下げようとした",
            (Some("decline"), true) => "意見書を作成できないことを連絡した",
            (Some("decline"), false) => "意見書を作成できないことを連絡しようとした",
            (Some(_) | None, _) => "主治医意見書の記録を変更した",
        },
        (Action::WriteDocument, done) => match (event.purpose.as_deref(), done) {
            (Some("document_added"), true) => "書類を登録した",
            (Some("document_added"), false) => "書類を登録しようとした",
            (Some("document_shared"), true) => "書類をほかの事業所と共有した",
            (Some("document_shared"), false) => "書類をほかの事業所と共有しようとした",
            (Some("document_share_ended"), true) => "書類の共有を取り消した",
            (Some("document_share_ended"), false) => "書類の共有を取り消そうとした",
            (Some("document_removed"), true) => "書類を削除した",
            (Some("document_removed"), false) => "書類を削除しようとした",
            (Some(_) | None, _) => "書類を変更した",
        },
        (Action::ConsentChanged, true) => match event.purpose.as_deref() {
            Some("consent_given") => "同意を登録した",
            Some("consent_withdrawn") => "同意の撤回を登録した",
            Some(_) | None => "同意の記録を変更した",
        },
        (Action::ConsentChanged, false) => "同意の登録を試みた",
        (Action::EmergencySearch, true) => "緊急閲覧で探した",
        (Action::EmergencySearch, false) => "緊急閲覧で探そうとした",
        (Action::EmergencyOpened, true) => "緊急閲覧を開いた",
        (Action::EmergencyOpened, false) => "緊急閲覧を開こうとした",
        (Action::EmergencyView, true) => "緊急閲覧の画面を見た",
        (Action::EmergencyView, false) => "緊急閲覧の画面を見ようとした",
        (Action::Export, _) if event.purpose.as_deref() == Some("opinion_fees") => {
            "主治医意見書の作成料を見た"
        }
        (Action::Export, _) => "閲覧履歴をダウンロードした",
        (Action::AuditRead, _) if event.purpose.as_deref() == Some("opinion_uses") => {
            "主治医意見書を閲覧した機関を見た"
        }
        (Action::AuditRead, _) => "閲覧履歴を見た",
        (action, _) => action.as_str(),
    };
    words.to_owned()
}

fn seen(event: &Event) -> &'static str {
    match event.purpose.as_deref() {
        Some("view_person") => "利用者の概要",
        Some("view_qualification") => "資格・証情報",
        Some("view_certification") => "要介護認定情報",
        Some("view_progress") => "認定申請の進捗",
        Some("view_history") => "履歴（基準日）",
        Some("view_consents") => "同意の記録",
        Some("view_documents") => "利用者の氏名（書類の画面）",
        Some("list_documents") => "書類の一覧",
        Some("record_consent") => "利用者の氏名（同意の登録の画面）",
        Some("view_access_log") => "利用者の氏名（閲覧履歴の画面）",
        Some("print") => "印刷用の画面",
        Some("search_batch") => "資格一括照会の結果",
        Some("search_batch_csv") => "資格一括照会の結果（CSV）",
        Some("print_pdf") => "資格・認定情報のPDF",
        Some("register_relation") => "本人確認の結果",
        Some("view_opinions") => "利用者の氏名（主治医意見書の画面）",
        Some("opinion_past") => "過去の主治医意見書の一覧",
        Some("opinion_view" | "opinion_own_view") => "主治医意見書",
        Some("opinion_pdf" | "opinion_own_pdf") => "主治医意見書のPDF",
        Some("opinion_check") => "取り込むファイルの依頼",
        Some("opinion_request") => "主治医意見書の依頼と下書き",
        Some(_) | None => "利用者の情報",
    }
}

/// Why nothing was shown; empty when it was.
pub(super) fn refused(event: &Event) -> String {
    let Outcome::Refused { reason } = &event.outcome else {
        return String::new();
    };
    let refusal = Refusal::ALL.into_iter().find(|it| it.code() == *reason);
    let emergency = EmergencyRefusal::ALL
        .into_iter()
        .find(|it| it.code() == *reason);
    let words = match (refusal, reason.as_ref()) {
        (Some(Refusal::NotFound), _) => "担当登録がないため表示していません",
        (Some(Refusal::RelationEnded), _) => "担当登録が終了しているため表示していません",
        (Some(Refusal::InsurerNotSharing), _) => "市町村の共有が始まる前のため表示していません",
        (Some(Refusal::RoleNotEntitled), _) => "権限がないため表示していません",
        (None, "emergency_too_many_hits") => "一致する方が多いため表示していません",
        (None, "emergency_too_many_searches") => "短い時間に続けて探したため受け付けていません",
        (None, "emergency_statement_length") => "理由の文字数が合わないため開いていません",
        (None, _) if emergency == Some(EmergencyRefusal::NotOpen) => {
            "緊急閲覧が開かれていないため表示していません"
        }
        (None, _) if emergency == Some(EmergencyRefusal::ViewEnded) => {
            "緊急閲覧の時間が終わったため表示していません"
        }
        (None, "consent_missing") => "ご本人の同意がないため受け付けていません",
        (None, "document_not_found") => "書類がないか、共有が終わっているため表示していません",
        (None, "office_not_registered") => "共有できない事業所番号のため受け付けていません",
        (None, "too_many_offices") => "共有できない事業所番号が続いたため受け付けていません",
        (None, "too_many_mismatches") => "誤りが続いたため受け付けていません",
        (None, "stands_for_another") => "別の方のカードとして登録されているため登録していません",
        (None, _) if event.action == Action::IdentityCheck => "一致しませんでした",
        (None, _) => "表示していません",
    };
    words.to_owned()
}

/// On which ground, with the purpose that was stated.
pub(super) fn why(look: &Look) -> String {
    let event = &look.event;
    if event.action == Action::EndRelation
        && let Some(reason) = event.purpose.as_deref()
        && let Ok(reason) = reason.parse::<EndReason>()
    {
        return format!("終了の理由：{}", reason.label());
    }
    if event
        .ground
        .as_deref()
        .is_some_and(|it| it.starts_with("emergency:"))
        && let Some(reason) = event.purpose.as_deref()
        && let Ok(reason) = reason.parse::<EmergencyReason>()
    {
        return format!("緊急閲覧：{}", reason.label());
    }
    if let Some(registered) = &look.registration {
        let kind = registered.service_kind.label();
        return format!("担当登録（{kind}）：{}", registered.purpose);
    }
    let ground = event.ground.as_deref().unwrap_or_default();
    let ground = ground.split(':').next().unwrap_or_default();
    let words = match (ground, &event.action) {
        ("identity_check", Action::RegisterRelation) => {
            return match event.purpose.as_deref() {
                Some(purpose) => format!("本人確認の結果により：{purpose}"),
                None => "本人確認の結果により".to_owned(),
            };
        }
        ("identity_check" | "card_challenge", _) | ("", Action::IdentityCheck) => "本人確認",
        ("emergency_window", _) => "緊急閲覧が開かれている間の検索",
        ("administrator", _) => "管理者としての確認",
        ("own_looks", _) => "自分の記録の確認",
        ("office", _) => "自事業所の利用者の確認",
        _ => "記録なし",
    };
    words.to_owned()
}

/// The parts that were shown, by name; a list's entry names insurers instead.
pub(super) fn parts(event: &Event) -> String {
    let label = |part: &str| match part {
        "document" => Some("書類"),
        part => Part::from_code(part).map(Part::label),
    };
    let labels: Vec<&str> = event.parts.iter().filter_map(|it| label(it)).collect();
    labels.join("、")
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiban_audit::Actor;

    #[test]
    fn c11_every_look_has_words_that_say_what_was_done() {
        let event = |action: Action| {
            let actor = Actor::new(Door::Care, "1379900015");
            Event::new(
                uuid::Uuid::nil(),
                kiban_domain::Timestamp::UNIX_EPOCH,
                "131128",
                actor,
                action,
            )
        };
        let read = event(Action::ReadPerson).purpose("view_qualification");
        assert_eq!(what(&read), "資格・証情報を見た");
        assert_eq!(refused(&read), "");
        let printed = event(Action::ReadPerson).purpose("print_pdf");
        assert_eq!(what(&printed), "資格・認定情報のPDFを見た");
        let ended = read.refused(Refusal::RelationEnded.code());
        assert_eq!(what(&ended), "資格・証情報を見ようとした");
        assert_eq!(
            refused(&ended),
            "担当登録が終了しているため表示していません"
        );
        let wrong = event(Action::IdentityCheck).refused("name_kana");
        assert_eq!(refused(&wrong), "一致しませんでした");
        assert_eq!(
            parts(&event(Action::ReadPerson).shown(["insured", "131128:2"], b"")),
            "被保険者の基本情報"
        );
        let seen = event(Action::IdentityCheck).purpose("card_sight");
        assert_eq!(what(&seen), "マイナンバーカード（目視）で本人確認をした");
        assert_eq!(what(&event(Action::Other("later".into()))), "later");
    }
}
