//! Pages of people.

mod arrive;
mod profile;
mod users;

use crate::web::Routes;

pub(super) fn routes() -> Routes {
    arrive::routes().merge(users::routes()).merge(profile::routes())
}
