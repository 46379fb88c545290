"""What the address book keeps of its own, listed for Django. Units and persons are org's."""

from yiwang.platform.addressbook.models.book import Book, Mode, Preset, Tier
from yiwang.platform.addressbook.models.canary import Canary, Leak
from yiwang.platform.addressbook.models.contact import Contact
from yiwang.platform.addressbook.models.conversation import Conversation
from yiwang.platform.addressbook.models.emergency import Emergency
from yiwang.platform.addressbook.models.followed import Followed, Following
from yiwang.platform.addressbook.models.group import Group, GroupMember
from yiwang.platform.addressbook.models.hiding import Hiding, HidingPass
from yiwang.platform.addressbook.models.hot_prefix import HotPrefix
from yiwang.platform.addressbook.models.look import Look, MassView
from yiwang.platform.addressbook.models.own import OpenMobile, Star
from yiwang.platform.addressbook.models.preset_change import PresetChange
from yiwang.platform.addressbook.models.proposal import Proposal
from yiwang.platform.addressbook.models.rule import Rule
from yiwang.platform.addressbook.models.sight import SightClass, Tally
from yiwang.platform.addressbook.models.tier_override import TierOverride
from yiwang.platform.addressbook.models.trial import Trial

__all__ = [
    "Book",
    "Canary",
    "Contact",
    "Conversation",
    "Emergency",
    "Followed",
    "Following",
    "Group",
    "GroupMember",
    "Hiding",
    "HidingPass",
    "HotPrefix",
    "Leak",
    "Look",
    "MassView",
    "Mode",
    "OpenMobile",
    "Preset",
    "PresetChange",
    "Proposal",
    "Rule",
    "SightClass",
    "Star",
    "Tally",
    "Tier",
    "TierOverride",
    "Trial",
]
