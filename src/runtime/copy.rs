//! The way of a copied text: a tool of this machine first, else the terminal.
//!
//! Holds at most one copy; a second one takes the place of the first, whose tool is ended. Must not know: what is copied.
//! Tested through `tests/session_copy.rs`, with real tools and on the bytes that the terminal gets.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use crate::ports::Clipboard;
use crate::secret::Masked;

/// A text and the tool that took it, if one did.
pub(super) struct Tried {
    pub(super) text: Masked,
    pub(super) tool: Option<&'static str>,
}

pub(super) struct Copier<B> {
    clipboard: Rc<B>,
    under_way: Option<Pin<Box<dyn Future<Output = Tried>>>>,
}

impl<B: Clipboard + 'static> Copier<B> {
    pub(super) fn new(clipboard: Rc<B>) -> Self {
        Self { clipboard, under_way: None }
    }

    /// Takes another clipboard for the copies to come.
    pub(super) fn renew(&mut self, clipboard: B) {
        self.clipboard = Rc::new(clipboard);
    }

    /// Asks the tools, beside whatever else goes on.
    pub(super) fn start(&mut self, text: Masked, mask: &'static str) {
        let clipboard = Rc::clone(&self.clipboard);
        self.under_way = Some(Box::pin(async move {
            let tool = clipboard.copy(&text, mask).await;
            Tried { text, tool }
        }));
    }

    /// How the copy under way went; pending while there is none.
    pub(super) async fn tried(&mut self) -> Tried {
        match &mut self.under_way {
            Some(under_way) => {
                let tried = under_way.await;
                self.under_way = None;
                tried
            }
            None => std::future::pending().await,
        }
    }
}
