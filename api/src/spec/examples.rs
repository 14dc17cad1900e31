//! Examples for the documents.
