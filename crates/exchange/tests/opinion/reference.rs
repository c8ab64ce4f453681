//! The reference page is made from the forms' files.

use kiban_exchange::opinion::reference_markdown;

#[test]
fn d4_the_committed_reference_page_is_the_generated_one() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/reference/opinion-form.md"
    );
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    if committed != reference_markdown() {
        let fresh = std::env::temp_dir().join("opinion-form.md");
        std::fs::write(&fresh, reference_markdown()).unwrap();
        panic!("the page is stale: copy {} over {path}", fresh.display());
    }
}
