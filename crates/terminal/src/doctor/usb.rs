//! Whether a card reader is plugged in that no driver serves (Linux).

use std::path::Path;

/// Class of smart card devices. Source: USB-IF, defined class codes, 0Bh.
const SMART_CARD_CLASS: &str = "0b";

/// Where Linux lists interfaces of USB devices.
pub(super) const DEVICES: &str = "/sys/bus/usb/devices";

/// Whether a device under `devices` says that it is a card reader. Elsewhere than on Linux nothing is found.
pub(super) fn is_reader_plugged_in(devices: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(devices) else {
        return false;
    };
    entries.filter_map(Result::ok).any(|entry| {
        let class = std::fs::read_to_string(entry.path().join("bInterfaceClass"));
        class.is_ok_and(|class| class.trim().eq_ignore_ascii_case(SMART_CARD_CLASS))
    })
}
