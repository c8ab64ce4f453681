//! Pages for the staff of care offices
