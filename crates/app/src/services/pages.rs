//! Pages of the catalogue of work.
use crate::web::Routes;
pub fn routes() -> Routes {
    Routes::new()
}
