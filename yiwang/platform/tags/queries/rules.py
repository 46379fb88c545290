"""A rule against what is there: it must not name units that its maker may not know of."""

from yiwang.kernel.errors import not_found
from yiwang.platform.org.models import Unit
from yiwang.platform.org.models.viewer import Viewer
from yiwang.platform.tags.rules import language
from yiwang.platform.tags.rules.language import Rule


def checked(rule: Rule, viewer: Viewer) -> Rule:
    """The rule, if he may see every unit in it; 404 otherwise, as for units that are not there."""
    ids = language.units_of(rule)
    if ids and Unit.objects.visible_to(viewer).filter(pk__in=ids).count() != len(ids):
        raise not_found()
    return rule
