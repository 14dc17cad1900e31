//! WRITES: the log, its backends and the sequencer, the only writer.
