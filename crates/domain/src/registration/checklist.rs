use super::RegistrationKind;
use crate::codes::code_table;

code_table! {
    /// What an office does on its way to the first day, in this order. Source: ui, 9.2, M13; mission, W-1 to W-3.
    ChecklistItem {
        Network = "network", "WEBサービスで使うパソコンまたはタブレットを決め、インターネットにつながることを確かめた";
        Browser = "browser", "推奨環境のブラウザであることを確かめた";
        People = "people", "WEBサービスを使う職員と、その役割を決めた";
        Authenticator = "authenticator", "職員が使う認証アプリまたはパスキーを用意した";
        CardReader = "card_reader", "カードリーダーを使うかどうかを決めた";
        Certificate = "certificate", "端末の電子証明書を申し込み、端末に入れた";
        Explanation = "explanation", "利用者に、情報の共有と本人確認のしかたを説明する準備をした";
        CareManagers = "care_managers", "担当するケアマネジャーと、担当登録の手順を決めた";
        Software = "software", "文書作成ソフトまたは電子カルテから送るかどうかを、ソフトの会社に確かめた";
        Opinions = "opinions", "主治医意見書を送る医師と、確認の手順を決めた";
        Rules = "rules", "端末の紛失と職員の退職のときの手順を決めた";
    }
}

impl ChecklistItem {
    /// Whether an office of this kind has to do it.
    pub fn concerns(self, kind: RegistrationKind) -> bool {
        match self {
            Self::Network
            | Self::Browser
            | Self::People
            | Self::Authenticator
            | Self::Certificate
            | Self::Rules => true,
            Self::CardReader | Self::Explanation => kind != RegistrationKind::Medical,
            Self::CareManagers => kind == RegistrationKind::CareOffice,
            Self::Software | Self::Opinions => kind != RegistrationKind::CareOffice,
        }
    }

    /// What an office of this kind has to do, in order.
    pub fn of(kind: RegistrationKind) -> impl Iterator<Item = Self> {
        Self::ALL
            .iter()
            .copied()
            .filter(move |item| item.concerns(kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p2_each_kind_has_its_own_list() {
        for kind in RegistrationKind::ALL {
            let items: Vec<_> = ChecklistItem::of(*kind).collect();
            assert!(items.len() >= 8, "{kind:?}");
            let opinions = items.contains(&ChecklistItem::Opinions);
            assert_eq!(opinions, kind.is_medical(), "{kind:?}");
        }
    }
}
