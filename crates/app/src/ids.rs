//! The ids of things, one type each, so that two of them cannot be swapped.

use store::id;

id!(/// A person who may sign in.
    UserId);
id!(/// A browser or program in which a person is signed in.
    SessionId);
id!(/// A person or company that orders work.
    CustomerId);
id!(/// A person who does visits.
    WorkerId);
id!(/// An entry of the catalogue of work.
    ServiceId);
id!(/// What a worker can do.
    SkillId);
id!(/// What one customer wants done at one address.
    OrderId);
id!(/// One trip of one worker or crew for an order.
    VisitId);
id!(/// A photo, document or signature.
    FileId);
id!(/// A conversation of the office: about an order with one of its audiences, or with a worker.
    ChatId);
id!(/// A line of chat.
    MessageId);
id!(/// A ready answer.
    QuickReplyId);
