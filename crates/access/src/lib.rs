//! Who may see and do what, as pure functions over facts; the only maker of permits
