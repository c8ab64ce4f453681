//! Pages that the program itself serves beside those of the care door.

use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;

/// Pages under [`crate::window::PREFIX`]. The request came under a name of this computer.
pub trait OwnPages: Send + Sync {
    /// Answers.
    fn answer<'a>(
        &'a self,
        request: Request<Incoming>,
        sender: Sender,
    ) -> Pin<Box<dyn Future<Output = Response<Full<Bytes>>> + Send + 'a>>;
}

/// Whose page a request comes from, as the browser says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// A page served here.
    Own,
    /// Nobody's: an address that was typed or opened, or a program that says nothing.
    Unsaid,
    /// A page of another site.
    Foreign,
}

impl Sender {
    /// Pages may be opened from the address line; only our own pages send.
    pub fn may(self, method: &Method) -> bool {
        match self {
            Self::Own => true,
            Self::Unsaid => method.is_safe(),
            Self::Foreign => false,
        }
    }
}
