//! Record layouts and findings of the files that parties exchange
