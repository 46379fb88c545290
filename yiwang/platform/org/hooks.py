"""Moments in the life of the organisation that other apps may join."""

from yiwang.kernel.hook import Hook

unit_renamed = Hook("org.unit_renamed")  # unit, former_name (full), day
unit_moved = Hook("org.unit_moved")  # unit, former_path
unit_merged = Hook("org.unit_merged")  # unit (dissolved), into, day
unit_split = Hook("org.unit_split")  # unit, parts (units), day
unit_revoked = Hook("org.unit_revoked")  # unit
post_started = Hook("org.post_started")  # post
post_moved = Hook("org.post_moved")  # former, post: service goes on elsewhere when a unit is merged or split
post_ended = Hook("org.post_ended")  # post
person_changed = Hook("org.person_changed")  # person, fields (names of what differs now)
person_left = Hook("org.person_left")  # person: deregistered, all posts ended
tree_changed = Hook("org.tree_changed")  # no arguments: names, positions, visibility or headcounts changed
# former: person id -> path of the unit he served in before, for whose posts changed; None for everybody
projected = Hook("org.projected")
