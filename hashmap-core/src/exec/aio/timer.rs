//! Time, on whichever runtime this is.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

/// What the future answers before that moment.
pub(super) async fn before<F: Future>(until: Instant, future: F) -> Option<F::Output> {
    let mut late = pin!(sleep(until.saturating_duration_since(Instant::now())));
    let mut future = pin!(future);
    poll_fn(|cx| {
        if let Poll::Ready(answer) = future.as_mut().poll(cx) {
            return Poll::Ready(Some(answer));
        }
        late.as_mut().poll(cx).map(|()| None)
    })
    .await
}

pub(super) async fn sleep(time: Duration) {
    #[cfg(feature = "tokio")]
    if tokio::runtime::Handle::try_current().is_ok() {
        return tokio::time::sleep(time).await;
    }
    #[cfg(feature = "smol")]
    async_io::Timer::after(time).await;
    #[cfg(not(feature = "smol"))]
    on_a_thread(time).await;
}

/// For a runtime that nobody told us of.
#[cfg(not(feature = "smol"))]
async fn on_a_thread(time: Duration) {
    let until = Instant::now() + time;
    let mut is_started = false;
    poll_fn(|cx| {
        if Instant::now() >= until {
            return Poll::Ready(());
        }
        if !is_started {
            is_started = true;
            let waker = cx.waker().clone();
            std::thread::spawn(move || {
                std::thread::sleep(until.saturating_duration_since(Instant::now()));
                waker.wake();
            });
        }
        Poll::Pending
    })
    .await;
}
