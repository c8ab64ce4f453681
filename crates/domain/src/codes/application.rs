use super::code_table;

code_table! {
    other:
    /// Why a certification is applied for (申請区分). Source: certification, section 2.
    ApplicationKind {
        New = "1", "新規申請";
        Renewal = "2", "更新申請";
        LevelChange = "3", "区分変更申請";
        ExOfficio = "4", "職権";
        MoveIn = "5", "転入申請";
        Lost = "6", "資格喪失(死亡)";
        EarlyNew = "A", "新規(事前)";
        EarlyRenewal = "B", "更新(事前)";
    }
}

code_table! {
    other:
    /// Who filed the application (申請代行区分). Source: identifiers, section 9.
    ApplicationProxy {
        Person = "1", "本人";
        Family = "2", "家族";
        Delegate = "3", "委任";
        Proxy = "4", "代行";
        Someone = "9", "その他";
    }
}

code_table! {
    /// Whether an application stands (取下区分). Source: certification, section 2.
    WithdrawalKind {
        Valid = "1", "有効";
        Rejected = "2", "却下";
        Withdrawn = "3", "取り下げ";
        LevelChangeRejected = "4", "区分変更却下";
    }
}
