use crate::{
    access::{Access, Actor},
    app::App,
    error::Error,
    web::openapi::Described,
};
use axum::{
    Router,
    extract::Request,
    handler::Handler,
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::{MethodFilter, MethodRouter, on},
};
use std::marker::PhantomData;

/// A router that cannot be given a route without saying who may call it.
#[derive(Default)]
pub struct Routes {
    router: Router<App>,
    table: Vec<Route>,
    described: Vec<(Route, Described)>,
}

/// One line of the table of routes, which the access matrix walks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    pub access: Access,
}

/// What can answer a route: a handler, or a handler with its description, made by `doc`. `M` tells the two apart.
pub trait Endpoint<M> {
    fn open(self, filter: MethodFilter) -> (MethodRouter<App>, Option<Described>);
}

/// Marks a bare handler.
pub struct Bare<T>(PhantomData<T>);

impl<H: Handler<T, App>, T: 'static> Endpoint<Bare<T>> for H {
    fn open(self, filter: MethodFilter) -> (MethodRouter<App>, Option<Described>) {
        (on(filter, self), None)
    }
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

    pub fn get<E: Endpoint<M>, M>(self, path: &'static str, access: Access, endpoint: E) -> Self {
        self.route("GET", MethodFilter::GET, path, access, endpoint)
    }
    pub fn post<E: Endpoint<M>, M>(self, path: &'static str, access: Access, endpoint: E) -> Self {
        self.route("POST", MethodFilter::POST, path, access, endpoint)
    }
    pub fn put<E: Endpoint<M>, M>(self, path: &'static str, access: Access, endpoint: E) -> Self {
        self.route("PUT", MethodFilter::PUT, path, access, endpoint)
    }
    pub fn patch<E: Endpoint<M>, M>(self, path: &'static str, access: Access, endpoint: E) -> Self {
        self.route("PATCH", MethodFilter::PATCH, path, access, endpoint)
    }
    pub fn delete<E: Endpoint<M>, M>(self, path: &'static str, access: Access, endpoint: E) -> Self {
        self.route("DELETE", MethodFilter::DELETE, path, access, endpoint)
    }

    fn route<E: Endpoint<M>, M>(
        mut self,
        method: &'static str,
        filter: MethodFilter,
        path: &'static str,
        access: Access,
        endpoint: E,
    ) -> Self {
        let guard = from_fn(move |request: Request, next: Next| admit(access, path, request, next));
        let (method_router, described) = endpoint.open(filter);
        let route = Route { method, path, access };
        self.router = self.router.route(path, method_router.layer(guard));
        self.table.push(route);
        self.described.extend(described.map(|described| (route, described)));
        self
    }

    /// Adds a feature's routes.
    pub fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.table.extend(other.table);
        self.described.extend(other.described);
        self
    }

    /// Every route with who may call it.
    pub fn table(&self) -> &[Route] {
        &self.table
    }

    /// The routes that tell what they take and give, for the API's document.
    pub fn described(&self) -> &[(Route, Described)] {
        &self.described
    }

    pub fn into_router(self) -> Router<App> {
        self.router
    }
}

/// Nobody signed in is asked to sign in; somebody of another role finds nothing here.
async fn admit(access: Access, path: &'static str, request: Request, next: Next) -> Response {
    let role = request.extensions().get::<Actor>().and_then(Actor::role);
    if access.admits(role) && !ids_can_exist(path, request.uri().path()) {
        return Error::NotFound.into_response();
    }
    match (access.admits(role), role) {
        (true, _) => next.run(request).await,
        (false, None) => Error::Unauthenticated.into_response(),
        (false, Some(_)) => Error::NotFound.into_response(),
    }
}

/// Whether what stands for each `{id}` may be one: `abc` and a number beyond all ids are unknown, like an id never given.
fn ids_can_exist(path: &str, asked: &str) -> bool {
    path.split('/').zip(asked.split('/')).all(|(name, value)| name != "{id}" || value.parse::<i64>().is_ok())
}
