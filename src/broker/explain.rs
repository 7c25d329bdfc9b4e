//! Why a recipient would hear something or nothing, in words, without asking for it: nothing is released or recorded.
use super::authenticate::Caller;
use super::{Broker, Failure};
use crate::domain::category::Category;
use crate::domain::id::RecipientId;
use crate::domain::purpose::Purpose;
use crate::domain::scene::Scene;
use crate::domain::subscriber::Reference;
use crate::policy::{self, Explanation};
use crate::store::{consents, recipients};

impl Broker {
    /// The trace of one decision as it would be made now.
    pub fn explain(
        &self,
        _caller: &Caller,
        reference: &Reference,
        recipient: RecipientId,
        purpose: Purpose,
        category: Category,
    ) -> Result<Explanation, Failure> {
        let now = self.now()?;
        let subscriber = self.subscriber_of(reference)?;
        let (recipient, grants) = self.store.read("context.explain", |tx| {
            Ok((recipients::find(tx, recipient)?, consents::held_with(tx, subscriber.id, recipient)?))
        })?;
        let recipient = recipient.ok_or(Failure::NotFound("recipient"))?;
        let standing = super::disclose::standing(&grants, purpose, category, now);
        let scene = Scene {
            recipient: &recipient,
            home: subscriber.home,
            age: subscriber.age,
            purpose,
            category,
            standing,
            now,
        };
        Ok(policy::explain(&self.engine, &scene))
    }
}
