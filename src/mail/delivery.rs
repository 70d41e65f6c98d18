//! Mail delivered into the program by the institution's own server: confirmed when every institution it is for has it.

use super::{intake, settings::MailHouse};
use crate::clock;
use connectors::mail::incoming::lmtp::{Envelope, Refused, Taker};
use futures_util::{FutureExt, future::BoxFuture};
use store::{Store, StoreError};

/// Takes mail for all the institutions that have an address.
pub struct Delivery {
    pub houses: Vec<(Store, MailHouse)>,
}

impl Delivery {
    async fn keep(&self, envelope: &Envelope, content: Vec<u8>) -> Result<(), StoreError> {
        let now = clock::now();
        for (store, house) in &self.houses {
            if !envelope.to.iter().any(|to| house.takes(to)) {
                continue;
            }
            let kept = intake::keep(store, house, "entregado", content.clone(), None, None, now).await?;
            if let Some(id) = kept {
                // It is kept: what it becomes is not the delivering server's concern.
                let store = store.clone();
                tokio::spawn(async move {
                    if let Err(error) = store.settle_received(id, now).await {
                        tracing::warn!(institution = store.institution(), %error, "a mail waits to be judged");
                    }
                });
            }
        }
        Ok(())
    }
}

impl Taker for Delivery {
    fn takes(&self, recipient: &str) -> bool {
        self.houses.iter().any(|(_, house)| house.takes(recipient))
    }

    fn take(&self, envelope: Envelope, content: Vec<u8>) -> BoxFuture<'_, Result<(), Refused>> {
        async move {
            self.keep(&envelope, content).await.map_err(|error| {
                tracing::warn!(%error, "a mail could not be kept");
                Refused::ForNow("No se puede guardar ahora; vuelva a intentarlo.".into())
            })
        }
        .boxed()
    }
}
