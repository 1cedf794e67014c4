"""The moments of a demo programme at which nothing that happened has been covered by what happened next."""

import collections


def rounds(programme):
    """Unix times such that between two of them no page changes twice, as late as possible."""
    changes = collections.defaultdict(set)
    for item in programme.items:
        for form in item.forms:
            changes[form.changed].add(item.page)
    moments, touched, last = [], set(), programme.epoch
    for changed, pages in sorted(changes.items()):
        if pages & touched:
            moments.append(last)
            touched = set()
        touched |= pages
        last = changed
    return [*moments, last]
