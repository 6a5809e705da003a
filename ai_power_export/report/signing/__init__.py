"""Signatures of reports: whose key signed one, and whether a value was changed since.

What is signed is the same in all versions of the format: the SHA-512 digest of the canonical JSON
(RFC 8785) of the report, by Ed25519 (RFC 8032). Ed25519 cannot encrypt a hash, as the wording of
`$hash` has it for RSA; the digest is the message that it signs.

The versions of 2024 and before keep the signature in their root property `$hash`, which the digest
leaves out. The current version has no place for one: it lies beside the report, in `<file>.sig`.
"""
