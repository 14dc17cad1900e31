//! READS: the runner and one folder per read model.
