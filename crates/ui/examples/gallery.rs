//! Writes every sample page into the directory given as argument, with the assets beside, for a browser to open.

use std::{env, error::Error, fs, path::Path};

use kiban_ui::{assets, gallery};

fn main() -> Result<(), Box<dyn Error>> {
    let target = env::args().nth(1).ok_or("usage: gallery DIRECTORY")?;
    let target = Path::new(&target);
    fs::create_dir_all(target.join("static"))?;
    for name in assets::names() {
        let (url, asset) = (
            assets::url(name),
            assets::get(name).ok_or("every named asset exists")?,
        );
        fs::write(target.join(url.trim_start_matches('/')), asset.bytes)?;
    }
    for sample in gallery::all() {
        // Files know no server root, so the assets are linked relative to the page.
        let html = sample.html.replace("\"/static/", "\"static/");
        fs::write(
            target.join(format!("{}-{}.html", sample.page, sample.state)),
            html,
        )?;
    }
    Ok(())
}
