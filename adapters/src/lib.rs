//! OUTSIDE: the webhook courier and rates; the only room with an HTTP client.
