//! A new order by its customer: a short form.

use super::Call;
use crate::{
    access::Actor,
    app::App,
    error::{Error, Result},
    ids::OrderId,
    orders::{
        self,
        files::{self, Arrived, FileKind, NewFile, Place, Upload},
        form::OrderForm,
    },
    services,
    text::{format::duration, i18n::Lang, money::money},
    web::{
        Command, Page, Posted, Shell,
        page::{Form, form_again, see_other_with, unprocessable},
        shell::Preferences,
    },
};
use askama::Template;
use axum::{
    extract::{FromRequest, Request, State},
    http::header,
    response::{IntoResponse, Response},
};

/// A kind of work to choose.
pub(super) struct Choice {
    pub id: i64,
    pub name: String,
    /// «48 900 ₽ · 3 ч».
    pub hint: String,
}

/// The kinds of work that can be ordered.
pub(super) async fn choices(app: &App, lang: Lang) -> Result<Vec<Choice>> {
    let active = services::active(app.db.read()).await?;
    let choice = |service: services::Service| {
        let price = service.price_minor.map(|price| money(lang, price));
        let time = Some(duration(lang, service.duration_minutes));
        Choice { id: service.id.0, name: service.name, hint: price.into_iter().chain(time).collect::<Vec<_>>().join(" · ") }
    };
    Ok(active.into_iter().map(choice).collect())
}

#[derive(Template)]
#[template(path = "portal/new.html")]
struct New {
    shell: Shell,
    form: Form,
    services: Vec<Choice>,
    call: Option<Call>,
    key: String,
}

pub async fn new(State(app): State<App>, shell: Shell) -> Result<Page> {
    let services = choices(&app, shell.language).await?;
    let only = match services.as_slice() {
        [one] => one.id.to_string(),
        _ => String::new(),
    };
    let form = Form::filled(shell.language, [("service_id", only)]);
    let key = shell.key("order");
    Page::of(&New { form, services, call: Call::of(&app.company()), key, shell })
}

/// The form with the photos that came along.
pub struct WithPhotos {
    posted: Posted<OrderForm>,
    photos: Vec<Arrived>,
}

impl FromRequest<App> for WithPhotos {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        let media_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !media_type.starts_with("multipart/form-data") {
            return Ok(Self { posted: Posted::from_request(request, app).await?, photos: vec![] });
        }
        let lang = Preferences::of_headers(request.headers(), request.extensions()).lang;
        let uploaded = files::read(app, Upload::from_request(request, app).await?).await?;
        let said = serde_json::to_vec(&uploaded.texts).map_err(anyhow::Error::from)?;
        Ok(Self { posted: Posted::of(app, lang, "/my/orders", uploaded.texts, &said), photos: uploaded.files })
    }
}

pub async fn create(State(app): State<App>, actor: Actor, shell: Shell, sent: WithPhotos) -> Result<Response> {
    let (input, form, command) = sent.posted.into_parts();
    let result = match input {
        Ok(input) => once!(app, &actor, &command => |change| Ok(orders::create(change, input.clone()).await?.id)),
        Err(e) => Err(e),
    };
    match result {
        Ok(id) => {
            let flash =
                if keep_photos(&app, &actor, id, sent.photos, &command).await? { "flash-order-sent" } else { "flash-photos-not-all" };
            Ok(see_other_with(&format!("/my/orders/{id}"), flash))
        }
        Err(e) => {
            let form = form_again(e, form)?;
            let services = choices(&app, shell.language).await?;
            // The key was used by nothing: a refused form made no command.
            let key = command.key.unwrap_or_else(|| shell.key("order"));
            Ok(unprocessable(Page::of(&New { form, services, call: Call::of(&app.company()), key, shell })?).into_response())
        }
    }
}

/// Keeps the photos of an order that is made already; false when one of them was refused.
async fn keep_photos(app: &App, actor: &Actor, id: OrderId, photos: Vec<Arrived>, command: &Command) -> Result<bool> {
    let new = NewFile { kind: FileKind::Other, taken_ms: None, audience: None };
    let mut all = true;
    for (n, photo) in photos.into_iter().enumerate() {
        let mut of_photo = Command::default();
        of_photo.key = command.key.as_ref().map(|key| format!("{key}:{n}"));
        match files::keep(app, actor, Place::Order(id), &new, photo, of_photo).await {
            Ok(_) => {}
            Err(Error::Invalid(_)) => all = false,
            Err(error) => return Err(error),
        }
    }
    Ok(all)
}
