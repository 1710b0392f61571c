//! The small world that every test begins with.

use super::{PASSWORD, Person, TestApp};
use crate::{
    access::Role,
    accounts::{password, session},
    app::App,
    people::{self, NewPerson},
    text::fold::fold,
};
use sea_orm::ConnectionTrait;

/// Who and what is in the database of a test.
#[derive(Clone)]
pub(super) struct World {
    pub people: Cast,
    pub services: Services,
}

#[derive(Clone, Copy)]
pub(super) struct Member {
    name: &'static str,
    role: Role,
    user_id: i64,
    session_id: i64,
    worker_id: i64,
    customer_id: i64,
}

macro_rules! people {
    ($($(#[$doc:meta])* $field:ident = $role:ident $login:literal $name:literal),+ $(,)?) => {
        /// Everybody in a test, each signed in; they sign in by their login and [`PASSWORD`].
        #[derive(Clone)]
        pub struct People {
            $($(#[$doc])* pub $field: Person),+
        }

        #[derive(Clone)]
        pub(super) struct Cast {
            $($field: Member),+
        }

        impl Cast {
            async fn create(app: &App, hash: &str) -> Self {
                Self { $($field: member(app, stringify!($field), Role::$role, $login, $name, hash).await),+ }
            }

            pub fn for_app(&self, app: &TestApp) -> People {
                People { $($field: self.$field.for_app(app)),+ }
            }
        }
    };
}

people! {
    administrator = Administrator "admin" "Анна Воронова",
    dispatcher = Dispatcher "daria" "Дарья Котова",
    /// A second dispatcher, for two who act at once.
    zoya = Dispatcher "zoya" "Зоя Лисицына",
    ivan = Specialist "+79160000001" "Иван Петров",
    /// A second specialist, for crews.
    semyon = Specialist "+79160000002" "Семён Кузнецов",
    rustam = Contractor "+79160000003" "Рустам Алиев",
    /// A contractor who has nothing to do with Rustam's visits.
    timur = Contractor "+79160000004" "Тимур Сафин",
    olga = Customer "+79160000005" "Ольга Смирнова",
    /// A customer who has nothing to do with Olga's orders.
    pyotr = Customer "+79160000006" "Пётр Иванов",
}

/// What can be ordered: two hours each.
#[derive(Clone, Copy, Debug)]
pub struct Services {
    /// Asks nothing of a report; 15 000 ₽.
    pub window: i64,
    /// Asks for a checklist of two lines, one photo before and one after, and a signature; no price.
    pub strict: i64,
}

impl Member {
    fn for_app(self, app: &TestApp) -> Person {
        let Self { name, role, user_id, session_id, worker_id, customer_id } = self;
        Person { app: app.clone(), name, role: Some(role), user_id, session_id, worker_id, customer_id }
    }
}

pub(super) async fn people(app: &App) -> World {
    let hash = password::hash(PASSWORD.to_owned()).await.unwrap();
    let people = Cast::create(app, &hash).await;
    let services = Services {
        window: service(app, "Монтаж окна", Some(1_500_000), false).await,
        strict: service(app, "Монтаж кондиционера", None, true).await,
    };
    World { people, services }
}

async fn member(app: &App, name: &'static str, role: Role, login: &str, full_name: &str, hash: &str) -> Member {
    let mut new = NewPerson::with_login(role, full_name, login);
    new.password_hash = Some(hash.to_owned());
    let actor = session::visitor("127.0.0.1".into(), crate::text::i18n::Lang::Ru);
    let (user, session) = async {
        change!(app, &actor => |change| {
            let user = people::create(change, new.clone()).await?;
            let tokens = session::start(change, user.id, "test").await?;
            Ok((user.id.0, tokens.session_id.0))
        })
    }
    .await
    .unwrap();
    let record = async |table: &str| {
        let query = store::sql(app.db.engine(), &format!("SELECT id FROM {table} WHERE user_id = ?"), [user.into()]);
        let row = app.db.read().query_one_raw(query).await.unwrap();
        row.map_or(0, |row| row.try_get_by_index::<i64>(0).unwrap())
    };
    Member { name, role, user_id: user, session_id: session, worker_id: record("workers").await, customer_id: record("customers").await }
}

async fn service(app: &App, name: &str, price: Option<i64>, strict: bool) -> i64 {
    let checklist = if strict { r#"["Проверить питание","Убрать за собой"]"# } else { "[]" };
    let photos = i64::from(strict);
    let sql = "INSERT INTO services (name, name_folded, duration_minutes, checklist, photos_before, photos_after, signature_required, price_minor, active, version) \
        VALUES (?, ?, 120, ?, ?, ?, ?, ?, 1, 1)";
    let values = [name.into(), fold(name).into(), checklist.into(), photos.into(), photos.into(), strict.into(), price.into()];
    let statement = store::sql(app.db.engine(), sql, values);
    app.db
        .write(async |tx| tx.conn().execute_raw(statement.clone()).await.map(|done| i64::try_from(done.last_insert_id()).unwrap()))
        .await
        .unwrap()
}
