//! The black-box suite: stories, contracts, specs, tidy.
