"""Tests of the cryptography module."""
