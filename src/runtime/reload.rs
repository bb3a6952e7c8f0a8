//! A reload under way: the config is read beside whatever else goes on, and a second wish takes the place of the first.
//!
//! Must not know: what a config is. Tested: `tests/session_reload.rs`.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use crate::app::event::Reloaded;
use crate::ports::Configs;
use crate::secret::Masked;

/// What a config comes to: what the state takes, and the ports whose children must not see the variables that it names.
pub struct Fresh<K, B> {
    /// For the state.
    pub news: Box<Reloaded>,
    /// Fetches keys from now on.
    pub keys: K,
    /// Copies from now on.
    pub clipboard: B,
}

type Read<K, B> = Result<Fresh<K, B>, Masked>;
type Reading<K, B> = Pin<Box<dyn Future<Output = Read<K, B>>>>;

pub(super) struct Reloader<R, K, B> {
    configs: Rc<R>,
    under_way: Option<Reading<K, B>>,
}

impl<R: Configs<Fresh = Fresh<K, B>> + 'static, K, B> Reloader<R, K, B> {
    pub(super) fn new(configs: R) -> Self {
        Self { configs: Rc::new(configs), under_way: None }
    }

    pub(super) fn start(&mut self) {
        let configs = Rc::clone(&self.configs);
        self.under_way = Some(Box::pin(async move { configs.read().await }));
    }

    /// What was read; pending while nothing is.
    pub(super) async fn read(&mut self) -> Read<K, B> {
        match &mut self.under_way {
            Some(under_way) => {
                let read = under_way.await;
                self.under_way = None;
                read
            }
            None => std::future::pending().await,
        }
    }
}
