//! A router that remembers its routes, so that a test can knock at every one of them.

use axum::Router;
use axum::handler::Handler;
use axum::routing::{MethodRouter, delete, get, patch, post, put};
use http::Method;

/// One route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routed {
    /// The method.
    pub method: Method,
    /// The pattern, such as `/v1/persons/{insurer_no}/{insured_no}`.
    pub path: String,
}

/// Collects routes.
///
/// # Examples
///
/// ```
/// use kiban_web_kit::Routes;
///
/// let people = Routes::<()>::new().get("/{id}", async || "one").post("/", async || "new");
/// let all = Routes::new().get("/", async || "home").nest("/people", people);
/// let paths: Vec<_> = all.list().iter().map(|route| format!("{} {}", route.method, route.path)).collect();
/// assert_eq!(paths, ["GET /", "GET /people/{id}", "POST /people"]);
/// let router = all.into_router();
/// ```
#[derive(Debug, Clone)]
pub struct Routes<S = ()> {
    router: Router<S>,
    list: Vec<Routed>,
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// None yet.
    pub fn new() -> Self {
        Self {
            router: Router::new(),
            list: Vec::new(),
        }
    }

    /// Adds a GET route (which also answers HEAD).
    #[must_use]
    pub fn get<H: Handler<T, S>, T: 'static>(self, path: &str, handler: H) -> Self {
        self.add(Method::GET, path, get(handler))
    }

    /// Adds a POST route.
    #[must_use]
    pub fn post<H: Handler<T, S>, T: 'static>(self, path: &str, handler: H) -> Self {
        self.add(Method::POST, path, post(handler))
    }

    /// Adds a PUT route.
    #[must_use]
    pub fn put<H: Handler<T, S>, T: 'static>(self, path: &str, handler: H) -> Self {
        self.add(Method::PUT, path, put(handler))
    }

    /// Adds a PATCH route.
    #[must_use]
    pub fn patch<H: Handler<T, S>, T: 'static>(self, path: &str, handler: H) -> Self {
        self.add(Method::PATCH, path, patch(handler))
    }

    /// Adds a DELETE route.
    #[must_use]
    pub fn delete<H: Handler<T, S>, T: 'static>(self, path: &str, handler: H) -> Self {
        self.add(Method::DELETE, path, delete(handler))
    }

    /// Adds all routes of `other`.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.list.extend(other.list);
        self.router = self.router.merge(other.router);
        self
    }

    /// Adds all routes of `other` below `prefix`, which begins with a slash and does not end with one.
    #[must_use]
    pub fn nest(mut self, prefix: &str, other: Self) -> Self {
        self.list.extend(other.list.into_iter().map(|route| {
            let path = if route.path == "/" { "" } else { &route.path };
            Routed {
                method: route.method,
                path: format!("{prefix}{path}"),
            }
        }));
        self.router = self.router.nest(prefix, other.router);
        self
    }

    /// The routes in the order they were added.
    pub fn list(&self) -> &[Routed] {
        &self.list
    }

    /// The router.
    pub fn into_router(self) -> Router<S> {
        self.router
    }

    fn add(mut self, method: Method, path: &str, route: MethodRouter<S>) -> Self {
        self.router = self.router.route(path, route);
        self.list.push(Routed {
            method,
            path: path.to_owned(),
        });
        self
    }
}

impl<S: Clone + Send + Sync + 'static> Default for Routes<S> {
    fn default() -> Self {
        Self::new()
    }
}
