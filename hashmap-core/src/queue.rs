//! A write among the commands of somebody's pipeline.

use redis::{Cmd, Pipeline};

use crate::error::Result;
use crate::plan::{CallScript, Commands, Whole};
use crate::record::ToRedisHash;
use crate::sink;
use crate::sink::cmd::cmds;
use crate::write::{HashWrite, KeySource};

/// What a write can be queued in: [`redis::Pipeline`], and `redis::cluster::ClusterPipeline`
/// (feature `cluster`).
pub trait Queue: sealed::Queue {}

impl Queue for Pipeline {}
#[cfg(feature = "cluster")]
impl Queue for redis::cluster::ClusterPipeline {}

mod sealed {
    use redis::{Cmd, Pipeline};

    pub trait Queue {
        /// Whether all that is queued is inside one `MULTI`.
        fn is_atomic(&self) -> bool;
        fn push(&mut self, cmd: Cmd, ignore: bool);
    }

    impl Queue for Pipeline {
        fn is_atomic(&self) -> bool {
            self.is_transaction()
        }

        fn push(&mut self, cmd: Cmd, ignore: bool) {
            self.add_command(cmd);
            if ignore {
                self.ignore();
            }
        }
    }

    #[cfg(feature = "cluster")]
    impl Queue for redis::cluster::ClusterPipeline {
        fn is_atomic(&self) -> bool {
            false
        }

        fn push(&mut self, cmd: Cmd, ignore: bool) {
            self.add_command(cmd);
            if ignore {
                self.ignore();
            }
        }
    }
}

pub(crate) fn queue<R, K, L>(
    write: &HashWrite<'_, R, K, L>,
    pipeline: &mut impl Queue,
) -> Result<()>
where
    R: ToRedisHash + ?Sized,
    K: KeySource<R>,
{
    let is_atomic = pipeline.is_atomic();
    // Its own MULTI would be one too many in a pipeline that is made atomic later.
    let whole = if is_atomic { Whole::Multi } else { Whole::Script };
    sink::with_buffer(|packed| {
        let plan = write.append(whole, CallScript::Eval, packed)?;
        let ignore = !write.may_be_refused();
        let is_ours = |cmd: &Cmd| match plan.commands {
            // The pipeline has those itself.
            Commands::Transaction => cmd.args_iter().len() > 1,
            _ => true,
        };
        cmds(packed).filter(is_ours).for_each(|cmd| pipeline.push(cmd, ignore));
        Ok(())
    })
}
