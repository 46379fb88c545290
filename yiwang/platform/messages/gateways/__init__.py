"""Carriers' SMS gateways: one interface, one file for each protocol, chosen by SMS_GATEWAY (ADR 11)."""
