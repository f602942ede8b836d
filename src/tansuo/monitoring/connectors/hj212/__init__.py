"""HJ 212 (2005, 2017, 2025): frames of pollution and energy telemetry, over TCP, out of files and logs."""
