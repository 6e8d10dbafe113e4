//! Time, on whichever runtime this is.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use crate::error::{Effect, Failure};

/// What is answered before that moment, if there is one, or that nothing was.
pub(crate) async fn before<T>(
    until: Option<Instant>,
    answer: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let Some(until) = until else {
        return answer.await;
    };
    let left = until.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Err(Failure::late(Effect::NotSent));
    }
    let (mut late, mut answer) = (pin!(sleep(left)), pin!(answer));
    poll_fn(|cx| match answer.as_mut().poll(cx) {
        Poll::Ready(answer) => Poll::Ready(answer),
        Poll::Pending => late.as_mut().poll(cx).map(|()| Err(Failure::late(Effect::Unknown))),
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
