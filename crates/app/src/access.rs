//! Who is asking, and what they may do.
//!
//! Reading: a query starts at the feature's `visible_to(actor)`; what is not visible does not exist.
//! Changing: the deed is a method of [`Allowed`], which only [`Actor::may`] makes.

use crate::{
    error::{Error, Result},
    ids::{CustomerId, OrderId, SessionId, UserId, WorkerId},
    text::i18n::Lang,
};

/// The five roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Administrator,
    Dispatcher,
    Specialist,
    Contractor,
    Customer,
}

impl Role {
    pub const ALL: [Self; 5] = [Self::Administrator, Self::Dispatcher, Self::Specialist, Self::Contractor, Self::Customer];

    /// The word in the database, the API and the keys of texts.
    pub fn code(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Dispatcher => "dispatcher",
            Self::Specialist => "specialist",
            Self::Contractor => "contractor",
            Self::Customer => "customer",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// Dispatchers and administrators.
    pub fn is_staff(self) -> bool {
        matches!(self, Self::Administrator | Self::Dispatcher)
    }

    /// Specialists and contractors.
    pub fn is_worker(self) -> bool {
        matches!(self, Self::Specialist | Self::Contractor)
    }
}

/// In which capacity somebody asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Administrator,
    Dispatcher,
    Specialist(WorkerId),
    Contractor(WorkerId),
    Customer(CustomerId),
    /// Whoever holds the secret link to one order: the customer, for this order alone.
    Link(OrderId),
    /// The system itself: a job, a deadline.
    System,
}

/// Who is asking. Made by the session look-up, by a secret link, or for a job.
#[derive(Clone, Debug)]
pub struct Actor {
    pub who: Who,
    pub user_id: Option<UserId>,
    pub session_id: Option<SessionId>,
    /// As others see it in the history.
    pub name: String,
    /// The phone a link or a person is known by is never kept here; the address they ask from is, for the audit.
    pub address: String,
    pub lang: Lang,
}

impl Actor {
    /// The system acting for `reason`, which the history shows.
    pub fn system(reason: &str) -> Self {
        Self { who: Who::System, user_id: None, session_id: None, name: reason.to_owned(), address: String::new(), lang: Lang::Ru }
    }

    /// The role whose rights hold; the system has none.
    pub fn role(&self) -> Option<Role> {
        match self.who {
            Who::Administrator => Some(Role::Administrator),
            Who::Dispatcher => Some(Role::Dispatcher),
            Who::Specialist(_) => Some(Role::Specialist),
            Who::Contractor(_) => Some(Role::Contractor),
            Who::Customer(_) | Who::Link(_) => Some(Role::Customer),
            Who::System => None,
        }
    }

    /// The role's word, `system` for the system.
    pub fn role_code(&self) -> &'static str {
        self.role().map_or("system", Role::code)
    }

    pub fn is_staff(&self) -> bool {
        self.role().is_some_and(Role::is_staff)
    }

    pub fn is_administrator(&self) -> bool {
        self.who == Who::Administrator
    }

    pub fn worker_id(&self) -> Option<WorkerId> {
        match self.who {
            Who::Specialist(id) | Who::Contractor(id) => Some(id),
            _ => None,
        }
    }

    pub fn customer_id(&self) -> Option<CustomerId> {
        match self.who {
            Who::Customer(id) => Some(id),
            _ => None,
        }
    }

    /// Checks the rule of `action` and gives the proof that it holds.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when it does not.
    pub fn may<A: Action>(&self, action: A, item: A::On) -> Result<Allowed<A>> {
        if action.allows(self, &item) { Ok(Allowed { action, item }) } else { Err(Error::Forbidden) }
    }

    /// The same rule as a question, for showing a button.
    pub fn can<A: Action>(&self, action: A, item: &A::On) -> bool {
        action.allows(self, item)
    }
}

/// Something an actor may be allowed to do to a `Self::On`. The rule is pure.
pub trait Action: Copy {
    type On;
    fn allows(self, actor: &Actor, on: &Self::On) -> bool;
}

/// A thing together with the proof that the actor may do this to it: the deeds are its methods, so
/// that none can be done unasked.
pub struct Allowed<A: Action> {
    pub action: A,
    item: A::On,
}

impl<A: Action> Allowed<A> {
    pub fn item(&self) -> &A::On {
        &self.item
    }
    pub fn into_inner(self) -> A::On {
        self.item
    }
}

/// Who may call a route at all; what they see there is the feature's matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody, signed in or not.
    Public,
    /// Anybody signed in.
    SignedIn,
    /// Dispatchers and administrators.
    Staff,
    Administrator,
    /// Specialists and contractors.
    Worker,
    /// Workers and staff.
    Crew,
    /// Customers with a login.
    Customer,
    /// Customers and staff.
    CustomerOrStaff,
}

impl Access {
    /// Whether a person of this role (or nobody) may call.
    pub fn admits(self, role: Option<Role>) -> bool {
        let Some(role) = role else { return self == Self::Public };
        match self {
            Self::Public | Self::SignedIn => true,
            Self::Staff => role.is_staff(),
            Self::Administrator => role == Role::Administrator,
            Self::Worker => role.is_worker(),
            Self::Crew => role.is_worker() || role.is_staff(),
            Self::Customer => role == Role::Customer,
            Self::CustomerOrStaff => role == Role::Customer || role.is_staff(),
        }
    }
}
