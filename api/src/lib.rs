//! ANSWERS: one folder per dialect; the ledger, operator and sandbox APIs.
