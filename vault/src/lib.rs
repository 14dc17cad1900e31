//! SECRETS: key hashes and sealed signing secrets; the only room with a cipher.
