"""Accounts, grants and sessions, listed for Django."""

from yiwang.platform.accounts.models.account import Account, AccountQuerySet, PasswordHistory
from yiwang.platform.accounts.models.grant import Grant
from yiwang.platform.accounts.models.mobile_change import MobileChange
from yiwang.platform.accounts.models.role import SEPARATED_ROLES, RoleGrant
from yiwang.platform.accounts.models.session import LoginAttempt, Session
from yiwang.platform.accounts.models.suspension import Suspension
from yiwang.platform.accounts.models.verification import Verification

__all__ = [
    "SEPARATED_ROLES",
    "Account",
    "AccountQuerySet",
    "Grant",
    "LoginAttempt",
    "MobileChange",
    "PasswordHistory",
    "RoleGrant",
    "Session",
    "Suspension",
    "Verification",
]
