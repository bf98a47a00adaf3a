//! The phones of a cast (手机): how its people write and read on one platform.
//!
//! Knows nothing of what is said. Start at [`Phones`]; [`TerminalPhones`] are those of rehearsals.

use std::sync::Arc;

use async_trait::async_trait;

use super::cast::school_id;
use super::live::LiveError;
use super::script::Said;
use crate::app::stage::{self, Mailbox};
use crate::app::{App, StartError};
use crate::clock::Clock;
use crate::ids::Ids;
use crate::platform::{Inbound, Platform};

pub use crate::app::stage::Arrived;

/// One platform as the cast uses it. Accounts are what scripts call people.
#[async_trait]
pub trait Phones: Send + Sync {
    /// The school's accounts there, for a kehou that starts.
    ///
    /// # Errors
    /// Settings that cannot be right.
    fn platforms(&self, clock: &Arc<dyn Clock>, ids: &Arc<Ids>)
    -> Result<Vec<Arc<dyn Platform>>, StartError>;

    /// From now on this kehou is the one that is written to.
    async fn connect(&self, app: &Arc<App>) {
        let _ = app;
    }

    /// Whether somebody can do this there.
    fn can(&self, who: &str, what: &Said) -> bool {
        let _ = (who, what);
        true
    }

    /// Brings a message to kehou, the same again where its id is the same; the answer that the person reads.
    ///
    /// # Errors
    /// It did not take effect, as far as the phone knows.
    async fn deliver(&self, app: &App, inbound: &Inbound) -> Result<Option<String>, LiveError>;

    /// Takes out what has arrived besides, in order for each person.
    fn take(&self) -> Vec<Arrived>;

    /// Whether what is sent can need a while, as behind limits and where outcomes are told later.
    fn is_slow(&self) -> bool {
        false
    }
}

/// Phones without a network: what is written takes effect at once, and is answered at once.
#[derive(Debug, Default)]
pub struct TerminalPhones(Mailbox);

#[async_trait]
impl Phones for TerminalPhones {
    fn platforms(&self, clock: &Arc<dyn Clock>, _: &Arc<Ids>) -> Result<Vec<Arc<dyn Platform>>, StartError> {
        Ok(vec![stage::terminal(school_id(), clock.clone(), &self.0)])
    }

    async fn deliver(&self, app: &App, inbound: &Inbound) -> Result<Option<String>, LiveError> {
        Ok(app.receive(inbound, app.seams.clock.now()).await?)
    }

    fn take(&self) -> Vec<Arrived> {
        self.0.take()
    }
}
