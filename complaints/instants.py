"""The core's only notion of time: whole UTC seconds since 1970; ISO 8601 with an offset is for the edges."""

Instant = int
