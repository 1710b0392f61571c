//! Where the work is done, with links to the maps that people use.

use crate::{
    desk::card::full_address,
    orders::Order,
    text::i18n::{Lang, t},
};

/// The address as the page shows it.
pub struct Place {
    pub address: String,
    /// District, entrance, floor, intercom: the way in.
    pub way_in: String,
    pub maps: Vec<(&'static str, String)>,
}

impl Place {
    pub fn of(lang: Lang, order: &Order) -> Self {
        let named = |key: &str, value: &str| (!value.is_empty()).then(|| format!("{} {value}", t(lang, key)));
        let parts = [
            Some(order.district.clone()).filter(|district| !district.is_empty()),
            named("desk-entrance", &order.entrance),
            named("desk-floor", &order.floor),
            named("desk-intercom", &order.intercom),
        ];
        Self { address: full_address(lang, order), way_in: parts.into_iter().flatten().collect::<Vec<_>>().join(", "), maps: maps(order) }
    }
}

/// Map pages of the place: by its point when it is known, else by searching for the words of the address.
fn maps(order: &Order) -> Vec<(&'static str, String)> {
    let words: String = form_urlencoded::byte_serialize(order.address.as_bytes()).collect::<String>().replace('+', "%20");
    let (yandex, gis, osm) = match (order.lat, order.lon) {
        (Some(lat), Some(lon)) => (
            format!("https://yandex.ru/maps/?pt={lon},{lat}&z=17&l=map"),
            format!("https://2gis.ru/geo/{lon},{lat}"),
            format!("https://www.openstreetmap.org/?mlat={lat}&mlon={lon}#map=18/{lat}/{lon}"),
        ),
        _ => (
            format!("https://yandex.ru/maps/?text={words}"),
            format!("https://2gis.ru/search/{words}"),
            format!("https://www.openstreetmap.org/search?query={words}"),
        ),
    };
    vec![("desk-map-yandex", yandex), ("desk-map-2gis", gis), ("desk-map-osm", osm)]
}
