"""Moments in the life of the organisation that other apps may join."""

from yiwang.kernel.hook import Hook

unit_moved = Hook("org.unit_moved")  # unit, former_path
unit_revoked = Hook("org.unit_revoked")  # unit
post_started = Hook("org.post_started")  # post
post_ended = Hook("org.post_ended")  # post
person_changed = Hook("org.person_changed")  # person, fields (names of what differs now)
person_left = Hook("org.person_left")  # person: deregistered, all posts ended
tree_changed = Hook("org.tree_changed")  # no arguments: positions, visibility or headcounts changed
