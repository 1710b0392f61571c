use crate::{
    access::{Access, Actor},
    app::App,
    error::Error,
};
use axum::{
    Router,
    extract::Request,
    handler::Handler,
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::{MethodFilter, on},
};

/// A router that cannot be given a route without saying who may call it.
#[derive(Default)]
pub struct Routes {
    router: Router<App>,
    table: Vec<Route>,
}

/// One line of the table of routes, which the access matrix walks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    pub access: Access,
}

/// Through which door a request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    Page,
    Api,
}

impl Door {
    /// The door that a path belongs to.
    pub fn of(path: &str) -> Self {
        if path.starts_with("/api/") { Self::Api } else { Self::Page }
    }
}

impl Routes {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn get<H: Handler<T, App>, T: 'static>(self, path: &'static str, access: Access, handler: H) -> Self {
        self.route("GET", MethodFilter::GET, path, access, handler)
    }
    pub fn post<H: Handler<T, App>, T: 'static>(self, path: &'static str, access: Access, handler: H) -> Self {
        self.route("POST", MethodFilter::POST, path, access, handler)
    }
    pub fn put<H: Handler<T, App>, T: 'static>(self, path: &'static str, access: Access, handler: H) -> Self {
        self.route("PUT", MethodFilter::PUT, path, access, handler)
    }
    pub fn patch<H: Handler<T, App>, T: 'static>(self, path: &'static str, access: Access, handler: H) -> Self {
        self.route("PATCH", MethodFilter::PATCH, path, access, handler)
    }
    pub fn delete<H: Handler<T, App>, T: 'static>(self, path: &'static str, access: Access, handler: H) -> Self {
        self.route("DELETE", MethodFilter::DELETE, path, access, handler)
    }

    fn route<H: Handler<T, App>, T: 'static>(
        mut self,
        method: &'static str,
        filter: MethodFilter,
        path: &'static str,
        access: Access,
        handler: H,
    ) -> Self {
        let guard = from_fn(move |request: Request, next: Next| admit(access, request, next));
        self.router = self.router.route(path, on(filter, handler).layer(guard));
        self.table.push(Route { method, path, access });
        self
    }

    /// Adds a feature's routes.
    pub fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.table.extend(other.table);
        self
    }

    /// Every route with who may call it.
    pub fn table(&self) -> &[Route] {
        &self.table
    }

    pub fn into_router(self) -> Router<App> {
        self.router
    }
}

/// Nobody signed in is asked to sign in; somebody of another role finds nothing here.
async fn admit(access: Access, request: Request, next: Next) -> Response {
    let role = request.extensions().get::<Actor>().and_then(Actor::role);
    match (access.admits(role), role) {
        (true, _) => next.run(request).await,
        (false, None) => Error::Unauthenticated.into_response(),
        (false, Some(_)) => Error::NotFound.into_response(),
    }
}
